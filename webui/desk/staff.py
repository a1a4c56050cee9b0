"""The desk with all its pages: importing this module is what puts them into the blueprint."""

from webui.desk import (
    calendar,
    forms,
    home,
    imports,
    kits,
    labels,
    navigation,
    organisations,
    plans,
    plans_moves,
    plans_page,
    plans_steps,
    plans_words,
    policy,
    policy_texts,
    requests,
    shifts,
    sites,
    teams,
)
from webui.desk.blueprint import blueprint

__all__ = ["PAGES", "blueprint"]

PAGES = (
    calendar,
    forms,
    home,
    imports,
    kits,
    labels,
    navigation,
    organisations,
    plans,
    plans_moves,
    plans_page,
    plans_steps,
    plans_words,
    policy,
    policy_texts,
    requests,
    shifts,
    sites,
    teams,
)
