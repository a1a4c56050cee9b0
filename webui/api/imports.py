"""Operations of imports: tables as files, tried or taken, all or nothing."""

from contextlib import AbstractContextManager
from typing import Literal

from pydantic import BaseModel

from planner.io.tables import read_inputs
from planner.model import Inputs
from webui.actions import imports, rules
from webui.api.contract import RULERS, Answered, Call, operation
from webui.api.fields import NOT_GIVEN, Words
from webui.auth.web import web
from webui.language import N_
from webui.refusals import bad
from webui.store.imports import Loaded, Mode
from webui.store.uploads import Upload, Uploads


class TryIn(BaseModel):
    """How tables are taken: "replace" also removes what they do not have."""

    model_config = NOT_GIVEN
    mode: Literal["merge", "replace"] = "merge"


class ImportIn(TryIn):
    """How tables are taken, and why."""

    why: Words = ""


class ImportOut(BaseModel):
    """The keys of added, changed and removed rows by table; `taken` where they are in the database now."""

    taken: bool
    files: list[str]
    added: dict[str, list[str]]
    changed: dict[str, list[str]]
    removed: dict[str, list[str]]


class CalendarIn(BaseModel):
    """Why the calendar changes."""

    model_config = NOT_GIVEN
    why: Words = ""


class DaysChanged(BaseModel):
    """How many days of the calendar were changed."""

    days: int


@operation(
    method="POST",
    path="/imports/try",
    scope="inputs:write",
    summary=N_("What an import of tables (CSV, XLSX, ZIP) would do, or every mistake by its cell; nothing is kept"),
    body=TryIn,
    answer=ImportOut,
    files=True,
    tries=True,
    roles=RULERS,
)
def try_import(call: Call) -> Answered:
    """A look."""
    with _passing(call, call.body.mode) as kept:
        return _import(
            list(kept.names), imports.try_import(call.store, kept.folder, call.holder.person, kept.mode), taken=False
        )


def _read(call: Call) -> tuple[list[str], Inputs]:
    """The names and the content of the tables; BadTables with every mistake."""
    with _passing(call, call.body.mode) as kept:
        return list(kept.names), read_inputs(kept.folder).inputs


@operation(
    method="POST",
    path="/imports",
    scope="inputs:write",
    summary=N_("Import tables (CSV, XLSX, ZIP): all of it, or nothing and every mistake by its cell"),
    body=ImportIn,
    answer=ImportOut,
    files=True,
    prepare=_read,
    roles=RULERS,
)
def import_tables(call: Call) -> Answered:
    """As the page does after its look."""
    names, inputs = call.prepared
    done = imports.import_read(call.store, inputs, call.holder.person, call.body.mode, call.body.why)
    return _import(names, done, taken=True)


@operation(
    method="POST",
    path="/calendar/import",
    scope="rules:write",
    summary=N_("Import a working-day calendar (one CSV file), with a reason; days it does not have stay"),
    body=CalendarIn,
    answer=DaysChanged,
    files=True,
    roles=RULERS,
)
def import_calendar(call: Call) -> Answered:
    """As the State Council's notice decrees it."""
    with _passing(call) as kept:
        if len(kept.names) != 1:
            raise bad("files", "choose one CSV file", "请只选择一个 CSV 文件")
        path = kept.folder / kept.names[0]
        return Answered(DaysChanged(days=rules.import_calendar(call.store, path, call.body.why, call.holder.person)))


def _import(names: list[str], loaded: Loaded, *, taken: bool) -> Answered:
    added, changed, removed = loaded.added, loaded.changed, loaded.removed
    return Answered(ImportOut(taken=taken, files=names, added=added, changed=changed, removed=removed))


def _passing(call: Call, mode: Mode = "merge") -> AbstractContextManager[Upload]:
    """The files of the request while it is answered."""
    return Uploads(web().config.data / "uploads").passing(call.files, mode, call.holder.person)
