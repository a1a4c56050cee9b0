"""Who may be visited, and why not: one small function per rule, each with its Reason.

The rule of the 2018 article is more than ten foreigners in the organisation, over all its sites, not
more than ten due now. A special visit 专人服务 with a named reason and an approver overrides the rules
about who is served; it cannot make a closed organisation or absent people visitable.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from planner.model import Inputs, Organisation, OrganisationKind, Request, SpecialVisit
from planner.policy import Policy
from planner.reasons import Reason, reason

KIND_NAMES: dict[OrganisationKind, tuple[str, str]] = {
    "university": ("universities", "大学"),
    "college": ("colleges", "学院"),
    "school": ("schools", "中小学"),
    "company": ("companies", "企业"),
    "hospital": ("hospitals", "医院"),
    "hotel": ("hotels", "酒店"),
    "institute": ("institutes", "科研院所"),
}


@dataclass(frozen=True)
class Verdict:
    """Whether a request may be visited. `reasons` say why not; they are empty where it may.

    `special` is the exception that made it eligible, `overridden` what would have refused it.
    """

    request_id: str
    eligible: bool
    reasons: tuple[Reason, ...] = ()
    special: SpecialVisit | None = None
    overridden: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What the rules look at: a request, who makes it, and when it is judged."""

    request: Request
    organisation: Organisation
    policy: Policy
    today: date


Rule = Callable[[Asked], Reason | None]


def judge(inputs: Inputs, policy: Policy, today: date) -> tuple[Verdict, ...]:
    """One verdict per request, in the order of the requests."""
    organisations = {organisation.id: organisation for organisation in inputs.organisations}
    owner = {site.id: organisations[site.organisation_id] for site in inputs.sites}
    return tuple(
        _verdict(
            Asked(request, owner[request.site_id], policy, today),
            [special for special in inputs.special_visits if special.request_id == request.id],
        )
        for request in inputs.requests
    )


def too_few_foreigners(asked: Asked) -> Reason | None:
    """More foreigners than the threshold: ten are refused, eleven accepted (article, 2018)."""
    organisation, threshold = asked.organisation, asked.policy.threshold_foreigners
    if organisation.foreigners > threshold:
        return None
    facts = _names(organisation)
    return reason("too_few_foreigners", **facts, foreigners=organisation.foreigners, threshold=threshold)


def kind_not_served(asked: Asked) -> Reason | None:
    """The policy lists the kinds of organisation 单位 that are visited."""
    kind = asked.organisation.kind
    if kind in asked.policy.served_kinds:
        return None
    kinds_en, kinds_zh = KIND_NAMES[kind]
    return reason("kind_not_served", **_names(asked.organisation), kinds_en=kinds_en, kinds_zh=kinds_zh)


def organisation_inactive(asked: Asked) -> Reason | None:
    """An organisation is visited up to its last day, that day included."""
    active_to = asked.organisation.active_to
    if active_to is None or active_to >= asked.today:
        return None
    return reason("organisation_inactive", **_names(asked.organisation), active_to=active_to.isoformat())


def received_after_today(asked: Asked) -> Reason | None:
    """A request from tomorrow is a typing mistake."""
    received, today = asked.request.received, asked.today
    if received <= today:
        return None
    return reason("received_after_today", received=received.isoformat(), today=today.isoformat())


def nobody_applies(asked: Asked) -> Reason | None:
    """A request is about at least one person."""
    return None if asked.request.groups else reason("nobody_applies")


def nobody_ready(asked: Asked) -> Reason | None:
    """Somebody has the papers complete, or nobody has checked yet."""
    groups = asked.request.groups
    if not groups or any(group.ready != 0 for group in groups):
        return None
    return reason("nobody_ready", applicants=asked.request.applicants)


def special_visit_incomplete(special: SpecialVisit) -> Reason | None:
    """An exception names its reason and who approved it."""
    return None if special.reason.strip() and special.approved_by.strip() else reason("special_visit_incomplete")


def special_visit_not_yet(special: SpecialVisit, today: date) -> Reason | None:
    """An exception counts from the day of its approval."""
    if special.approved_on <= today:
        return None
    return reason("special_visit_not_yet", approved_on=special.approved_on.isoformat(), today=today.isoformat())


def organisation_reasons(organisation: Organisation, policy: Policy, today: date) -> tuple[Reason, ...]:
    """Why an organisation may not be visited, whatever it asks for; () where it may."""
    nothing_asked = Request("", "", "acceptance", today, ())
    asked = Asked(nothing_asked, organisation, policy, today)
    return _found(rule(asked) for rule in OF_THE_ORGANISATION)


OF_THE_ORGANISATION: tuple[Rule, ...] = (too_few_foreigners, kind_not_served, organisation_inactive)
"""The rules that look at the organisation alone."""
WHO_IS_SERVED: tuple[Rule, ...] = (too_few_foreigners, kind_not_served)
"""The rules a special visit overrides."""
WHAT_IS_POSSIBLE: tuple[Rule, ...] = (organisation_inactive, received_after_today, nobody_applies, nobody_ready)
"""The rules nothing overrides."""


def _verdict(asked: Asked, specials: Iterable[SpecialVisit]) -> Verdict:
    impossible = _found(rule(asked) for rule in WHAT_IS_POSSIBLE)
    refused = _found(rule(asked) for rule in WHO_IS_SERVED)
    faults: list[Reason] = []
    for special in specials if refused else ():
        fault = special_visit_incomplete(special) or special_visit_not_yet(special, asked.today)
        if fault is None:
            return Verdict(asked.request.id, not impossible, impossible, special, refused)
        faults.append(fault)
    reasons = (*refused, *faults, *impossible)
    return Verdict(asked.request.id, not reasons, reasons)


def _found(reasons: Iterable[Reason | None]) -> tuple[Reason, ...]:
    return tuple(one for one in reasons if one is not None)


def _names(organisation: Organisation) -> dict[str, str]:
    """The organisation's name in both languages, one for the other where it has only one."""
    zh, en = organisation.name_zh, organisation.name_en
    return {"name_zh": zh or en, "name_en": en or zh}
