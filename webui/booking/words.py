"""Words for codes on the booking pages, in the reader's language, and what every page of them can use."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from planner.io import words
from planner.io.papers import papers_for
from planner.reasons import Reason
from planner.report.words import KINDS, KITS, LANGUAGES, TASKS, WORKS, Text
from webui.booking.blueprint import blueprint
from webui.language import chosen_language

TABLES: dict[str, dict[str, Text]] = {"kind": KINDS, "task": TASKS, "language": LANGUAGES, "work": WORKS}
STATES = {
    "waits": _("in the inbox"),
    "held": _("held for you"),
    "booked": _("booked"),
    "planned": _("accepted, not yet planned"),
    "refused": _("refused"),
    "withdrawn": _("cancelled"),
    "done": _("visited"),
}
ACTIONS = {
    "request.receive": _("Request sent"),
    "request.edit": _("Request changed"),
    "request.groups": _("People changed"),
    "request.contact": _("Contact changed"),
    "request.accepted": _("Accepted"),
    "request.refused": _("Refused"),
    "request.withdrawn": _("Cancelled"),
    "booking.hold": _("Date held"),
    "booking.release": _("Held date released"),
    "booking.confirm": _("Date confirmed"),
    "booking.move": _("Moved"),
    "booking.cancel": _("Cancelled"),
    "visit.publish": _("Date set by the division"),
    "visit.move": _("Moved by the division"),
    "visit.cancel": _("Date taken back by the division"),
    "promise.give": _("Date promised by the division"),
    "promise.release": _("Promise taken back"),
}
"""What an organisation reads in its history; other entries are the division's own."""
FIELDS = {
    "login": _("Login"),
    "password": _("Password"),
    "again": _("Password again"),
    "site_id": _("Site"),
    "service": _("Service"),
    "groups": _("Applicants"),
    "count": _("People"),
    "kind": _("Kind"),
    "task": _("What for"),
    "language": _("Language"),
    "event_date": _("Date of entry, expiry or change"),
    "host_dates": _("Days you can host"),
    "hours": _("Hours you can host"),
    "from": _("Not before"),
    "until": _("Ended by"),
    "contact": _("Contact"),
    "interpreters": _("Interpreters you lend"),
    "why": _("Reason"),
}

HALL = _(
    "Your people apply at the hall. If they cannot come, send a request all the same: the division may make an "
    "exception and answers on its page."
)
ADVICE = {
    "too_few_foreigners": HALL,
    "kind_not_served": HALL,
    "organisation_inactive": _("If you are active, call the division: its list has to be corrected."),
    "legal_date_past": _("Let them come to the hall at once."),
    "not_open_yet": _("Keep the request: the division plans it when the time has come."),
    "offers_large": _("Your request is with the division, which calls you."),
    "offers_no_plan": _("Your request is with the division, which plans it."),
}
"""What an organisation can do about a reason, where the reason's own remedy speaks to the staff or comes too early."""


@blueprint.app_template_filter("called")
def called(row: Any) -> str:
    """The name of an organisation, site or team in the reader's language, the other one where there is none."""
    zh, en = str(row.name_zh), str(row.name_en)
    return (en or zh) if chosen_language() == "en" else (zh or en)


@blueprint.app_template_filter("sentence")
def sentence(reason: Reason) -> str:
    """A reason in the reader's language, languages and skills by their names."""
    facts = dict(reason.facts)
    if "lacking" in facts:
        needs = [skill_name(one) for one in str(facts["lacking"]).split()]
        facts |= {"skills_zh": "、".join(one.zh for one in needs), "skills_en": ", ".join(one.en for one in needs)}
    if "languages" in facts:
        codes = str(facts["languages"]).split(", ")
        facts["languages"] = ", ".join(said(one, "language") for one in codes)
    return Reason(reason.code, tuple(facts.items())).sentence(chosen_language())


def skill_name(skill: str) -> Text:
    """What a team lacks, as people say it: "language:th/en" is Thai or English."""
    sort, _mark, what = skill.partition(":")
    if sort == "language":
        names = [LANGUAGES.get(one, Text(one, one)) for one in what.split("/")]
        return Text("或".join(one.zh for one in names), " or ".join(one.en for one in names))
    if sort == "kind":
        name = KINDS.get(what, Text(what, what))
        return Text(f"{name.zh}类业务", f"{name.en} permits")
    if sort == "kit":
        return KITS.get(what, Text(what, what))
    return Text(f"{what}个办公位", f"{what} desks") if sort == "desks" else Text(skill, skill)


@blueprint.app_template_filter("remedy")
def remedy(reason: Reason) -> str:
    """What an organisation can do about it."""
    advice = ADVICE.get(reason.code)
    return reason.remedy(chosen_language()) if advice is None else str(advice)


@blueprint.app_template_filter("said")
def said(code: str, table: str) -> str:
    """The word for a code; the code itself where it is none of ours."""
    known = TABLES[table].get(code)
    return known.of(chosen_language()) if known else code


@blueprint.app_template_filter("state_said")
def state_said(state: str) -> str:
    """The word for the state of a request."""
    return str(STATES[state])


@blueprint.app_template_filter("action_said")
def action_said(action: str) -> str:
    """The word for an entry of the history."""
    return str(ACTIONS[action])


@blueprint.app_template_filter("field_name")
def field_name(name: str) -> str:
    """What a field is called: "groups, 2, count" is the number of people on line 2."""
    parts = name.split(", ")
    if len(parts) == 3 and parts[0] == "groups":
        return f"{gettext('Line %(number)s', number=parts[1])}, {FIELDS.get(parts[2], parts[2])}"
    return str(FIELDS.get(name, name))


@blueprint.app_template_filter("papers")
def papers(groups: Any) -> tuple[str, ...]:
    """What people of these groups bring."""
    return papers_for(groups, chosen_language())


@blueprint.app_template_global("choices")
def choices(table: str) -> list[tuple[str, str]]:
    """The codes of a table with their words, to choose from."""
    return [(key, text.of(chosen_language())) for key, text in TABLES[table].items()]


@blueprint.app_template_global("synonyms")
def synonyms(table: str, code: str) -> str:
    """What people write for a code in their lists, divided by "|"; the words that imports know, in both languages."""
    known = {"kind": words.KINDS, "task": words.TASKS, "language": words.LANGUAGES}[table].get(code, ())
    own = TABLES[table][code]
    return "|".join(dict.fromkeys((*known, own.zh, own.en)))


@blueprint.app_template_global("here")
def here(**changes: Any) -> str:
    """The address of this page with other values in its query; that of the start where this page is an answer."""
    if request.method != "GET" or request.endpoint is None:
        return url_for("booking.home", **changes)
    values: dict[str, Any] = {**request.args.to_dict(), **changes, **(request.view_args or {})}
    return url_for(request.endpoint, **values)
