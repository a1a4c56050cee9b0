"""The strip of figures on top of the page."""

from planner.report.markup import both, esc
from planner.report.statistics import TIGHT_WORKDAYS, Summary
from planner.report.texts import text
from planner.report.words import Text, distance_text, gap_text, percent, span_text


def figures_strip(figures: Summary) -> str:
    """The summary as a list of labelled figures, each with the number that explains it."""
    items = (
        _item("fig_visits", _of(figures.visits_served, figures.visits_asked), _returned(figures)),
        _item("fig_applicants", _of(figures.applicants_served, figures.applicants_asked), ""),
        _item("fig_out", esc(figures.visits_out), _refused(figures), warn=bool(figures.visits_out)),
        _item("fig_due", _of(figures.due_covered, figures.due_people), both(text("fig_due_note")), _uncovered(figures)),
        _item("fig_margin", _margin(figures), _margin_note(figures)),
        _item("fig_drive", esc(percent(figures.drive_share)), both(_drive(figures))),
        _item("fig_use", esc(percent(figures.team_use)), both(_use(figures)), bool(figures.overtime_seconds)),
        _item("fig_gap", both(gap_text(figures.gap)), both(_cost(figures))),
    )
    return f'<dl class="figures">{"".join(items)}</dl>'


def _item(key: str, value: str, note: str, warn: bool = False) -> str:
    mark = ' class="warn"' if warn else ""
    return (
        f"<div{mark}><dt>{both(text(key))}</dt><dd><b>{value}</b>{f'<small>{note}</small>' if note else ''}</dd></div>"
    )


def _of(part: int, whole: int) -> str:
    return f'{part}<span class="of"> / {whole}</span>'


def _returned(figures: Summary) -> str:
    return both(text("fig_returned", count=figures.passports_returned)) if figures.passports_returned else ""


def _refused(figures: Summary) -> str:
    return both(text("fig_out_note", refused=figures.requests_refused)) if figures.requests_refused else ""


def _uncovered(figures: Summary) -> bool:
    return figures.due_covered < figures.due_people


def _margin(figures: Summary) -> str:
    if figures.margin_median is None:
        return "–"
    return both(text("fig_margin_value", days=f"{figures.margin_median:g}"))


def _margin_note(figures: Summary) -> str:
    if figures.margin_min is None:
        return ""
    return both(text("fig_margin_note", least=figures.margin_min, tight=TIGHT_WORKDAYS, count=figures.visits_tight))


def _drive(figures: Summary) -> Text:
    drive = span_text(figures.drive_seconds)
    if figures.drive_metres is None:
        return drive
    road = distance_text(figures.drive_metres)
    return Text(f"{drive.zh},{road.zh}", f"{drive.en}, {road.en}")


def _use(figures: Summary) -> Text:
    span = span_text(figures.work_seconds)
    note = Text(text("fig_use_note", work=span.zh).zh, text("fig_use_note", work=span.en).en)
    over = span_text(figures.overtime_seconds)
    more = Text(text("fig_overtime", span=over.zh).zh, text("fig_overtime", span=over.en).en)
    more = more if figures.overtime_seconds else text("fig_no_overtime")
    return Text(f"{note.zh},{more.zh}", f"{note.en}, {more.en}")


def _cost(figures: Summary) -> Text:
    if figures.lower_bound is None:
        return text("fig_cost_note", cost=f"{figures.cost:,}")
    return text("fig_gap_note", cost=f"{figures.cost:,}", bound=f"{figures.lower_bound:,}")
