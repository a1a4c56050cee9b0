"""Dates in addresses."""

from datetime import date

from webui.refusals import NotFound


def date_in(text: str) -> date:
    """The date in an address; NotFound for anything else."""
    try:
        if len(text) != 10:
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound("date", text[:20]) from None
