"""Driving times on the imported roads: the fastest ways by car, one-way streets and access respected.

Needs a folder made by `planner.travel.roads.import_roads`. Places join the nearest street; ferries are never
used, turn restrictions not known. Roads closed by name are driven around.
"""

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from planner.model import Place
from planner.reasons import Reason, reason
from planner.travel.atlas import Atlas, open_atlas
from planner.travel.land import Gateway
from planner.travel.network import TIME, Ends, Network, decimetres_of, ms_of, without_streets
from planner.travel.outlines import misplaced
from planner.travel.streets import Streets
from planner.travel.ways import NO_ROAD, Floats, Handling, Legs, Run, Unavailable, Way, degrees, describing

FAR_METRES = 300
"""From here on a place far from any road is warned of: half a kilometre is a wrong coordinate system."""
BEYOND_METRES = 5_000
"""Farther than this from any road, a place lies outside the imported area."""


class Osm:
    """The provider over an atlas of imported roads."""

    name = "osm"
    estimated = False
    closures: Handling = "closes"

    def __init__(self, roads: Atlas | Path, gateways: Sequence[Gateway] = ()) -> None:
        """`roads` may be the folder of an import; it is opened when first asked. `gateways` let closures
        name a gateway's id."""
        self._roads = roads
        self._gateways = tuple(gateways)
        self._network_without = lru_cache(maxsize=4)(self._without)

    @cached_property
    def _atlas(self) -> Atlas:
        return open_atlas(self._roads) if isinstance(self._roads, Path) else self._roads

    def version(self) -> str:
        """A digest of the extract and of the form of the import. Raises Unavailable where there is none."""
        return self._atlas.version

    def legs(self, places: Sequence[Place], closed: frozenset[str] = frozenset()) -> Legs:
        """The fastest legs between all places; warns of places far from any road and of closures not found.

        Raises Unavailable where places lie outside the imported area.
        """
        network, unknown = self._network_without(closed)
        ends, metres = self._ends(places)
        beyond = int((metres > BEYOND_METRES).sum())
        if beyond:
            raise Unavailable(reason("travel_beyond_data", places=beyond, metres=BEYOND_METRES))
        weights = network.weights(ends)
        reached = np.isfinite(weights)
        known = np.where(reached, weights, 0.0)
        seconds = np.where(reached, np.rint(ms_of(known) / 1000), NO_ROAD).astype(np.int64)
        lengths = np.where(reached, np.rint(decimetres_of(known) / 10), NO_ROAD).astype(np.int64)
        far = [
            reason("travel_far_from_road", place=int(one), metres=round(float(metres[one])))
            for one in np.flatnonzero(metres > FAR_METRES)
        ]
        return Legs(seconds, lengths, (*far, *unknown))

    def misplaced(self, places: Sequence[Place], districts: Sequence[str]) -> tuple[int, ...] | None:
        """Indices of the places that surely lie outside their district; None where there are no outlines."""
        try:
            outlines = self._atlas.outlines
        except Unavailable:
            return None
        if not outlines:
            return None
        return tuple(
            index
            for index, (place, district) in enumerate(zip(places, districts, strict=True))
            if district and misplaced(outlines, place.lat, place.lon, district)
        )

    def way(self, start: Place, end: Place, closed: frozenset[str] = frozenset()) -> Way:
        """The fastest way along the roads. Raises Unavailable where none leads there."""
        network, _ = self._network_without(closed)
        ends, metres = self._ends([start, end])
        weight = float(network.weights(ends)[0, 1])
        if not np.isfinite(weight) or metres.max() > BEYOND_METRES:
            raise Unavailable(reason("travel_no_road", start=_shown(start), end=_shown(end)))
        pieces = _pieces(network, self._atlas.streets, ends, weight)
        points: list[tuple[float, float]] = []
        for street, begin, stop in pieces:
            line = self._atlas.streets.line(street, begin, stop)
            points += line[1:] if points and points[-1] == line[0] else line
        names, english = self._names(pieces)
        return Way(
            round(float(ms_of(np.array(weight))) / 1000),
            round(float(decimetres_of(np.array(weight))) / 10),
            tuple(points),
            names,
            english,
        )

    def _ends(self, places: Sequence[Place]) -> tuple[Ends, Floats]:
        streets = self._atlas.streets
        if not places:
            none = np.zeros(0, dtype=np.int64)
            return Ends(none.reshape(0, 2), np.zeros((0, 2)), np.zeros((0, 2)), none, np.zeros(0)), np.zeros(0)
        street, share, metres = streets.nearest(degrees(places))
        ms, decimetres = streets.ms[street], streets.decimetres[street]
        behind = np.rint(share * ms) * TIME + np.rint(share * decimetres)
        ahead = ms * TIME + decimetres - behind
        forward, backward = streets.forward[street], streets.backward[street]
        lost = streets.lost_ms * TIME
        out = np.stack(
            [
                np.where(backward, behind + lost[streets.tail[street]], np.inf),
                np.where(forward, ahead + lost[streets.head[street]], np.inf),
            ],
            axis=1,
        )
        into = np.stack([np.where(forward, behind, np.inf), np.where(backward, ahead, np.inf)], axis=1)
        node = np.stack([streets.tail[street], streets.head[street]], axis=1)
        return Ends(node, out, into, street, share), metres

    def _without(self, closed: frozenset[str]) -> tuple[Network, tuple[Reason, ...]]:
        """The network without the closed roads, and warnings of those it does not know."""
        shut = np.zeros(len(self._atlas.streets.tail), dtype=np.bool_)
        unknown: list[Reason] = []
        for name in sorted(closed):
            found = self._named(name)
            if not found.any():
                unknown.append(reason("travel_closure_unknown", road=name, provider=self.name))
            shut |= found
        network = without_streets(self._atlas.network, shut) if shut.any() else self._atlas.network
        return network, tuple(unknown)

    def _named(self, closed: str) -> NDArray[np.bool_]:
        """Streets that carry a name, or the name of the gateway with that id or name."""
        wanted = {closed}.union(*(one.names for one in self._gateways if closed in one.names))
        keys = {_bare(part) for name in wanted for part in name.split("/")}
        names = self._atlas.streets.names
        match = np.array([bool(name[0]) and not keys.isdisjoint(map(_bare, name)) for name in names])
        return np.asarray(match[self._atlas.streets.name])

    def _names(self, pieces: Sequence[tuple[int, float, float]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        streets = self._atlas.streets
        runs: list[Run] = []
        for street, begin, stop in pieces:
            zh, en = streets.names[int(streets.name[street])]
            runs.append((zh, en, float(streets.decimetres[street]) / 10 * abs(stop - begin)))
        return describing(runs)


def osm(folder: Path, gateways: Sequence[Gateway] = ()) -> Osm:
    """The provider over the imported roads in `folder`. Raises Unavailable where there are none."""
    return Osm(open_atlas(folder), gateways)


def _pieces(network: Network, streets: Streets, ends: Ends, weight: float) -> list[tuple[int, float, float]]:
    """The streets of the way from the first to the second place, each with the shares it is driven from and to."""
    source, target = network.nodes, network.nodes + 1
    arcs = network.arcs.some(network.arcs.lightest)
    graph = coo_array(
        (
            np.concatenate([arcs.weight, ends.out[0], ends.into[1]]),
            (
                np.concatenate([arcs.tail, [source, source], ends.node[1]]),
                np.concatenate([arcs.head, ends.node[0], [target, target]]),
            ),
        ),
        shape=(network.nodes + 2,) * 2,
    )
    found, before = dijkstra(csr_array(graph), indices=[source], return_predecessors=True, limit=weight + 1)
    if not found[0, target] <= weight:
        return [(int(ends.street[0]), float(ends.share[0]), float(ends.share[1]))]
    nodes = [int(before[0, target])]
    while nodes[-1] != source:
        nodes.append(int(before[0, nodes[-1]]))
    nodes = nodes[-2::-1]
    tails, heads = np.array(nodes[:-1], dtype=np.int64), np.array(nodes[1:], dtype=np.int64)
    middle = arcs.street[arcs.find(tails, heads, network.nodes)]
    pieces = [(int(one), *_driven(streets, int(one), int(tail))) for one, tail in zip(middle, tails, strict=True)]
    first = (int(ends.street[0]), float(ends.share[0]), 1.0 if nodes[0] == _best(ends, 0, "out", nodes[0]) else 0.0)
    last = (int(ends.street[1]), 1.0 if nodes[-1] == _best(ends, 1, "into", nodes[-1]) else 0.0, float(ends.share[1]))
    return [first, *pieces, last]


def _best(ends: Ends, place: int, side: str, node: int) -> int:
    """The head of a place's street if the way goes over it at `node`, else −1 (a loop has both ends there)."""
    weights: Any = getattr(ends, side)[place]
    sides = [one for one in (0, 1) if int(ends.node[place, one]) == node]
    best = min(sides, key=lambda one: float(weights[one]))
    return node if best == 1 else -1


def _driven(streets: Streets, street: int, tail: int) -> tuple[float, float]:
    """Whether a street is driven along or against its points, as shares from and to."""
    return (0.0, 1.0) if int(streets.tail[street]) == tail else (1.0, 0.0)


def _bare(name: str) -> str:
    """A road's name without what maps write differently: brackets, the river in a bridge's name, case."""
    return re.sub(r"[(（].*?[)）]|长江|嘉陵江| ", "", name).casefold()


def _shown(place: Place) -> str:
    return f"{place.lat:.5f}, {place.lon:.5f}"
