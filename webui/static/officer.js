// Marks of an officer: kept on the phone first, sent in order when there is a network, each counted once.
"use strict";
(function () {
  const day = document.getElementById("day");
  const said = document.getElementById("said");
  const net = document.getElementById("net");
  const list = document.querySelector(".day-list");
  const worker = document.currentScript.dataset.worker;
  const RETRY = 15000, LOOK = 20000;
  const owner = day?.dataset.officer || list?.dataset.officer || "";
  const own = `mark:${owner}:`;
  const place = day ? `${own}${day.dataset.team}:${day.dataset.day}:` : "";

  const keys = (begin) => Object.keys(localStorage).filter((key) => key.startsWith(begin)).sort();
  const waiting = () => keys(place).map((key) => ({ key, mark: JSON.parse(localStorage[key]) }));
  const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
  const time = (moment) => new Date(moment).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });
  const random = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");

  // ---------------------------------------------------------------- what is shown

  function tell(text, waits) {
    if (!net || net.textContent === text) return;
    net.textContent = text;
    net.classList.toggle("waits", waits);
  }

  function show() {
    if (!day) return;
    const marks = waiting();
    for (const { mark } of marks) {
      const stop = stopOf(mark.visit_id);
      if (!stop) continue;
      const facts = { time: time(mark.at), reason: mark.reason, count: mark.processed.reduce((sum, one) => sum + one, 0) };
      stop.dataset.progress = { arrive: "there", done: "done", problem: "problem", undo: "ahead" }[mark.kind];
      stop.querySelector("[data-state]").textContent = fill(said.dataset[mark.kind], facts);
      const undo = stop.querySelector("form.undo");
      undo.hidden = mark.kind === "undo";
      undo.elements.undoes.value = mark.id;
    }
    if (marks.length) tell(fill(net.dataset.waiting, { count: marks.length }), true);
  }

  const stopOf = (visit) => [...day.querySelectorAll(".stop-card")].find((one) => one.dataset.visit === visit);

  async function renew() {
    if (day.querySelector("details[open]")) return; // somebody is typing there
    const held = document.activeElement?.closest?.(".stop-card")?.id;
    const answer = await fetch(day.dataset.part, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    day.innerHTML = await answer.text(); // our own page, escaped by the server; scripts in it do not run
    day.dataset.made = time(Date.now());
    if (held) document.querySelector(`#${held} button, #${held} summary`)?.focus();
    show();
  }

  // ---------------------------------------------------------------- marks

  function note(form) {
    const kind = form.dataset.kind;
    const fields = new FormData(form);
    const visit = fields.get("visit_id");
    const marks = waiting();
    const undoes = kind === "undo" ? fields.get("undoes") : "";
    const unsent = marks.find((one) => one.mark.id === undoes && !one.mark.tried);
    if (unsent) {
      localStorage.removeItem(unsent.key); // it never left the phone
    } else {
      const processed = kind === "done" ? fields.getAll("processed").map(Number) : [];
      const mark = { id: random(), visit_id: visit, kind, at: new Date().toISOString(), processed, reason: fields.get("reason") || "", undoes };
      const last = Number(localStorage["mark-number"] || 0) + 1;
      localStorage["mark-number"] = last;
      localStorage[`${place}${String(last).padStart(12, "0")}`] = JSON.stringify(mark);
    }
    form.closest("details")?.removeAttribute("open");
    stopOf(visit).querySelector("[data-refused]").textContent = "";
    show();
    send(true);
  }

  let sending = false, again = false;
  async function send(look) {
    if (!day) return;
    if (sending) return void (again = true); // what came meanwhile is sent right after
    const marks = waiting();
    if (!marks.length && !look) return;
    sending = true;
    const refused = [];
    try {
      if (marks.length) {
        const who = await fetch(day.dataset.session, { headers: { Accept: "application/json" } });
        if (who.redirected || !who.ok) return tell(net.dataset.enter, true);
        const { user, token } = await who.json();
        if (String(user) !== owner) return tell(net.dataset.other, true);
        for (const { key, mark } of marks) localStorage[key] = JSON.stringify({ ...mark, tried: true });
        const body = JSON.stringify(marks.map(({ mark: { tried, ...mark } }) => mark));
        const answer = await fetch(day.dataset.marks, { method: "POST", body, headers: { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" } });
        if (!answer.ok || answer.redirected) throw new Error(`answer ${answer.status}`);
        const outcomes = await answer.json();
        outcomes.forEach((one, at) => {
          localStorage.removeItem(marks[at].key);
          if (one.outcome === "refused") refused.push([marks[at].mark.visit_id, one.say]);
        });
      }
      await renew();
      if (!waiting().length) tell(marks.length || net.textContent ? net.dataset.sent : "", false);
      for (const [visit, text] of refused) {
        const stop = stopOf(visit);
        if (stop) stop.querySelector("[data-refused]").textContent = text;
        else tell(text, true);
      }
    } catch {
      if (waiting().length) tell(fill(net.dataset.waiting, { count: waiting().length }), true);
      else tell(fill(net.dataset.old, { time: day.dataset.made }), true);
    } finally {
      sending = false;
    }
    if (again) {
      again = false;
      return send(true);
    }
    if (waiting().length) setTimeout(send, RETRY);
  }

  if (day) {
    day.addEventListener("submit", (event) => {
      const form = event.target.closest("form.mark");
      if (!form) return;
      event.preventDefault();
      note(form);
    });
    show();
    send(true);
    addEventListener("online", () => send(true));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send(true));
    setInterval(() => document.visibilityState === "visible" && send(true), LOOK);
  }

  // ---------------------------------------------------------------- the day kept on the phone

  document.querySelector("form[action$='/sign-out']")?.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.dataset.ready) return;
    event.preventDefault();
    if (keys(own).length && !confirm(said.dataset.wait)) return;
    if (window.caches) await caches.delete("doorstep-days-1");
    form.dataset.ready = "yes";
    form.submit();
  });

  // By the page itself: a page that was opened while the worker started is not the worker's until it is loaded again.
  async function keep(addresses) {
    const kept = await caches.open("doorstep-days-1");
    await Promise.all(addresses.map(async (one) => {
      const answer = await fetch(one);
      if (answer.ok && !answer.redirected) await kept.put(one, answer);
    }));
  }

  if ("serviceWorker" in navigator && window.caches && (day || list)) {
    navigator.serviceWorker.register(worker, { scope: "/officer/" }).then(async () => {
      const ready = await navigator.serviceWorker.ready;
      if (list) {
        ready.active.postMessage({ forgetBefore: list.dataset.today });
        await keep([...list.querySelectorAll("[data-keep]")].slice(0, 4).map((one) => one.href));
        document.getElementById("kept").textContent = said.dataset.kept;
      } else {
        await keep([location.href, document.querySelector("link[rel=stylesheet]").href, "/static/officer.css", "/static/officer.js"]);
      }
      document.documentElement.dataset.kept = "yes";
    }, () => {}); // no secure address: marks are kept all the same, the page itself is not
  }
})();
