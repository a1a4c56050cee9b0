"""A road network that answers whole matrices quickly: streets, arcs, and shortcuts between cells.

The nodes are halved by place again and again into cells of some thousand. Within each cell the shortest ways
between the nodes on its border become shortcuts, so that a query runs Dijkstra inside the cells of its
places and on the small graph of borders (a two-level partition, after Delling et al., Customizable Route
Planning, 2011). Every answer is exact.

A weight is `milliseconds × 2²⁴ + decimetres`: whole numbers that a float64 adds without error, so Dijkstra
finds the fastest way, of equally fast ones the shortest, and its length comes out of the same sum.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from planner.travel.ways import Floats, Integers

CELL_NODES = 3000
"""Cells are halved until they have at most so many nodes."""
TIME = float(2**24)
"""What a millisecond weighs against a decimetre; ways are shorter than 1,600 km."""


@dataclass(frozen=True, eq=False)
class Arcs:
    """Directed arcs without loops, ascending by (tail, head, weight); several may join the same nodes."""

    tail: Integers
    head: Integers
    weight: Floats
    street: Integers

    @cached_property
    def lightest(self) -> NDArray[np.bool_]:
        """Which arcs are the lightest between their nodes."""
        first = np.ones(len(self.tail), dtype=np.bool_)
        first[1:] = (self.tail[1:] != self.tail[:-1]) | (self.head[1:] != self.head[:-1])
        return first

    def some(self, kept: NDArray[np.bool_]) -> "Arcs":
        """Those arcs that are marked."""
        return Arcs(self.tail[kept], self.head[kept], self.weight[kept], self.street[kept])

    def find(self, tail: Integers, head: Integers, nodes: int) -> Integers:
        """Positions of the lightest arcs between nodes that are joined."""
        return np.asarray(np.searchsorted(self.tail * nodes + self.head, tail * nodes + head))


@dataclass(frozen=True, eq=False)
class Part:
    """One cell: its nodes, those of them on its border, and the arcs inside between positions in `members`."""

    members: Integers
    gates: Integers
    graph: csr_array


@dataclass(frozen=True, eq=False)
class Ends:
    """How places join the network; arrays have one row per place and a column for each end of its street.

    `node` is the end's node, `out` the weight of leaving towards it, `into` of arriving from it; infinite
    where the street may not be driven that way. `street` and `share` (0 at the tail, 1 at the head) say where.
    """

    node: Integers
    out: Floats
    into: Floats
    street: Integers
    share: Floats


def ms_of(weight: Floats) -> Floats:
    """Milliseconds in a weight."""
    return np.asarray(np.floor(weight / TIME))


def decimetres_of(weight: Floats) -> Floats:
    """Decimetres in a weight."""
    return np.asarray(weight - np.floor(weight / TIME) * TIME)


def make_arcs(tail: Integers, head: Integers, weight: Floats, street: Integers) -> Arcs:
    """The arcs in order, loops left out."""
    order = np.lexsort((street, weight, head, tail))
    order = order[tail[order] != head[order]]
    return Arcs(tail[order], head[order], weight[order], street[order])


def largest_part(tail: Integers, head: Integers, nodes: int) -> NDArray[np.bool_]:
    """The nodes of the largest part in which every node can be driven to from every other."""
    graph = coo_array((np.ones(len(tail)), (tail, head)), shape=(nodes, nodes))
    _, part = connected_components(csr_array(graph), directed=True, connection="strong")
    return np.asarray(part == np.bincount(part).argmax())


def halved(north: Floats, east: Floats) -> Integers:
    """Cell of each node: halved by the median along the longer side until cells are small enough."""
    cell = np.zeros(len(north), dtype=np.int64)
    halvings = max(0, int(np.ceil(np.log2(max(1, len(north)) / CELL_NODES))))
    for turn in range(halvings):
        order = np.lexsort((north if turn % 2 else east, cell))
        sizes = np.bincount(cell)
        rank = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        upper = np.empty(len(order), dtype=np.int64)
        upper[order] = 2 * rank >= np.repeat(sizes, sizes)
        cell = 2 * cell + upper
    return cell


@dataclass(frozen=True, eq=False)
class Network:
    """Arcs over nodes in cells, and the shortcuts inside each cell."""

    nodes: int
    arcs: Arcs
    cell: Integers
    shortcuts: tuple[Arcs, ...]

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The cells by number."""
        return cells_of(self.arcs, self.cell)

    @cached_property
    def border(self) -> Integers:
        """Nodes with an arc from or to another cell, ascending."""
        return borders(self.arcs, self.cell)

    @cached_property
    def _overlay(self) -> tuple[Integers, Integers, Floats]:
        """Arcs between cells and shortcuts within, ends as positions in `border`."""
        crossing = self.arcs.lightest & (self.cell[self.arcs.tail] != self.cell[self.arcs.head])
        parts = [(self.arcs.tail[crossing], self.arcs.head[crossing], self.arcs.weight[crossing])]
        parts += [(one.tail, one.head, one.weight) for one in self.shortcuts]
        tail, head, weight = (np.concatenate(part) for part in zip(*parts, strict=True))
        return np.searchsorted(self.border, tail), np.searchsorted(self.border, head), weight

    def weights(self, ends: Ends) -> Floats:
        """Weights of the best ways between all places, shape (places, places); infinite where there is none."""
        count, borders_count = len(ends.node), len(self.border)
        out, into, near = self._reach(ends)
        tail, head, weight = self._overlay
        leave, leave_to = np.nonzero(np.isfinite(out))
        arrive, arrive_from = np.nonzero(np.isfinite(into))
        graph = coo_array(
            (
                np.concatenate([weight, out[leave, leave_to], into[arrive, arrive_from]]),
                (
                    np.concatenate([tail, borders_count + leave, arrive_from]),
                    np.concatenate([head, leave_to, borders_count + count + arrive]),
                ),
            ),
            shape=(borders_count + 2 * count,) * 2,
        )
        far = dijkstra(csr_array(graph), indices=borders_count + np.arange(count))[:, borders_count + count :]
        found = np.minimum(np.minimum(far, near), self._same_street(ends))
        np.fill_diagonal(found, 0.0)
        return np.asarray(found)

    def _reach(self, ends: Ends) -> tuple[Floats, Floats, Floats]:
        """Weights from each place to the border nodes of its cells, from those to it, and to places nearby."""
        count = len(ends.node)
        out = np.full((count, len(self.border)), np.inf)
        into = np.full((count, len(self.border)), np.inf)
        near = np.full((count, count), np.inf)
        place, side = (part.ravel() for part in np.indices(ends.node.shape))
        node = ends.node.ravel()
        for one in np.unique(self.cell[node]):
            here = self.cell[node] == one
            places, nodes = place[here], node[here]
            leave, arrive = ends.out[places, side[here]], ends.into[places, side[here]]
            part = self.parts[int(one)]
            local, gates = np.searchsorted(part.members, nodes), np.searchsorted(part.members, part.gates)
            columns = np.searchsorted(self.border, part.gates)
            ahead = dijkstra(part.graph, indices=local) + leave[:, None]
            behind = dijkstra(csr_array(part.graph.T), indices=local)[:, gates] + arrive[:, None]
            np.minimum.at(out, (places[:, None], columns[None, :]), ahead[:, gates])
            np.minimum.at(into, (places[:, None], columns[None, :]), behind)
            np.minimum.at(near, (places[:, None], places[None, :]), ahead[:, local] + arrive[None, :])
        return out, into, near

    @staticmethod
    def _same_street(ends: Ends) -> Floats:
        """Weights between places on one street, along it; the parts of a street add up to the whole."""
        together = ends.street[:, None] == ends.street[None, :]
        ahead = ends.share[:, None] <= ends.share[None, :]
        onward = np.isfinite(ends.into[:, 0])[:, None] & ahead
        back = np.isfinite(ends.into[:, 1])[:, None] & (ends.share[:, None] >= ends.share[None, :])
        with np.errstate(invalid="ignore"):
            along = np.where(onward, ends.into[None, :, 0] - ends.into[:, None, 0], np.inf)
            against = np.where(back, ends.into[None, :, 1] - ends.into[:, None, 1], np.inf)
        return np.asarray(np.where(together, np.minimum(along, against), np.inf))


def borders(arcs: Arcs, cell: Integers) -> Integers:
    """Nodes with an arc from or to another cell, ascending."""
    crossing = cell[arcs.tail] != cell[arcs.head]
    return np.unique(np.concatenate([arcs.tail[crossing], arcs.head[crossing]]))


def cells_of(arcs: Arcs, cell: Integers) -> tuple[Part, ...]:
    """The cells by number, each with its nodes and inner arcs."""
    count = int(cell.max()) + 1 if len(cell) else 0
    nodes = np.argsort(cell, kind="stable")
    ends = np.cumsum(np.bincount(cell, minlength=count))
    local = np.empty(len(cell), dtype=np.int64)
    local[nodes] = np.arange(len(cell)) - np.repeat(ends - np.bincount(cell, minlength=count), np.bincount(cell))
    inner = arcs.some(arcs.lightest & (cell[arcs.tail] == cell[arcs.head]))
    order = np.argsort(cell[inner.tail], kind="stable")
    stops = np.cumsum(np.bincount(cell[inner.tail], minlength=count))
    border = borders(arcs, cell)
    parts: list[Part] = []
    for one in range(count):
        members = nodes[ends[one - 1] if one else 0 : ends[one]]
        mine = order[stops[one - 1] if one else 0 : stops[one]]
        where = (local[inner.tail[mine]], local[inner.head[mine]])
        graph = csr_array(coo_array((inner.weight[mine], where), shape=(len(members), len(members))))
        parts.append(Part(members, border[cell[border] == one], graph))
    return tuple(parts)


def make_shortcuts(part: Part) -> Arcs:
    """The best ways inside a cell between its border nodes, those left out that pass a third one."""
    gates = np.searchsorted(part.members, part.gates)
    between = dijkstra(part.graph, indices=gates)[:, gates] if len(gates) else np.zeros((0, 0))
    plain = np.isfinite(between)
    np.fill_diagonal(plain, False)
    for middle in range(len(gates)):
        through = between[:, middle, None] + between[None, middle, :] <= between
        through[middle, :] = through[:, middle] = False
        plain &= ~through
    tail, head = np.nonzero(plain)
    return make_arcs(part.gates[tail], part.gates[head], between[tail, head], np.full(len(tail), -1))


def make_network(arcs: Arcs, cell: Integers) -> Network:
    """The network with the shortcuts of all its cells."""
    parts = cells_of(arcs, cell)
    return Network(len(cell), arcs, cell, tuple(make_shortcuts(part) for part in parts))


def without_streets(network: Network, shut: NDArray[np.bool_]) -> Network:
    """The network with the streets marked in `shut` taken out; only the cells they touch are worked anew."""
    arcs, cell = network.arcs, network.cell
    gone = shut[arcs.street]
    kept = arcs.some(~gone)
    touched = set(cell[arcs.tail[gone]].tolist()) | set(cell[arcs.head[gone]].tolist())
    parts = cells_of(kept, cell)
    shortcuts = (make_shortcuts(parts[one]) if one in touched else old for one, old in enumerate(network.shortcuts))
    return Network(network.nodes, kept, cell, tuple(shortcuts))
