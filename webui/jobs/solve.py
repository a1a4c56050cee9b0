"""From an order to a plan. The planner is loaded when the first order comes, so that an idle worker stays small."""

from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING

from webui.store.dossiers import dossier_from
from webui.store.orders import Order
from webui.store.runs import Figures

if TYPE_CHECKING:
    from planner.dossier import Dossier
    from planner.effort import Progress

Tell = Callable[[Figures], None]
Solve = Callable[[Order, Tell, Event], "Dossier"]


def solve(order: Order, tell: Tell, stop: Event, cluster: str | None = None) -> "Dossier":
    """The best plan found for an order; `stop` ends the search with the best so far, within a fifth of a second.

    `cluster` is the Dask scheduler whose workers help with large plans. BadInput where it cannot be reached.
    """
    from planner.effort import effort_of
    from planner.pipeline import Ask, Search, make_plan
    from planner.replan import replan_rest
    from planner.workdays import Calendar

    def progress(now: "Progress") -> None:
        tell(Figures(now.seconds, now.cost, now.bound, now.served, now.share))

    calendar = Calendar({day.date: day for day in order.days})
    search = Search(effort_of(order.effort), order.seconds, order.seed, progress, stop, cluster)
    if order.day is not None:
        in_force = dossier_from(order.day.problem, order.day.plan, order.day.facts)
        return replan_rest(in_force, order.day.rest, calendar, order.name, search)
    ask = Ask(
        order.name,
        order.inputs,
        order.policy,
        calendar,
        order.horizon,
        order.today,
        fixed={one.visit_id: (one.team_id, one.date) for one in order.fixed},
    )
    return make_plan(ask, search)
