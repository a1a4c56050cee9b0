"""The compiled search in slices so short that somebody who says stop is heard at once."""

from collections.abc import Callable

from planner.batches.arrays import Arrays
from planner.batches.search import search
from planner.batches.state import Neighbours, State

SLICE_STEPS = 100


def walk(
    p: Arrays,
    near: Neighbours,
    state: State,
    steps: int,
    hot: float,
    cold: float,
    whole: int,
    pooled: float,
    goes_on: Callable[[], bool],
) -> None:
    """`steps` steps of the search, which cools from `hot` to `cold` points in every `whole` of them, a multiple of
    `SLICE_STEPS` unless it is all of them. Batches of plans at most `pooled` points above the best enter the pool.
    """
    for done in range(0, steps, SLICE_STEPS):
        if not goes_on():
            return
        search(p, near, state, min(SLICE_STEPS, steps - done), hot, cold, done % whole, whole, pooled)
