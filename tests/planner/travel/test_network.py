"""Shortcuts between cells give exactly what a plain Dijkstra gives."""

import numpy as np
import pytest
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from planner.travel import network as module
from planner.travel.network import (
    TIME,
    Arcs,
    Ends,
    decimetres_of,
    halved,
    largest_part,
    make_arcs,
    make_network,
    ms_of,
    without_streets,
)
from planner.travel.ways import Floats, Integers


def town(size: int, seed: int) -> tuple[Arcs, Integers, Integers]:
    """A grid of size × size with gaps, one-way streets and double ones; arcs and the place of each node."""
    chance = np.random.default_rng(seed)
    number = np.arange(size * size).reshape(size, size)
    tail = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    head = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    kept = chance.random(len(tail)) < 0.7
    tail, head = np.concatenate([tail[kept], tail[kept][:9]]), np.concatenate([head[kept], head[kept][:9]])
    weight = chance.integers(1000, 60_000, len(tail)) * TIME + chance.integers(100, 5000, len(tail))
    street = np.arange(len(tail))
    both = chance.random(len(tail)) < 0.8
    ends = np.concatenate([tail, head[both]]), np.concatenate([head, tail[both]])
    joined = largest_part(*ends, size * size)
    renumbered = np.cumsum(joined) - 1
    inside = joined[ends[0]] & joined[ends[1]]
    arcs = make_arcs(
        renumbered[ends[0][inside]],
        renumbered[ends[1][inside]],
        np.concatenate([weight, weight[both]])[inside],
        np.concatenate([street, street[both]])[inside],
    )
    north, east = np.divmod(np.flatnonzero(joined), size)
    return arcs, north, east


def at_nodes(arcs: Arcs, nodes: Integers) -> Ends:
    """Places that stand at nodes: no way to go to the node, on a street of their own."""
    pairs = np.stack([nodes, nodes], axis=1)
    return Ends(pairs, np.zeros(pairs.shape), np.zeros(pairs.shape), -1 - np.arange(len(nodes)), np.zeros(len(nodes)))


def plain(arcs: Arcs, nodes: int, wanted: Integers) -> Floats:
    kept = arcs.some(arcs.lightest)
    graph = csr_array(coo_array((kept.weight, (kept.tail, kept.head)), shape=(nodes, nodes)))
    return np.asarray(dijkstra(graph, indices=wanted)[:, wanted])


@pytest.mark.parametrize("seed", range(4))
def test_cells_and_shortcuts_give_the_same_ways_as_the_whole_graph(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CELL_NODES", 60)
    arcs, north, east = town(25, seed)
    cell = halved(north.astype(float), east.astype(float))
    assert np.bincount(cell).max() <= 60
    built = make_network(arcs, cell)
    wanted = np.random.default_rng(seed).choice(built.nodes, 30, replace=False)
    assert np.array_equal(built.weights(at_nodes(arcs, wanted)), plain(arcs, built.nodes, wanted))


@pytest.mark.parametrize("seed", range(4))
def test_a_network_without_some_streets_is_what_it_would_be_if_built_without(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CELL_NODES", 60)
    arcs, north, east = town(25, seed)
    built = make_network(arcs, halved(north.astype(float), east.astype(float)))
    chance = np.random.default_rng(seed)
    shut = chance.random(int(arcs.street.max()) + 1) < 0.02
    wanted = chance.choice(built.nodes, 30, replace=False)
    cut = without_streets(built, shut)
    assert np.array_equal(
        cut.weights(at_nodes(arcs, wanted)), plain(arcs.some(~shut[arcs.street]), built.nodes, wanted)
    )
    assert len(cut.arcs.tail) < len(arcs.tail)


def test_a_weight_holds_milliseconds_and_decimetres_and_adds_both() -> None:
    # 90 s and 1,200 m, then 30 s and 300 m
    total = np.array((90_000 * TIME + 12_000) + (30_000 * TIME + 3_000))
    assert ms_of(total) == 120_000
    assert decimetres_of(total) == 15_000


def test_of_two_equally_fast_ways_the_shorter_one_is_taken() -> None:
    # 0 → 1 → 3 and 0 → 2 → 3 both take 2 s; the second is 100 m shorter
    tail, head = np.array([0, 1, 0, 2, 3]), np.array([1, 3, 2, 3, 0])
    metres = np.array([500, 600, 500, 500, 900])
    arcs = make_arcs(tail, head, 1000.0 * TIME + 10.0 * metres, np.arange(5))
    weights = make_network(arcs, np.zeros(4, dtype=np.int64)).weights(at_nodes(arcs, np.array([0, 3])))
    assert decimetres_of(weights)[0, 1] == 10_000


def test_the_largest_part_leaves_out_dead_ends_of_one_way_streets() -> None:
    # 0 ⇄ 1 ⇄ 2 and 2 → 3: nobody comes back from 3
    kept = largest_part(np.array([0, 1, 1, 2, 2]), np.array([1, 0, 2, 1, 3]), 4)
    assert kept.tolist() == [True, True, True, False]
