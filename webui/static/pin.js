/* The map for one pin: drag it, click, or paste coordinates; the form is what is saved. Works beside a form without it. */
"use strict";
(() => {
  const box = document.getElementById("pin-map");
  if (!box || !window.L) return;
  const form = document.querySelector(".pin-form");
  const place = form && form.elements.place;
  const datum = form && form.elements.datum;
  const meaning = form && form.querySelector("[data-meaning]");
  const saved = box.dataset.lat ? [Number(box.dataset.lat), Number(box.dataset.lon)] : null;
  const map = L.map(box, { attributionControl: false, zoomSnap: 0.5, minZoom: 7, maxZoom: 18 });
  map.setView(saved || [29.56, 106.55], saved ? 11.5 : 10);
  L.control.scale({ imperial: false }).addTo(map);
  let shown = "wgs84";
  let marker = null;

  const text = (point) => point.map((one) => one.toFixed(6)).join(", ");

  function mark(point) {
    if (marker) { marker.setLatLng(point); return; }
    const icon = L.divIcon({ className: "pin-mark", iconSize: [26, 26], iconAnchor: [13, 26] });
    marker = L.marker(point, { icon, draggable: box.dataset.edits === "yes", title: box.dataset.pin, alt: box.dataset.pin }).addTo(map);
    marker.on("dragend", () => chosen(marker.getLatLng()));
  }

  function chosen(at) {
    if (!place) return;
    mark([at.lat, at.lng]);
    place.value = text([at.lat, at.lng]);
    datum.value = shown;
    explain();
  }

  function distance(point) {
    return saved ? Math.round(map.distance(saved, point)) : 0;
  }

  async function meant(lat, lon, of) {
    const query = new URLSearchParams({ place: `${lat}, ${lon}`, datum: of });
    const answer = await fetch(`${box.dataset.point}?${query}`, { headers: { Accept: "application/json" } });
    return answer.ok ? answer.json() : null;
  }

  async function explain(move) {
    const query = new URLSearchParams({ place: place.value, datum: datum.value });
    const answer = await fetch(`${box.dataset.point}?${query}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) { meaning.textContent = place.value ? meaning.dataset.wrong : ""; return; }
    const points = await answer.json();
    meaning.textContent = meaning.dataset.words.replace("{point}", text(points.wgs84)).replace("{metres}", distance(points.wgs84));
    if (move) { mark(points[shown]); map.panTo(points[shown]); }
  }

  function names(list) {
    const layer = L.layerGroup().addTo(map);
    const draw = () => {
      layer.clearLayers();
      const taken = [];
      for (const one of list) {
        const at = map.latLngToContainerPoint(one.at);
        if (taken.some((other) => Math.abs(other.x - at.x) < 90 && Math.abs(other.y - at.y) < 22)) continue;
        taken.push(at);
        const name = document.createElement("span");
        name.textContent = one.name;
        L.marker(one.at, { interactive: false, keyboard: false, icon: L.divIcon({ className: "pin-name", iconSize: [0, 0], html: name }) }).addTo(layer);
      }
    };
    map.on("zoomend moveend", draw);
    draw();
  }

  async function background() {
    const found = await (await fetch(box.dataset.background)).json();
    if (found.tiles) {
      shown = found.tiles.datum;
      const { url, max_zoom: maxNativeZoom, attribution, vector } = found.tiles;
      const language = document.documentElement.lang.startsWith("en") ? "en" : "zh";
      (vector ? window.vectorMap(found.tiles, language, 18) : L.tileLayer(url, { maxNativeZoom, maxZoom: 18 })).addTo(map);
      const owner = document.createElement("span");
      owner.textContent = attribution; // the control takes HTML: the text is escaped by being one
      L.control.attribution({ prefix: false }).addAttribution(owner.innerHTML).addTo(map);
    } else {
      for (const line of found.rivers) L.polyline(line, { className: "pin-river", weight: 9, interactive: false }).addTo(map);
      names(found.districts);
    }
    if (saved) {
      const points = shown === "wgs84" ? { wgs84: saved } : await meant(saved[0], saved[1], "wgs84");
      mark(points[shown]);
      map.setView(points[shown], 11.5);
    }
    if (place && place.value && !saved) explain(true);
  }

  if (place) {
    map.on("click", (event) => chosen(event.latlng));
    place.addEventListener("change", () => explain(true));
    datum.addEventListener("change", () => explain(true));
  }
  background();
})();
