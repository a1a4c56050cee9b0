"""Which dates and hours can still be promised in a plan as it stands, and at what price.

`stand` compiles the plan once; `offers_of` answers a request, `nearest_of` says what would fit where nothing
does; `take` makes the plan that keeps what was promised. Times and costs are the optimiser's own kernel's.
"""

from planner.offers.nearest import Nearest, nearest_of
from planner.offers.offer import Answer, Offer, best_few, offers_of, still_there, then_standing, why_not
from planner.offers.pose import Posed, Setting, pose
from planner.offers.slots import Move, Newcomer, Outing, Slot, slots_of
from planner.offers.standing import Standing, stand
from planner.offers.taken import CannotLeave, leave, take, with_newcomers

__all__ = [
    "Answer",
    "CannotLeave",
    "Move",
    "Nearest",
    "Newcomer",
    "Offer",
    "Outing",
    "Posed",
    "Setting",
    "Slot",
    "Standing",
    "best_few",
    "leave",
    "nearest_of",
    "offers_of",
    "pose",
    "slots_of",
    "stand",
    "still_there",
    "take",
    "then_standing",
    "why_not",
    "with_newcomers",
]
