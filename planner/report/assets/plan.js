// Dresses the geometry that folium drew: numbers, names, switches, and the ties between map and table.
// Every text is set as text. Positions are set through the style object, which a strict policy allows.
"use strict";
(async function () {
  const RIVER_METRES = 1100; // as wide as the hand-typed line may be off
  const CITY_SCALE = 13; // from this zoom on the river would pretend to know its banks
  const NAMES_FROM = 12.5; // from this zoom on visits carry their names
  const WAY = 1;
  const root = document.documentElement;
  const map = window.map_plan;
  const labels = await fetchLabels();
  if (!map || !labels) {
    document.getElementById("stale").hidden = false; // map or names belong to another plan than this table
    return;
  }
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const narrow = matchMedia("(max-width: 899px)");
  const all = { river: [], leg: [], base: [], out: [], stop: [] };
  const arrows = [];
  let language = root.lang.startsWith("en") ? "en" : "zh";
  let chosen = null;
  let zoomControl = null;
  const { tiles } = labels;
  const ground = !tiles ? null : tiles.vector
    ? window.vectorMap(tiles, language, 17)
    : L.tileLayer(tiles.url, { maxZoom: 17, maxNativeZoom: tiles.max_zoom });

  async function fetchLabels() {
    const block = document.getElementById("labels");
    if (block) return JSON.parse(block.textContent);
    const answer = await fetch(document.body.dataset.labels);
    return answer.ok ? answer.json() : null;
  }

  const say = (text) => text[language];
  const word = (key) => say(labels.words["map_" + key]);
  const element = (name, kind, text) => {
    const made = document.createElement(name);
    if (kind) made.className = kind;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

  // what folium drew
  map.eachLayer((layer) => {
    if (layer.feature) all[layer.feature.properties.what].push(layer);
  });
  const about = (layer) => layer.feature.properties;
  for (const layer of Object.values(all).flat()) map.removeLayer(layer);
  map.createPane("names").classList.add("leaflet-zoom-hide");
  map.getPane("names").style.zIndex = 450;
  map.getPane("names").style.pointerEvents = "none";
  map.createPane("leaders").classList.add("leaflet-zoom-hide");
  map.getPane("leaders").style.zIndex = 445;
  map.createPane("arrows").style.zIndex = 440;
  map.getPane("arrows").style.pointerEvents = "none";

  // lines
  for (const layer of all.river) {
    Object.assign(layer.options, { interactive: false, className: "river", fill: false });
  }
  for (const layer of all.leg) {
    const { team, part } = about(layer);
    const tour = part === WAY;
    Object.assign(layer.options, {
      interactive: false,
      className: `leg team-${team % 8}${tour ? "" : " way"}`,
      weight: tour ? 3 : 2,
      dashArray: tour ? null : "5 5",
    });
    arrows.push({ leg: layer, mark: arrow(team) });
  }

  function arrow(team) {
    const turned = element("div", `team-${team % 8}`);
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "-6 -6 12 12");
    path.setAttribute("d", "M-4.5,-5 L6,0 L-4.5,5 L-2,0 Z");
    svg.append(path);
    turned.append(svg);
    const icon = L.divIcon({ className: "arrow", html: turned, iconSize: [0, 0] });
    return { turned, marker: L.marker([0, 0], { icon, pane: "arrows", interactive: false, keyboard: false }) };
  }

  // marks
  function dress(layer, sign, radius, kind) {
    const { index } = about(layer);
    const body = element("div", "body");
    const leader = element("div", "leader");
    leader.append(element("i", "anchor"));
    map.getPane("leaders").append(leader);
    body.append(sign);
    layer.setIcon(L.divIcon({ className: "pin", html: body, iconSize: [0, 0] }));
    Object.assign(layer, { sign, leader, body, radius, kind, index, shift: [0, 0] });
    layer.bindPopup(() => box(layer), { maxWidth: 300, minWidth: 180, autoPanPadding: [24, 24] });
    layer.bindTooltip(() => element("span", "", say(nameOf(layer))), { direction: "top" });
    layer.on("click keypress", () => choose(layer, "map"));
    layer.on("popupclose", () => chosen === layer && choose(null));
    layer.on("tooltipopen", () => layer.isPopupOpen() && layer.closeTooltip());
  }
  const recordOf = (layer) =>
    ({ stop: labels.stops, out: labels.out, base: labels.bases })[layer.kind][layer.index];
  const nameOf = (layer) => (layer.kind === "base" ? recordOf(layer) : recordOf(layer).name);
  for (const layer of all.stop) {
    const { team, day, index } = about(layer);
    const sign = element("div", `dot team-${team % 8}`, labels.stops[index].mark);
    sign.append(element("span", "sub", ""));
    sign.lastChild.hidden = true;
    dress(layer, sign, 12, "stop");
    layer.leader.classList.add(`team-${team % 8}`);
    layer.day = Number(labels.days[day].iso.slice(8));
  }
  for (const layer of all.out) {
    dress(layer, element("div", "dot ring", labels.out[about(layer).index].mark), 11, "out");
  }
  for (const layer of all.base) {
    dress(layer, element("div", "square"), 9, "base");
    layer.setZIndexOffset(-500);
  }

  function box(layer) {
    const made = element("div", "box");
    const record = recordOf(layer);
    const title = element("h3");
    if (layer.kind !== "base") {
      title.append(element("span", layer.sign.className, record.mark));
    }
    title.append(element("span", "", say(nameOf(layer))));
    made.append(title);
    if (layer.kind === "base") made.append(element("p", "", word("base")));
    if (layer.kind === "out") made.append(element("p", "", word("left_out")));
    for (const line of record.lines || []) {
      if (say(line)) made.append(element("p", "", say(line)));
    }
    return made;
  }

  // choosing
  const rowOf = (layer) => document.querySelector(`tr[data-${layer.kind}="${layer.index}"]`);
  function choose(layer, from) {
    const before = chosen;
    chosen = layer; // first, because closing the popup before comes back here
    if (before && before !== layer) mark(before, false);
    if (!layer) return;
    mark(layer, true);
    const row = rowOf(layer);
    if (from === "map" && row && !narrow.matches) {
      row.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
    }
    if (from !== "table") return;
    if (!map.getBounds().pad(-0.05).contains(layer.getLatLng())) {
      map.setView(layer.getLatLng(), Math.max(map.getZoom(), 11), { animate: false });
    }
    layer.openPopup();
    if (narrow.matches) document.querySelector(".canvas").scrollIntoView({ block: "center" });
  }
  addEventListener("keydown", (event) => event.key === "Escape" && choose(null));
  function mark(layer, on) {
    layer.getElement()?.classList.toggle("chosen", on);
    layer.setZIndexOffset(on ? 1000 : layer.kind === "base" ? -500 : 0);
    rowOf(layer)?.classList.toggle("chosen", on);
    if (!on) layer.closePopup();
  }
  each("tr[data-stop], tr[data-out]", (row) => {
    const kind = row.dataset.stop === undefined ? "out" : "stop";
    const index = Number(row.dataset[kind]);
    row.addEventListener("click", (event) => {
      if (event.target.closest("a")) return;
      const layer = all[kind].find((one) => one.index === index);
      if (layer && !map.hasLayer(layer)) showOut(true);
      if (layer) choose(layer, "table");
    });
  });
  function showOut(on) {
    document.getElementById("show-out").checked = on;
    filter();
  }

  // filtering
  const day = () => Number(document.querySelector('input[name="day"]:checked').value);
  const teams = () => new Set([...document.querySelectorAll('input[name="team"]:checked')].map((one) => Number(one.value)));
  function filter() {
    const chosenDay = day();
    const chosenTeams = teams();
    const out = document.getElementById("show-out").checked;
    const shown = (team, date) => chosenTeams.has(team) && (chosenDay < 0 || chosenDay === date);
    for (const layer of [...all.leg, ...all.stop]) toggle(layer, shown(about(layer).team, about(layer).day));
    for (const layer of all.base) toggle(layer, true);
    for (const layer of all.out) toggle(layer, out);
    let rows = 0;
    each("tbody[data-team]", (body) => {
      body.hidden = !shown(Number(body.dataset.team), Number(body.dataset.day));
      rows += !body.hidden;
    });
    document.getElementById("no-outing").hidden = rows > 0;
    for (const layer of all.stop) {
      const sub = layer.sign.lastChild;
      sub.hidden = chosenDay >= 0;
      sub.textContent = layer.day;
      layer.radius = chosenDay < 0 ? 13 : 12;
    }
    if (chosen && !map.hasLayer(chosen)) choose(null);
    arrange();
  }
  function toggle(layer, on) {
    if (layer.leader && !on) layer.leader.hidden = true;
    if (on === map.hasLayer(layer)) return;
    if (on) map.addLayer(layer);
    else map.removeLayer(layer);
  }

  // views
  const core = L.latLngBounds(labels.view.core);
  const bounds = (layers) => L.latLngBounds(layers.map((layer) => layer.getLatLng()));
  function fit(box) {
    map.fitBounds(box, { padding: [46, 46], maxZoom: 13, animate: false });
  }
  function fitCity() {
    const near = [...all.stop, ...all.base].filter((layer) => map.hasLayer(layer) && core.contains(layer.getLatLng()));
    fit(near.length > 1 ? bounds(near) : core);
  }
  function fitAll() {
    const marks = [...all.stop, ...all.base, ...all.out].filter((layer) => map.hasLayer(layer));
    fit(marks.length > 1 ? bounds(marks) : L.latLngBounds(labels.view.all));
  }
  document.getElementById("view-city").addEventListener("click", fitCity);
  document.getElementById("view-all").addEventListener("click", fitAll);

  // arranging: rivers, marks apart, arrows, names
  function arrange() {
    const zoom = map.getZoom();
    const metresPerPixel = (156543.03 * Math.cos((29.6 * Math.PI) / 180)) / 2 ** zoom;
    for (const layer of all.river) {
      toggle(layer, zoom < CITY_SCALE);
      if (zoom < CITY_SCALE) layer.setStyle({ weight: Math.max(3, RIVER_METRES / metresPerPixel) });
    }
    for (const layer of all.river) if (map.hasLayer(layer)) layer.bringToBack();
    placeMarks();
    placeArrows();
    placeNames();
  }

  function placeMarks() {
    const marks = [...all.stop, ...all.out, ...all.base].filter((layer) => map.hasLayer(layer));
    const spots = marks.map((layer) => map.latLngToLayerPoint(layer.getLatLng()));
    const places = apart(marks, spots);
    marks.forEach((layer, at) => {
      const [x, y] = [places[at][0] - spots[at].x, places[at][1] - spots[at].y];
      const far = Math.hypot(x, y);
      layer.shift = far < 1.5 ? [0, 0] : [x, y];
      const [dx, dy] = layer.shift;
      const size = layer.kind === "base" ? 13 : layer.radius * 2;
      Object.assign(layer.sign.style, {
        width: `${size}px`,
        height: `${size}px`,
        minWidth: `${size}px`,
        transform: `translate(${dx - size / 2}px, ${dy - size / 2}px)`,
      });
      const drawn = far > layer.radius * 0.6;
      layer.leader.hidden = !drawn;
      layer.leader.style.width = `${far}px`;
      layer.leader.style.transform = `translate(${spots[at].x}px, ${spots[at].y}px) rotate(${Math.atan2(y, x)}rad)`;
      const top = [dx, dy - layer.radius + 2];
      layer.getPopup().options.offset = top;
      layer.getTooltip().options.offset = top;
      const icon = layer.getElement();
      icon.setAttribute("aria-label", `${recordOf(layer).mark || word("base")} ${say(nameOf(layer))}`);
      icon.classList.toggle("chosen", layer === chosen);
    });
    if (chosen && chosen.isPopupOpen()) chosen.getPopup().update();
  }

  // pushes circles that overlap apart by pixels, each as near to its own place as the others allow
  function apart(marks, spots) {
    const places = spots.map((spot) => [spot.x, spot.y]);
    const turns = marks.length > 150 ? 150 : 400;
    for (let turn = 0; turn < turns; turn++) {
      const pull = turn < turns / 4 ? 0.06 : 0;
      let still = true;
      for (let a = 0; a < places.length; a++) {
        for (let b = a + 1; b < places.length; b++) {
          const least = marks[a].radius + marks[b].radius + 2;
          let x = places[b][0] - places[a][0];
          let y = places[b][1] - places[a][1];
          if (Math.abs(x) >= least || Math.abs(y) >= least) continue;
          let far = Math.hypot(x, y);
          if (far >= least) continue;
          still = false;
          if (far < 0.01) {
            [x, y, far] = [Math.cos(2.4 * b), Math.sin(2.4 * b), 1];
            far = 1;
          }
          const share = marks[a].kind === "base" ? 0.15 : marks[b].kind === "base" ? 0.85 : 0.5;
          const push = (least - Math.min(far, least)) / far;
          places[a][0] -= x * push * share;
          places[a][1] -= y * push * share;
          places[b][0] += x * push * (1 - share);
          places[b][1] += y * push * (1 - share);
        }
      }
      if (still && !pull) break;
      for (let at = 0; at < places.length; at++) {
        places[at][0] += (spots[at].x - places[at][0]) * pull;
        places[at][1] += (spots[at].y - places[at][1]) * pull;
      }
    }
    return places;
  }

  function placeArrows() {
    for (const { leg, mark } of arrows) {
      const points = leg.getLatLngs();
      const [start, end] = [points[0], points[points.length - 1]].map((place) => map.latLngToLayerPoint(place));
      const on = map.hasLayer(leg) && start.distanceTo(end) > 58;
      toggle(mark.marker, on);
      if (!on) continue;
      const middle = points[Math.floor(points.length / 2)];
      mark.marker.setLatLng(middle);
      mark.turned.style.transform = `rotate(${Math.atan2(end.y - start.y, end.x - start.x)}rad)`;
    }
  }

  // names: each at the first of its places where it covers nothing; the less important ones give way
  const names = [];
  function collectNames() {
    const pane = map.getPane("names");
    pane.replaceChildren();
    names.length = 0;
    const holder = element("div", "names");
    pane.append(holder);
    const add = (kind, text, rank, spots, least) => {
      if (!text) return;
      const shown = element("span", kind, text);
      holder.append(shown);
      names.push({ shown, rank, spots, least, width: shown.offsetWidth, height: shown.offsetHeight });
    };
    for (const layer of all.base) {
      add("base", say(nameOf(layer)), 200, () => beside(layer), 9.5);
    }
    for (const one of labels.districts) {
      add(one.rank < 9 ? "district major" : "district", say(one), one.rank, () => around(one.at), 0);
    }
    all.river.forEach((layer, at) => {
      const line = layer.getLatLngs();
      const spots = [0.3, 0.5, 0.7, 0.2, 0.85].map((share) => line[Math.floor(line.length * share)]);
      add("water", say(labels.rivers[at]), 50, () => (map.hasLayer(layer) ? spots.map(centred) : []), 9.5);
    });
    for (const layer of all.stop) add("visit", say(nameOf(layer)), 300, () => beside(layer), NAMES_FROM);
    names.sort((one, other) => one.rank - other.rank);
  }
  const centred = (place) => {
    const spot = map.latLngToLayerPoint(place);
    return [spot.x, spot.y, 0, 0];
  };
  // spots: x, y and where the name's box lies from there (-1 left or above, 0 centred, 1 right or below)
  function around(place) {
    const [x, y] = centred(place);
    return [[x, y, 0, 0], [x, y - 22, 0, 0], [x, y + 22, 0, 0], [x + 14, y, 1, 0], [x - 14, y, -1, 0], [x + 14, y - 18, 1, 0], [x - 14, y + 18, -1, 0]];
  }
  function beside(layer) {
    if (!map.hasLayer(layer)) return [];
    const [x, y] = centred(layer.getLatLng());
    const [sx, sy] = [x + layer.shift[0], y + layer.shift[1]];
    const off = layer.radius + 4;
    return [[sx + off, sy, 1, 0], [sx - off, sy, -1, 0], [sx, sy + off, 0, 1], [sx, sy - off, 0, -1]];
  }
  function placeNames() {
    const zoom = map.getZoom();
    const size = map.getSize();
    const corner = map.containerPointToLayerPoint([0, 0]);
    const taken = boxesOfMarks().concat(boxesOfControls(corner));
    for (const name of names) {
      const spot = zoom < name.least ? null : name.spots().map((one) => boxOf(one, name)).find((one) => free(one, taken, corner, size));
      name.shown.hidden = !spot;
      if (!spot) continue;
      taken.push(spot);
      name.shown.style.transform = `translate(${Math.round(spot[0])}px, ${Math.round(spot[1])}px)`;
    }
  }
  const boxOf = ([x, y, side, rise], { width, height }) => {
    const left = side === 0 ? x - width / 2 : side > 0 ? x : x - width;
    const top = rise === 0 ? y - height / 2 : rise > 0 ? y : y - height;
    return [left, top, left + width, top + height];
  };
  const free = (one, taken, corner, size) =>
    one[0] > corner.x + 4 && one[1] > corner.y + 4 && one[2] < corner.x + size.x - 4 && one[3] < corner.y + size.y - 4 &&
    taken.every((other) => one[2] + 3 < other[0] || one[0] - 3 > other[2] || one[3] + 1 < other[1] || one[1] - 1 > other[3]);
  function boxesOfMarks() {
    const marks = [...all.stop, ...all.out, ...all.base].filter((layer) => map.hasLayer(layer));
    return marks.map((layer) => {
      const [x, y] = centred(layer.getLatLng());
      const [sx, sy] = [x + layer.shift[0], y + layer.shift[1]];
      return [sx - layer.radius, sy - layer.radius, sx + layer.radius, sy + layer.radius];
    });
  }
  function boxesOfControls(corner) {
    const frame = map.getContainer().getBoundingClientRect();
    return [...document.querySelectorAll(".canvas .leaflet-control, .schematic, .attribution, .views")]
      .map((one) => one.getBoundingClientRect())
      .filter((one) => one.width > 0)
      .map((one) => [one.left, one.top, one.right, one.bottom].map((value, at) => value - (at % 2 ? frame.top - corner.y : frame.left - corner.x)));
  }

  // language
  function speak(to) {
    language = to;
    root.lang = to === "en" ? "en" : "zh-CN";
    const title = document.querySelector("title");
    document.title = title.dataset[to];
    if (zoomControl) zoomControl.remove();
    zoomControl = L.control.zoom({ zoomInTitle: word("zoom_in"), zoomOutTitle: word("zoom_out") }).addTo(map);
    map.closePopup();
    ground?.speak?.(to);
    collectNames();
    arrange();
  }
  each(".languages a", (link) =>
    link.addEventListener("click", (event) => {
      event.preventDefault();
      speak(link.dataset.lang);
      if (location.protocol.startsWith("http")) history.replaceState(null, "", link.href);
    }),
  );

  // paper: the map takes the size it has there before it is printed
  let before = null;
  addEventListener("beforeprint", lay);
  function lay() {
    if (before) return;
    before = [map.getCenter(), map.getZoom()];
    map.closePopup();
    document.body.classList.add("printing");
    map.invalidateSize({ animate: false, pan: false });
    fitCity();
    arrange();
  }
  addEventListener("afterprint", () => {
    document.body.classList.remove("printing");
    map.invalidateSize({ animate: false, pan: false });
    map.setView(...before, { animate: false });
    before = null;
  });
  document.getElementById("print").addEventListener("click", async () => {
    lay();
    await drawn();
    print();
  });
  // until the background is there, or for so long as a reader would wait
  const drawn = () =>
    new Promise((done) => {
      if (!ground?.isLoading()) return done();
      ground.once("load", done);
      setTimeout(done, 4000);
    });

  // background
  if (ground) {
    ground.addTo(map);
    each(".legend .river", (sign) => (sign.closest("li").hidden = true));
  }
  const owners = new Set([labels.roads, tiles?.attribution].filter(Boolean));
  document.getElementById("attribution").textContent = [...owners].join(" · ");
  L.control.scale({ imperial: false, maxWidth: 120 }).addTo(map);

  speak(language);
  filter();
  fitCity();
  arrange();
  map.on("zoomend", arrange);
  map.on("moveend", placeNames);
  map.on("resize", arrange);
  new ResizeObserver(() => map.invalidateSize({ animate: false, pan: false })).observe(map.getContainer());
  each('input[name="day"]', (one) => one.addEventListener("change", () => { filter(); fitCity(); }));
  each('input[name="team"], #show-out', (one) => one.addEventListener("change", filter));
  root.dataset.ready = "yes";
})();
