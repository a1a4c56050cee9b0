"""What a step of the search takes out: strings of neighbouring visits, or whole batches. Compiled.

Christiaens & Vanden Berghe (2020), "Slack Induction by String Removals for Vehicle Routing Problems",
Transportation Science 54.
"""

import numpy as np

from planner.batches.arrays import ZERO, Arrays, Bits, Index
from planner.batches.change import cut
from planner.batches.compiled import borrowed, compiled, inner
from planner.batches.state import LENGTH, STEP, Neighbours, State

REMOVED_ON_AVERAGE = 10
LONGEST_STRING = 10
WHOLE_BATCHES = 0.25
"""Share of the steps that empty whole batches instead of cutting strings."""


@inner
def draw(random: Bits) -> float:
    """A uniform number in [0, 1); xorshift64*."""
    x = random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    random[0] = x
    return np.float64((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@compiled
def ruin(p: Arrays, near: Neighbours, st: State) -> None:
    """Takes visits near a random one out: strings of several batches, or whole batches."""
    if p.visits.shape[0] == 0:
        return
    seed = int(draw(st.random) * p.visits.shape[0])
    how = draw(st.random)
    if st.shift_of[seed] < 0 and near.shifts_of[seed] < near.shifts_of[seed + 1]:
        # A visit in no batch gets a shift that it may use to itself, and the shift's visits look for room elsewhere.
        among = near.shifts_of[seed + 1] - near.shifts_of[seed]
        s = near.shifts[near.shifts_of[seed] + int(draw(st.random) * among)]
        n = st.batch_facts[s, LENGTH]
        if n > 0:
            cut(p, near, st, s, ZERO, n, ZERO, ZERO)
    if how < WHOLE_BATCHES:
        _ruin_batches(p, near, st, seed)
    else:
        _ruin_strings(p, near, st, seed)


@inner
def _ruin_batches(p: Arrays, near: Neighbours, st: State, seed: Index) -> None:
    """Empties two to four batches that hold visits near `seed`."""
    p, near, st = borrowed(p), borrowed(near), borrowed(st)
    batches = 2 + int(draw(st.random) * 3.0)
    out = 0
    for i in range(-1, near.near.shape[1]):
        if batches == 0 or out > 3 * REMOVED_ON_AVERAGE:
            return
        s = st.shift_of[seed if i < 0 else near.near[seed, i]]
        if s < 0 or st.touched_in[s] == st.numbers[STEP] or draw(st.random) < 0.3:
            continue
        n = st.batch_facts[s, LENGTH]
        if n <= 2 * REMOVED_ON_AVERAGE:
            cut(p, near, st, s, ZERO, n, ZERO, ZERO)
            batches -= 1
            out += n


@inner
def _ruin_strings(p: Arrays, near: Neighbours, st: State, seed: Index) -> None:
    """Cuts strings of visits near `seed` out of several batches."""
    p, near, st = borrowed(p), borrowed(near), borrowed(st)
    used = 0
    served = np.int64(0)
    for shift in range(p.shifts.shape[0]):
        if st.batch_facts[shift, LENGTH] > 0:
            used += 1
            served += st.batch_facts[shift, LENGTH]
    if used == 0:
        return
    longest = min(float(LONGEST_STRING), served / used)
    most = 4.0 * REMOVED_ON_AVERAGE / (1.0 + longest) - 1.0
    strings = int(1.0 + draw(st.random) * max(0.0, most))
    for i in range(-1, near.near.shape[1]):
        if strings == 0:
            return
        v: Index = seed if i < 0 else near.near[seed, i]
        s = st.shift_of[v]
        if s < 0 or st.touched_in[s] == st.numbers[STEP]:
            continue
        _cut_string(p, near, st, s, v, longest)
        strings -= 1


@inner
def _cut_string(p: Arrays, near: Neighbours, st: State, s: Index, v: Index, longest: float) -> None:
    """Cuts a string that holds v out of shift s; half of the time a part in its middle stays."""
    n = st.batch_facts[s, LENGTH]
    length = min(n, int(1.0 + draw(st.random) * min(float(n), longest)))
    place = 0
    while st.batches[s, place] != v:
        place += 1
    kept = 0
    if length > 1 and length < n and draw(st.random) < 0.5:
        kept = 1
        while length + kept < n and draw(st.random) > 0.01:
            kept += 1
            if draw(st.random) < 0.5:
                break
    whole = length + kept
    lowest = max(0, place - whole + 1)
    highest = min(place, n - whole)
    first = lowest + int(draw(st.random) * (highest - lowest + 1))
    kept_from = first + 1 + int(draw(st.random) * max(1, length - 1)) if kept > 0 else 0
    cut(p, near, st, s, first, length, kept_from, kept)
