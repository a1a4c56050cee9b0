/* The background from an archive of vector tiles: what is painted and in which colours, which names in which language.
   Layers are known by the names of Protomaps' basemaps and of OpenMapTiles; webui/tilefile.py lists the same ones.
   Names are painted on a canvas, so nothing in them can run. */
"use strict";
(() => {
  const { PolygonSymbolizer, LineSymbolizer, CenteredTextSymbolizer, LineLabelSymbolizer, exp } = protomapsL;
  const [POINT, LINE, AREA] = [1, 2, 3];
  const INK = { land: "#f5f4ef", water: "#cfe1ec", green: "#e6ecdb", campus: "#efe8e0", works: "#ece9e4", house: "#e6e2da",
    border: "#b4aca0", rail: "#c9c4bb", road: "#ffffff", edge: "#d9d4c9", fast: "#f6ead0", fastEdge: "#d8c8a0",
    name: "#5f6873", place: "#4a525c", waterName: "#5d87a3" };
  const NAMES = { zh: ["name:zh-Hans", "name:zh", "name"], en: ["name:en", "name_en", "name:latin", "name"] };
  const DOUBLE = 2; // pixels a side for each on the screen: sharp at half zooms and on paper

  const list = (words) => new Set(words.split(" "));
  const GREEN = list("park forest wood grass grassland garden meadow scrub nature_reserve national_park protected_area cemetery golf_course recreation_ground village_green allotments orchard farmland wetland zoo pitch");
  const CAMPUS = list("school university college kindergarten hospital");
  const WORKS = list("industrial commercial retail railway");
  const FAST = list("highway motorway trunk motorway_link trunk_link");
  const MAIN = list("major_road primary secondary primary_link secondary_link");
  const MIDDLE = list("medium_road tertiary tertiary_link");
  const RAIL = list("rail railway transit light_rail");
  const SMALL = list("path track footway cycleway pedestrian steps bridleway corridor platform pier ferry aerialway service construction proposed runway taxiway");
  const LARGE = list("country state region province city");
  const NEAR = list("suburb quarter neighbourhood hamlet isolated_dwelling macrohood farm");

  const kind = (feature) => String(feature.props.kind ?? feature.props["pmap:kind"] ?? feature.props.class ?? "");
  const isA = (shape) => (zoom, feature) => feature.geomType === shape;
  const within = (set, shape) => (zoom, feature) => feature.geomType === shape && set.has(kind(feature));
  const wide = (...stops) => exp(1.6, stops);

  // painting, from the bottom to the top
  const areas = (layers, fill, set) =>
    layers.map((dataLayer) => ({ dataLayer, symbolizer: new PolygonSymbolizer({ fill }), filter: set ? within(set, AREA) : isA(AREA) }));
  const lines = (layers, look, filter = isA(LINE), minzoom = 0) =>
    layers.map((dataLayer) => ({ dataLayer, minzoom, symbolizer: new LineSymbolizer({ lineCap: "round", lineJoin: "round", ...look }), filter }));

  const GROUND = ["landcover", "landuse", "natural", "park"];
  const WATER = ["water", "waterway", "physical_line"];
  const ROADS = ["roads", "transit", "transportation"];
  const sort = (feature) => {
    const found = kind(feature);
    return FAST.has(found) ? 0 : MAIN.has(found) ? 1 : MIDDLE.has(found) ? 2 : RAIL.has(found) ? 4 : SMALL.has(found) ? 5 : 3;
  };
  const road = (number) => (zoom, feature) => feature.geomType === LINE && sort(feature) === number;
  const CLASSES = [ // colour, edge, smallest zoom, widths of the surface by zoom
    { color: INK.fast, edge: INK.fastEdge, least: 0, width: wide([6, 0.8], [10, 1.8], [13, 4], [17, 15]) },
    { color: INK.road, edge: INK.edge, least: 8, width: wide([8, 0.6], [12, 2], [14, 4.5], [17, 13]) },
    { color: INK.road, edge: INK.edge, least: 11, width: wide([11, 0.6], [14, 3], [17, 10]) },
    { color: INK.road, edge: INK.edge, least: 13, width: wide([13, 0.8], [15, 2.6], [17, 7]) },
  ];
  const roads = () => {
    const upwards = [3, 2, 1, 0];
    const edges = upwards.flatMap((at) => {
      const { edge, width, least } = CLASSES[at];
      return lines(ROADS, { color: edge, width: (zoom) => width(zoom) + 1.4 }, road(at), least);
    });
    return edges.concat(upwards.flatMap((at) => lines(ROADS, CLASSES[at], road(at), CLASSES[at].least)));
  };
  const PAINT = [
    ...areas(["earth"], INK.land),
    ...areas(GROUND, INK.green, GREEN),
    ...areas(GROUND, INK.works, WORKS),
    ...areas(GROUND, INK.campus, CAMPUS),
    ...areas(["water"], INK.water),
    ...lines(WATER, { color: INK.water, width: wide([8, 0.7], [12, 1.6], [17, 7]) }),
    ...areas(["building", "buildings"], INK.house).map((rule) => ({ ...rule, minzoom: 14 })),
    ...lines(["boundary", "boundaries"], { color: INK.border, width: 0.9, dash: [5, 4], lineCap: "butt" }),
    ...lines(ROADS, { color: INK.edge, width: wide([14, 0.5], [17, 1.5]) }, road(5), 14),
    ...lines(ROADS, { color: INK.rail, width: wide([9, 0.6], [14, 1.4], [17, 2.4]) }, road(4), 9),
    ...roads(),
  ];

  // names, the most important first: what comes later gives way
  const number = (value, otherwise) => (Number.isFinite(Number(value ?? NaN)) ? Number(value) : otherwise);
  const weight = (props) => number(props.population_rank ?? props["pmap:population_rank"], 0) * 1e6 + number(props.population, 0) - number(props.rank, 0);
  const large = (feature) => LARGE.has(kind(feature)) || feature.props.kind_detail === "city" || LARGE.has(feature.props["pmap:kind_detail"]);
  const small = (feature) => NEAR.has(kind(feature));

  function labels(language, font) {
    const text = { labelProps: NAMES[language], fontFamily: font, stroke: INK.land };
    const places = (minzoom, filter, look) =>
      ["place", "places"].map((dataLayer) => ({
        dataLayer, minzoom,
        symbolizer: new CenteredTextSymbolizer({ ...text, fill: INK.place, width: 2.5, lineHeight: 1.3, ...look }),
        filter: (zoom, feature) => feature.geomType === POINT && filter(feature),
        sort: (one, other) => weight(other) - weight(one),
      }));
    const along = (layers, minzoom, filter, look) =>
      layers.map((dataLayer) => ({ dataLayer, minzoom, symbolizer: new LineLabelSymbolizer({ ...text, fontSize: 11, width: 3, repeatDistance: 400, ...look }), filter }));
    const ways = ["roads", "transportation_name"];
    const over = { fill: INK.name, position: 2, repeatDistance: 500 };
    return [
      ...places(0, large, { fontSize: 15, fontWeight: 600 }),
      ...places(9, (feature) => !large(feature) && !small(feature), { fontSize: 13 }),
      ...along(["waterway", "water", "physical_line", "water_name"], 9, isA(LINE), { fill: INK.waterName, fontSize: 12, position: 2 }),
      ...["water", "water_name", "physical_point"].map((dataLayer) => ({
        dataLayer, minzoom: 10, filter: isA(POINT),
        symbolizer: new CenteredTextSymbolizer({ ...text, fill: INK.waterName, fontSize: 12, width: 2 }),
      })),
      ...along(ways, 12, (zoom, feature) => feature.geomType === LINE && sort(feature) < 2, over),
      ...places(13, small, { fontSize: 12 }),
      ...along(ways, 15, (zoom, feature) => feature.geomType === LINE && sort(feature) < 4, over),
    ];
  }

  /* A Leaflet layer for `tiles` as /plan/labels or /desk/map/background describe them; `speak` changes its names. */
  window.vectorMap = (tiles, language, maxZoom) => {
    const font = getComputedStyle(document.body).fontFamily;
    const layer = protomapsL.leafletLayer({
      url: tiles.url, maxDataZoom: tiles.max_zoom, maxZoom,
      attribution: "", // the page names the owner, as text
      backgroundColor: INK.land,
      paintRules: PAINT,
      devicePixelRatio: Math.max(DOUBLE, window.devicePixelRatio),
    });
    layer.speak = (to) => {
      layer.lang = to === "en" ? "en" : "zh-CN";
      layer.labelRules = labels(to, font);
      layer.clearLayout();
      if (layer._map) layer.redraw();
    };
    layer.speak(language);
    return layer;
  };
})();
