"""Plans of the database as the dossiers the planner and its reports know, and back."""

from collections.abc import Iterator
from functools import lru_cache

from pydantic import TypeAdapter
from sqlalchemy import delete
from sqlalchemy.orm import Session

from planner.dossier import Dossier, PlanFacts
from planner.problem import Problem, Stop, plan_from_json, plan_to_json, problem_from_json, problem_to_json
from webui.store.plans import PlanRow, PlanVisitRow

_FACTS: TypeAdapter[PlanFacts] = TypeAdapter(PlanFacts)


def dossier_of(row: PlanRow) -> Dossier:
    """The plan with everything its readers need."""
    return _dossier(row.problem, row.plan, row.facts, f"plan {row.id}")


def dossier_from(problem: str, plan: str, facts: str) -> Dossier:
    """The dossier that these columns of a plan's row hold."""
    return _dossier(problem, plan, facts, "plan")


@lru_cache(maxsize=6)
def _dossier(problem: str, plan: str, facts: str, where: str) -> Dossier:
    """What these texts say. Kept for a while: a plan that is looked at is looked at again, and reading it is slow."""
    return Dossier(_FACTS.validate_json(facts), _problem(problem, where), plan_from_json(plan, where))


@lru_cache(maxsize=6)
def _problem(text: str, where: str) -> Problem:
    """The problem, which stays the same while its plan is changed by hand."""
    return problem_from_json(text, where)


def fill(session: Session, row: PlanRow, dossier: Dossier) -> None:
    """Writes a dossier into a plan's row, and one row for each of its visits."""
    row.problem = problem_to_json(dossier.problem)
    fill_plan(session, row, dossier)


def write_facts(row: PlanRow, dossier: Dossier) -> None:
    """Writes a dossier into a plan's row and leaves the rows of its visits alone."""
    row.problem = problem_to_json(dossier.problem)
    _write_plan(row, dossier)


def fill_plan(session: Session, row: PlanRow, dossier: Dossier) -> None:
    """Writes another answer to the same problem: the plan, its reasons and its visits; the problem stays."""
    _write_plan(row, dossier)
    session.flush()
    session.execute(delete(PlanVisitRow).where(PlanVisitRow.plan_id == row.id))
    session.add_all(visit_rows(row.id, dossier))
    session.flush()


def _write_plan(row: PlanRow, dossier: Dossier) -> None:
    plan = dossier.plan
    row.plan, row.facts = plan_to_json(plan), _FACTS.dump_json(dossier.facts).decode()
    row.cost, row.bound = plan.cost, plan.lower_bound
    row.served = sum(len(route.stops) for route in plan.routes)
    row.unserved = len(plan.unserved)


def visit_rows(plan_id: int, dossier: Dossier) -> Iterator[PlanVisitRow]:
    """A row for each visit of the dossier, none of them in force yet."""
    made = {stop.visit: (route, stop) for route in dossier.plan.routes for stop in route.stops}
    bags = {bag.id for bag in dossier.facts.inputs.bags}
    for visit in dossier.facts.visits:
        route, stop = made.get(visit.id, (None, Stop(visit.id, 0, 0, 0)))
        yield PlanVisitRow(
            plan_id=plan_id,
            visit_id=visit.id,
            request_id=visit.request_id,
            site_id=visit.site_id,
            organisation_id=visit.organisation_id,
            work=visit.work,
            session=visit.session,
            applicants=visit.applicants or visit.passports,
            groups=visit.groups,
            bag_id=visit.returns if visit.returns in bags else None,
            team_id=route.team if route else None,
            date=route.date if route else None,
            arrives=stop.arrive if route else None,
            starts=stop.start if route else None,
            ends=stop.end if route else None,
            in_force=False,
        )
