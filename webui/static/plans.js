// The workspace of a plan: map, timeline, tables and panel in step; moves by drag and by Alt with an arrow key.
// Stands before the map's own script (plan.js), which marks the row of what is chosen on the map; that mark is
// followed here, and a click on a row is what chooses it there.
"use strict";
(function () {
  const space = document.querySelector(".workspace");
  const title = document.querySelector("title");
  title.dataset.zh = title.dataset.en = title.textContent; // the map's script writes the title of its own page
  document.body.dataset.labels = space.querySelector("[data-labels]").dataset.labels;
  const panel = document.getElementById("visit");
  const all = (selector) => [...space.querySelectorAll(selector)];
  const marked = (visit) => all("[data-visit]").filter((one) => one.dataset.visit === visit);
  const rowOf = (visit) => marked(visit).find((one) => one.matches("tr"));
  let chosen = panel.querySelector("[data-panel]")?.dataset.panel ?? null;
  let asked = 0;
  let busy = false;

  // choosing
  function choose(visit, focus) {
    if (visit === chosen) return focus && panel.focus();
    chosen = visit;
    mark();
    const address = new URL(location.href);
    address.searchParams.set("visit", visit);
    address.hash = "";
    history.replaceState(null, "", address);
    load(space.dataset.visitAddress, { visit }, panel).then(() => focus && panel.focus());
  }
  function mark() {
    for (const one of all("[data-visit].chosen")) one.classList.toggle("chosen", one.dataset.visit === chosen);
    for (const one of marked(chosen)) if (one.matches(".bar, tr")) one.classList.add("chosen");
    marked(chosen).find((one) => one.matches(".bar"))?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  async function load(address, values, place) {
    const number = (asked += 1);
    const target = new URL(address, location.href);
    for (const [name, value] of Object.entries(values)) target.searchParams.set(name, value);
    try {
      const answer = await fetch(target);
      const text = await answer.text();
      if (number !== asked) return; // somebody chose something else meanwhile
      if (answer.redirected) return location.reload();
      if (!answer.ok) throw new Error(String(answer.status));
      place.innerHTML = text; // our own page, escaped by the server; scripts in it do not run
    } catch {
      if (number === asked) place.textContent = space.dataset.failed;
    }
  }

  // the map shows one date at a time: that of the chosen visit, then its row is clicked for the map's script
  function showOnMap(visit) {
    const row = rowOf(visit);
    if (!row) return;
    const body = row.closest("tbody");
    if (row.dataset.stop !== undefined && body.hidden) {
      const day = document.querySelector(`input[name="day"][value="${body.dataset.day}"]`);
      const team = document.querySelector(`input[name="team"][value="${body.dataset.team}"]`);
      team.checked = day.checked = true;
      day.dispatchEvent(new Event("change", { bubbles: true }));
    }
    busy = true;
    row.click();
    busy = false;
  }

  space.addEventListener("click", (event) => {
    const one = event.target.closest("[data-visit]");
    if (!one || busy || event.ctrlKey || event.metaKey || event.shiftKey || event.target.closest("form")) return;
    const visit = one.dataset.visit;
    if (event.target.closest("a")) event.preventDefault();
    choose(visit, event.detail === 0);
    if (!one.matches("tr") || event.target.closest("a")) showOnMap(visit);
  });
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      if (target.matches("tr[data-visit].chosen") && !busy) choose(target.dataset.visit, false);
    }
  }).observe(document.getElementById("main"), { subtree: true, attributes: true, attributeFilter: ["class"] });

  // asking what a move would do
  const answerPlace = () => panel.querySelector("[data-answer]");
  async function ask(visit, values) {
    if (visit !== chosen) {
      choose(visit, false);
      showOnMap(visit);
      await new Promise((done) => {
        const look = () => (panel.querySelector("[data-panel]")?.dataset.panel === visit ? done() : setTimeout(look, 40));
        look();
      });
    }
    const place = answerPlace();
    if (!place) return; // a pinned visit, or a plan that cannot be changed any more
    await load(space.dataset.tryAddress, { visit, part: 1, ...values }, place);
    (place.querySelector("[data-save]") ?? place).scrollIntoView({ block: "nearest" });
    place.querySelector("[data-save], input[required]")?.focus();
  }
  panel.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-try]");
    if (!form) return;
    event.preventDefault();
    const values = Object.fromEntries(new FormData(form));
    ask(values.visit, values);
  });

  if (space.dataset.tryAddress) moves();
  function moves() {
    const grid = space.querySelector(".timeline");
    const cell = (event) => event.target.closest?.("td[data-team]");
    let dragged = null;
    let grip = 0;
    grid.addEventListener("dragstart", (event) => {
      dragged = event.target.closest(".bar");
      if (!dragged) return;
      grip = event.clientX - dragged.getBoundingClientRect().left;
      dragged.classList.add("dragged");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", dragged.dataset.visit);
    });
    grid.addEventListener("dragover", (event) => {
      if (!dragged || !cell(event)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "move";
      target(cell(event));
    });
    grid.addEventListener("dragleave", (event) => !grid.contains(event.relatedTarget) && target(null));
    grid.addEventListener("dragend", () => {
      dragged?.classList.remove("dragged");
      dragged = null;
      target(null);
    });
    grid.addEventListener("drop", (event) => {
      const place = cell(event);
      if (!dragged || !place) return;
      event.preventDefault();
      const box = place.getBoundingClientRect();
      const share = Math.max(0, Math.min(1, (event.clientX - grip - box.left) / box.width));
      const quarter = Math.round(share * Number(grid.dataset.quarters)) + 4 * Number(grid.dataset.firstHour);
      const start = `${String(Math.floor(quarter / 4)).padStart(2, "0")}:${String((quarter % 4) * 15).padStart(2, "0")}`;
      ask(dragged.dataset.visit, { team: place.dataset.team, date: place.dataset.date, start });
    });
    function target(place) {
      for (const one of grid.querySelectorAll(".target")) one.classList.remove("target");
      place?.classList.add("target");
    }
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    grid.addEventListener("keydown", (event) => {
      const bar = event.target.closest(".bar");
      if (!bar || !event.altKey || !steps[event.key]) return;
      event.preventDefault();
      const next = beside(bar.closest("td"), ...steps[event.key]);
      if (next) ask(bar.dataset.visit, { team: next.dataset.team, date: next.dataset.date });
    });
    // the next cell in this direction where the team has a shift
    function beside(from, right, down) {
      const rows = [...grid.tBodies[0].rows];
      let [x, y] = [from.cellIndex + right, rows.indexOf(from.parentElement) + down];
      for (; rows[y]?.cells[x] && x > 0; x += right, y += down) {
        if (rows[y].cells[x].dataset.team) return rows[y].cells[x];
      }
      return null;
    }
  }

  // a visit named in the address is shown on the map once that is ready
  if (chosen) {
    mark();
    new MutationObserver((_, watch) => {
      if (!document.documentElement.dataset.ready) return;
      watch.disconnect();
      showOnMap(chosen);
    }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-ready"] });
  }
})();
