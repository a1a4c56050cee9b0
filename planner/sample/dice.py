"""Chance from one seed, the same on every machine and in every version of Python."""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Throws that depend on the seed and on how many were thrown before.

    Only `random.random` is called: the sequence of the other functions may change between versions
    of Python, this one may not.
    """

    def __init__(self, seed: int) -> None:
        self._next = random.Random(seed).random

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred throws."""
        return self._next() * 100 < percent

    def between(self, first: int, last: int) -> int:
        """A whole number from `first` to `last`, both included."""
        return first + int(self._next() * (last - first + 1))

    def pick(self, things: Sequence[T]) -> T:
        """One of the things, all alike."""
        return things[self.between(0, len(things) - 1)]

    def weighted(self, things: Sequence[tuple[T, int]]) -> T:
        """One of the things, each as often as its weight says."""
        left = self._next() * sum(weight for _, weight in things)
        for thing, weight in things:
            left -= weight
            if left < 0:
                return thing
        return things[-1][0]

    def some(self, things: Sequence[T], count: int) -> tuple[T, ...]:
        """`count` different ones of the things, in their order."""
        taken = list(range(len(things)))
        while len(taken) > count:
            del taken[self.between(0, len(taken) - 1)]
        return tuple(things[index] for index in taken)

    def whole(self, number: float) -> int:
        """The number rounded up or down, so that many throws have it as their mean."""
        return int(number + self._next())
