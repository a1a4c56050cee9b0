"""What a plan says to who works on it and to who reviews it: figures, grid, what is out, what is wrong."""

from dataclasses import dataclass

from planner.breaches import Breach
from planner.dossier import Dossier
from planner.explain import explain_placement
from planner.reasons import Reason
from planner.report.contents import LeftOut, contents
from planner.report.statistics import LegalRow, Summary, legal_rows, summary
from planner.workdays import Calendar
from webui.actions.drafts import OVERRIDABLE, breaches_of
from webui.actions.plans import Gap, gaps_of
from webui.recent import Recent
from webui.store.reads.plans import Opened
from webui.store.reads.timeline import Timeline, timeline


@dataclass(frozen=True, eq=False)
class PlanView:
    """One plan, worked out."""

    plan: Opened
    grid: Timeline
    left_out: tuple[LeftOut, ...]
    figures: Summary
    breaches: tuple[Breach, ...]
    gaps: tuple[Gap, ...]

    @property
    def reachable(self) -> tuple[Gap, ...]:
        """Legal dates that this plan misses though they can be kept: it must not be published."""
        return tuple(gap for gap in self.gaps if gap.kind == "reachable")

    @property
    def crowded(self) -> tuple[Gap, ...]:
        """Legal dates that only others' places could keep: whoever approves says where these people go."""
        return tuple(gap for gap in self.gaps if gap.kind == "crowded")

    @property
    def needs_reason(self) -> bool:
        """Whether it breaks a rule that only a reason on record excuses."""
        return any(one.code in OVERRIDABLE for one in self.breaches)


def view_of(plan: Opened, calendar: Calendar) -> PlanView:
    """Everything the pages of a plan show; kept while the plan and the calendar stay the same."""
    dossier = plan.dossier
    parts = _VIEWS.of((dossier, calendar), plan.pins, lambda: _worked_out(dossier, plan.pins, calendar))
    return PlanView(plan, *parts)


def why_there(dossier: Dossier, visit_id: str) -> tuple[Reason, ...]:
    """Why a visit is where it is, or out; KeyError for one that the plan does not have."""
    return _WHY.of((dossier,), visit_id, lambda: explain_placement(dossier.problem, dossier.plan, visit_id))


def legal_dates(dossier: Dossier, calendar: Calendar) -> tuple[LegalRow, ...]:
    """Everybody by last lawful day, the most urgent first."""
    return _LEGAL.of((dossier, calendar), None, lambda: legal_rows(dossier, calendar))


Parts = tuple[Timeline, tuple[LeftOut, ...], Summary, tuple[Breach, ...], tuple[Gap, ...]]
_VIEWS: Recent[Parts] = Recent(8)
_WHY: Recent[tuple[Reason, ...]] = Recent(256)
_LEGAL: Recent[tuple[LegalRow, ...]] = Recent(8)


def _worked_out(dossier: Dossier, pins: frozenset[str], calendar: Calendar) -> Parts:
    return (
        timeline(dossier, pins, calendar),
        contents(dossier).left_out,
        summary(dossier, calendar),
        breaches_of(dossier, calendar),
        gaps_of(dossier, calendar),
    )
