"""How the functions of `planner.batches` are compiled, and arrays handed to them without counting who holds them.

A function that Python calls costs a wrapper, compiled and optimised again with each function that calls it. Most are
called by compiled code alone and do without: the first call ever takes three fifths of the time it took with wrappers
everywhere (29 November 2026). Python may still call them, as the plain functions they are, a hundred times slower.

Compiled code counts the holders of every array, with an atomic addition each time one is taken out of a tuple, and two
searches that run side by side wait for each other's additions. Arrays that are only borrowed from the caller need no
count: a step of the search took 410 µs with it and 108 µs without, and two searches side by side 1,082 µs and 311 µs
(300 visits, 24 November 2026).
"""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit
from numba.core import cgutils
from numba.extending import intrinsic, register_jitable

BARE: Any = {"cache": True, "nogil": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """A compiled function that Python calls."""
    options: Any = {"no_cfunc_wrapper": True}  # nothing in C calls it
    made: Function = njit(cache=True, nogil=True, **options)(function)
    return made


def inner(function: Function) -> Function:
    """A function that compiled code calls."""
    made: Function = register_jitable(**BARE)(function)
    return made


def inlined(function: Function) -> Function:
    """As `inner`, copied to where it is called: small, or called in one place in a loop."""
    made: Function = register_jitable(**BARE, forceinline=True)(function)
    return made


def _borrowed(typing: Any, arrays: Any) -> Any:
    """The type and the code of `borrowed`."""

    def uncounted(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        nothing: Any = cgutils.get_null_value
        made = given[0]
        for number, kind in enumerate(signature.args[0].types):
            array = context.make_array(kind)(context, builder, builder.extract_value(given[0], number))
            array.meminfo = nothing(array.meminfo.type)
            array.parent = nothing(array.parent.type)
            made = builder.insert_value(made, array._getvalue(), number)
        return made

    return arrays(arrays), uncounted


borrowed: Any = intrinsic(_borrowed)
"""`borrowed(arrays)` in compiled code: the same named tuple, uncounted, good while the caller holds the original."""
