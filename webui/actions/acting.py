"""What every action does: look whether the person may, change rows, and write down what was changed."""

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from webui.refusals import Conflict, NotAllowed, NotFound, bad
from webui.store.audit import Change, append
from webui.store.base import plain
from webui.store.person import Person, Role

Row = TypeVar("Row")
LONGEST_REASON = 2_000


class Versioned(Protocol):
    """A row with a version."""

    version: Any


def allow(by: Person, *roles: Role) -> None:
    """Raises NotAllowed unless the person has one of the roles."""
    if not by.roles & set(roles):
        raise NotAllowed("This belongs to another role.", "此操作属于其他岗位。")


def must(session: Session, table: type[Row], key: Any, what: str) -> Row:
    """The row with this key, locked until the transaction ends; NotFound where there is none."""
    row = session.get(table, key, with_for_update=True)
    if row is None:
        raise NotFound(what, key)
    return row


def same_version(row: Versioned, seen: int | None, yours: Mapping[str, Any] | None = None) -> None:
    """Raises Conflict where the row has changed since version `seen` was shown; None asks for no comparison."""
    if seen is not None and row.version != seen:
        theirs = {name: plain(getattr(row, name)) for name in yours or {}}
        raise Conflict(
            "Somebody else has changed this meanwhile. Compare both versions, then decide.",
            "内容已被他人修改。请对照两个版本后再决定。",
            theirs,
            plain(dict(yours or {})),
            row.version,
        )


def edit(session: Session, row: Any, values: Mapping[str, Any], action: str, by: Person, why: str = "") -> bool:
    """Writes values into a row and an audit entry for those that differ; whether there were any."""
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not differing:
        return False
    before = {name: getattr(row, name) for name in differing}
    for name, value in differing.items():
        setattr(row, name, value)
    session.flush()
    append(session, Change(action, subject_of(row), before, differing, why), by)
    return True


def add(session: Session, row: Any, action: str, by: Person, why: str = "", hide: tuple[str, ...] = ()) -> None:
    """Adds a row and an audit entry with its values, except those to `hide`."""
    session.add(row)
    session.flush()
    append(session, Change(action, subject_of(row), {}, values_of(row, hide), why), by)


def remove(session: Session, row: Any, action: str, by: Person, why: str = "") -> None:
    """Removes a row and writes down what it held."""
    before, subject = values_of(row, ()), subject_of(row)
    session.delete(row)
    session.flush()
    append(session, Change(action, subject, before, {}, why), by)


def subject_of(row: Any) -> str:
    """How the audit names a row: its table and key."""
    key = inspect(row).mapper.primary_key_from_instance(row)
    return " ".join([row.__tablename__, *(str(part) for part in key)])


def values_of(row: Any, hide: tuple[str, ...]) -> dict[str, Any]:
    """The columns of a row by name."""
    names = [column.key for column in inspect(row).mapper.column_attrs]
    return {name: plain(getattr(row, name)) for name in names if name not in hide}


def conflict_unless(row: Any, field: str, *allowed: str) -> None:
    """Raises Conflict where the row is in another state than the action is for."""
    state = getattr(row, field)
    if state not in allowed:
        raise Conflict(
            f"This is {state} now; it was to be {' or '.join(allowed)}. Look at it again.",
            f"当前状态为 {state},此操作要求 {'或'.join(allowed)}。请刷新后查看。",
            {field: state},
            {field: ", ".join(allowed)},
        )


def reason_given(why: str) -> str:
    """The reason, trimmed; BadInput where there is none, or a whole book."""
    said = why.strip()
    if not said:
        raise bad("why", "needs a reason, for those who read it later", "请填写原因,供日后查阅")
    return no_longer("why", said, LONGEST_REASON)


def no_longer(where: str, text: str, most: int) -> str:
    """The text, trimmed; BadInput where it has more signs than are kept: nothing is cut off unsaid."""
    said = text.strip()
    if len(said) > most:
        raise bad(where, f"is longer than {most} characters", f"超过{most}个字符", said[:80])
    return said
