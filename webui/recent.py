"""Results kept for the objects they were worked out from."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Recent(Generic[Result]):
    """The results for the last few objects, found again by identity: large frozen values are not compared.

    The objects are held as long as their result is, so that no other can come to stand for them.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[tuple[object, ...], Result]] = OrderedDict()
        self._lock = Lock()

    def of(self, objects: tuple[object, ...], more: Hashable, make: Callable[[], Result]) -> Result:
        """The result kept for these objects and `more`; else what `make` returns."""
        key = (tuple(id(one) for one in objects), more)
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found[1]
        made = make()
        with self._lock:
            self._kept[key] = (objects, made)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made
