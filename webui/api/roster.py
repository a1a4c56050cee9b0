"""Operations of teams, their crews and kits, of shifts and absences."""

from webui.actions import marks, teams
from webui.api.contract import EDITORS, RULERS, Answered, Call, operation
from webui.api.dates import date_in
from webui.api.roster_models import (
    AbsenceIn,
    AbsencesIn,
    CrewIn,
    CrewOut,
    Crews,
    FillIn,
    KitIn,
    KitNew,
    KitOut,
    Kits,
    OfficerOut,
    ShiftIn,
    ShiftNew,
    ShiftOut,
    ShiftRemoved,
    Shifts,
    ShiftsChanged,
    SpanQuery,
    TeamIn,
    TeamNew,
    TeamOut,
    Teams,
    kit_out,
    shift_out,
    team_out,
)
from webui.language import N_
from webui.refusals import Conflict, raise_if_any
from webui.store.reads import days, roster
from webui.store.reads import programs as reads


@operation(method="GET", path="/teams", scope="days:read", summary=N_("All teams"), answer=Teams)
def list_teams(call: Call) -> Answered:
    """In their order."""
    with call.store.read() as session:
        return Answered(Teams(items=[team_out(one) for one in reads.teams(session)]))


@operation(method="GET", path="/teams/{team}", scope="days:read", summary=N_("One team"), answer=TeamOut)
def team(call: Call, team: str) -> Answered:
    """As it stands."""
    return _team(call, team)


@operation(
    method="POST",
    path="/teams",
    scope="teams:write",
    summary=N_("Add a team"),
    body=TeamNew,
    answer=TeamOut,
    status=201,
    roles=EDITORS,
)
def add_team(call: Call) -> Answered:
    """Without shifts, kits and officers yet."""
    teams.add_team(call.store, call.body.id, call.body.form(), call.holder.person)
    return _team(call, call.body.id)


@operation(
    method="PUT",
    path="/teams/{team}",
    scope="teams:write",
    summary=N_("Change a team"),
    body=TeamIn,
    answer=TeamOut,
    guards=team,
    roles=EDITORS,
)
def edit_team(call: Call, team: str) -> Answered:
    """Everything about it at once."""
    teams.edit_team(call.store, team, call.body.form(), call.version, call.holder.person)
    return _team(call, team)


@operation(
    method="GET",
    path="/crews",
    scope="days:read",
    summary=N_("Who goes out with which team"),
    answer=Crews,
    roles=RULERS,
)
def list_crews(call: Call) -> Answered:
    """All teams, and everybody who could go."""
    with call.store.read() as session:
        items = [CrewOut(team=one.id, officers=sorted(found)) for one, found in days.crews(session)]
        people = [OfficerOut(id=number, name=name) for number, name in marks.officers(session).items()]
    return Answered(Crews(items=items, officers=people))


@operation(
    method="GET",
    path="/teams/{team}/officers",
    scope="days:read",
    summary=N_("Who goes out with a team"),
    answer=CrewOut,
    roles=RULERS,
)
def crew(call: Call, team: str) -> Answered:
    """By number."""
    with call.store.read() as session:
        row = days.team(session, team)
        found = next(crew for one, crew in days.crews(session) if one.id == team)
        return Answered(CrewOut(team=team, officers=sorted(found)), row.version)


@operation(
    method="PUT",
    path="/teams/{team}/officers",
    scope="teams:write",
    summary=N_("Say who goes out with a team"),
    body=CrewIn,
    answer=CrewOut,
    guards=crew,
    roles=RULERS,
)
def set_crew(call: Call, team: str) -> Answered:
    """They see its days and note what happens on them."""
    marks.set_officers(call.store, team, call.body.officers, call.holder.person)
    return crew(call, team)


@operation(method="GET", path="/kits", scope="days:read", summary=N_("All kits"), answer=Kits)
def list_kits(call: Call) -> Answered:
    """In their order."""
    with call.store.read() as session:
        return Answered(Kits(items=[kit_out(one) for one in roster.kits(session)]))


@operation(method="GET", path="/kits/{key}", scope="days:read", summary=N_("One kit"), answer=KitOut)
def kit(call: Call, key: str) -> Answered:
    """As it stands."""
    with call.store.read() as session:
        row = roster.kit(session, key)[0]
        return Answered(kit_out(row), row.version)


@operation(
    method="POST",
    path="/kits",
    scope="teams:write",
    summary=N_("Add a kit"),
    body=KitNew,
    answer=KitOut,
    status=201,
    roles=EDITORS,
)
def add_kit(call: Call) -> Answered:
    """Carried by a team or by nobody."""
    body: KitNew = call.body
    teams.add_kit(call.store, body.id, body.kind, body.team, call.holder.person)
    return kit(call, body.id)


@operation(
    method="PUT",
    path="/kits/{key}",
    scope="teams:write",
    summary=N_("Give a kit to a team, or say why it does not work"),
    body=KitIn,
    answer=KitOut,
    guards=kit,
    roles=EDITORS,
)
def edit_kit(call: Call, key: str) -> Answered:
    """A team without a kit cannot make such visits."""
    body: KitIn = call.body
    told = {"team_id": body.team, "works": body.works, "remark": body.remark}
    teams.edit_kit(call.store, key, **told, version=call.version, by=call.holder.person)  # type: ignore[arg-type]
    return kit(call, key)


@operation(
    method="GET",
    path="/shifts",
    scope="days:read",
    summary=N_("The shifts of all teams in a span"),
    query=SpanQuery,
    answer=Shifts,
)
def list_shifts(call: Call) -> Answered:
    """By date, then by team; absences say why."""
    first, last = call.query.first, call.query.last
    raise_if_any(teams.span_mistakes(first, last))
    with call.store.read() as session:
        found = roster.roster(session, first, (last - first).days + 1)
    rows = sorted(found.cells.values(), key=lambda row: (row.date, row.position))
    return Answered(Shifts(items=[shift_out(row) for row in rows]))


@operation(
    method="GET",
    path="/teams/{team}/shifts/{day}",
    scope="days:read",
    summary=N_("The shift of a team on a date"),
    answer=ShiftOut,
)
def shift(call: Call, team: str, day: str) -> Answered:
    """Its hours."""
    with call.store.read() as session:
        row = reads.shift(session, team, date_in(day))
        return Answered(shift_out(row), row.version)


@operation(
    method="POST",
    path="/teams/{team}/shifts",
    scope="teams:write",
    summary=N_("Give a team a shift on a date"),
    body=ShiftNew,
    answer=ShiftOut,
    status=201,
    roles=EDITORS,
)
def add_shift(call: Call, team: str) -> Answered:
    """Conflict where it has one already."""
    made = call.body.shift(team, call.body.date)
    with call.store.read() as session:
        if roster.shift(session, team, made.date)[1] is not None:
            raise Conflict(
                f"Team {team} has a shift on {made.date}; change that one.",
                f"警组 {team} 在 {made.date} 已有班次,请修改。",
            )
    teams.set_shift(call.store, made, None, call.holder.person)
    return shift(call, team, made.date.isoformat())


@operation(
    method="PUT",
    path="/teams/{team}/shifts/{day}",
    scope="teams:write",
    summary=N_("Change the shift of a team on a date"),
    body=ShiftIn,
    answer=ShiftOut,
    guards=shift,
    roles=EDITORS,
)
def edit_shift(call: Call, team: str, day: str) -> Answered:
    """Plans already made keep the shift they were made with."""
    on = date_in(day)
    with call.store.read() as session:
        reads.shift(session, team, on)
    teams.set_shift(call.store, call.body.shift(team, on), call.version, call.holder.person)
    return shift(call, team, day)


@operation(
    method="POST",
    path="/teams/{team}/shifts/{day}/remove",
    scope="teams:write",
    summary=N_("Take a shift out of the roster"),
    answer=ShiftRemoved,
    guards=shift,
    roles=EDITORS,
)
def remove_shift(call: Call, team: str, day: str) -> Answered:
    """Plans from then on do without it."""
    teams.remove_shift(call.store, team, date_in(day), call.version, call.holder.person)
    return Answered(ShiftRemoved(team=team, date=date_in(day)))


@operation(
    method="POST",
    path="/shifts/fill",
    scope="teams:write",
    summary=N_("Give teams a shift on every working day of a span where they have none"),
    body=FillIn,
    answer=ShiftsChanged,
    roles=EDITORS,
)
def fill_shifts(call: Call) -> Answered:
    """Provisional days too."""
    body: FillIn = call.body
    like = body.shift("", body.first)
    names = tuple(dict.fromkeys(body.teams))
    added = teams.fill_shifts(call.store, names, body.first, body.last, like, call.holder.person)
    return Answered(ShiftsChanged(shifts=added))


@operation(
    method="PUT",
    path="/teams/{team}/shifts/{day}/absence",
    scope="plans:write",
    summary=N_("Say why a team is not there on a date, or that it is"),
    body=AbsenceIn,
    answer=ShiftOut,
    guards=shift,
    roles=EDITORS,
)
def set_absence(call: Call, team: str, day: str) -> Answered:
    """Plans made from then on do without it."""
    teams.set_absence(call.store, team, date_in(day), call.body.absence, call.version, call.holder.person)
    return shift(call, team, day)


@operation(
    method="POST",
    path="/teams/{team}/absences",
    scope="plans:write",
    summary=N_("Say why a team is not there on all its shifts of a span"),
    body=AbsencesIn,
    answer=ShiftsChanged,
    roles=EDITORS,
)
def set_absences(call: Call, team: str) -> Answered:
    """Conflict where it has none there."""
    body: AbsencesIn = call.body
    found = teams.set_absences(call.store, team, body.first, body.last, body.why, call.holder.person)
    return Answered(ShiftsChanged(shifts=found))


def _team(call: Call, key: str) -> Answered:
    with call.store.read() as session:
        row = days.team(session, key)
        return Answered(team_out(row), row.version)
