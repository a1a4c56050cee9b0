"""Solve runs. The row is the truth: who works on it, until when, how far; queues and workers come and go.

`claim` is one statement; the attempt it returns is the fencing token. Every later write of a worker names
it and does nothing once somebody else has taken over. The clock is the database's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Connection,
    Double,
    ForeignKey,
    Text,
    UniqueConstraint,
    and_,
    case,
    or_,
    select,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.expression import ColumnElement, insert
from sqlalchemy.sql.functions import GenericFunction

from webui.store.base import Base, Moment

RunStatus = Literal["queued", "running", "done", "cancelled", "failed"]
Cancel = Literal["", "keep", "drop"]
"""keep: end now with the best plan so far; drop: end without a plan."""
DEATHS = 5
"""After so many workers have died over a run it is given up: it would kill the next one too."""
GIVEN_UP = (
    f"{DEATHS} workers ended over it without an answer. Plan fewer days or less effort; see the worker's log.",
    f"已有{DEATHS}个计算进程在此任务中意外结束。请缩短计划期或降低计算量,并查看计算进程日志。",
)
WAKE_AGAIN_SECONDS = 2.0


class database_seconds(GenericFunction[float]):
    """Seconds since 1970 by the clock of the database, with fractions."""

    type = Double()
    inherit_cache = True


@compiles(database_seconds, "sqlite")
def _sqlite_seconds(element: Any, compiler: Any, **kw: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(database_seconds, "postgresql")
def _postgresql_seconds(element: Any, compiler: Any, **kw: Any) -> str:
    return "extract(epoch FROM clock_timestamp())::double precision"


class RunRow(Base):
    """One order to plan, and what became of it."""

    __tablename__ = "solve_run"
    __table_args__ = (
        CheckConstraint("status IN ('queued', 'running', 'done', 'cancelled', 'failed')", name="status"),
        CheckConstraint("cancel IN ('', 'keep', 'drop')", name="cancel"),
        UniqueConstraint("idempotency_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(Text, index=True)
    attempt: Mapped[int] = mapped_column(default=0)
    deaths: Mapped[int] = mapped_column(default=0)
    """How many workers fell silent over it."""
    lease_until: Mapped[float] = mapped_column(Double, default=0.0)
    """Seconds since 1970; a running row whose lease is over belongs to nobody."""
    queued_at: Mapped[float] = mapped_column(Double)
    woken_at: Mapped[float] = mapped_column(Double, default=0.0)
    wakes: Mapped[int] = mapped_column(default=0)
    """Wake-ups sent again for this row; each waits longer than the one before."""
    ended_at: Mapped[float | None] = mapped_column(Double)
    worker: Mapped[str] = mapped_column(Text, default="")
    cancel: Mapped[str] = mapped_column(Text, default="")
    order: Mapped[str] = mapped_column("job_order", Text, deferred=True)
    """What is to be planned, as JSON: everything the worker needs, frozen when it was started."""
    order_hash: Mapped[str] = mapped_column(Text)
    """Of what was asked for: the same key with another hash is a mistake of the sender."""
    idempotency_key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    first_date: Mapped[Day]
    last_date: Mapped[Day]
    effort: Mapped[str] = mapped_column(Text)
    seconds: Mapped[float | None] = mapped_column(Double)
    seed: Mapped[int]
    based_on: Mapped[int | None]
    """The plan whose pins and promises are kept."""
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    last_seq: Mapped[int] = mapped_column(default=0)
    cost: Mapped[int | None] = mapped_column(BigInteger)
    bound: Mapped[int | None] = mapped_column(BigInteger)
    served: Mapped[int | None]
    share: Mapped[float] = mapped_column(Double, default=0.0)
    failure_en: Mapped[str] = mapped_column(Text, default="")
    """Why there is no plan and what to do, for its reader."""
    failure_zh: Mapped[str] = mapped_column(Text, default="")


class IncumbentRow(Base):
    """The best plan's figures at one moment of a run."""

    __tablename__ = "incumbent"

    run_id: Mapped[int] = mapped_column(ForeignKey("solve_run.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    attempt: Mapped[int]
    seconds: Mapped[float] = mapped_column(Double)
    cost: Mapped[int] = mapped_column(BigInteger)
    bound: Mapped[int | None] = mapped_column(BigInteger)
    served: Mapped[int]
    share: Mapped[float] = mapped_column(Double)


@dataclass(frozen=True)
class Claim:
    """A run that this worker may work on, under its token, until the lease is over."""

    run_id: int
    token: int
    order: str


@dataclass(frozen=True)
class Figures:
    """Where a run stands: seconds since its start, cost, proven bound, visits served, share of the effort done."""

    seconds: float
    cost: int
    bound: int | None
    served: int
    share: float


def claim(connection: Connection, run_id: int, worker: str, lease_seconds: float) -> Claim | None:
    """Takes a run that is queued, or whose worker has fallen silent; None where somebody else has it."""
    now = database_seconds()
    row = connection.execute(
        update(RunRow)
        .where(RunRow.id == run_id, RunRow.deaths < DEATHS, or_(RunRow.status == "queued", _dead(now)))
        .values(
            status="running",
            attempt=RunRow.attempt + 1,
            worker=worker,
            lease_until=now + lease_seconds,
            deaths=RunRow.deaths + case((RunRow.status == "running", 1), else_=0),
            wakes=0,
            woken_at=now,
        )
        .returning(RunRow.attempt, RunRow.order)
    ).first()
    return None if row is None else Claim(run_id, row[0], row[1])


def heartbeat(connection: Connection, held: Claim, lease_seconds: float) -> Cancel | None:
    """Renews the lease and says whether somebody wants the run to end; None: fenced, stop working."""
    renewed = update(RunRow).where(*_mine(held)).values(lease_until=database_seconds() + lease_seconds)
    return cast(Cancel | None, connection.execute(renewed.returning(RunRow.cancel)).scalar())


def wanted(connection: Connection, held: Claim) -> Cancel | None:
    """Whether somebody wants the run to end; None: fenced. A look only, so that it can be taken often."""
    return cast(Cancel | None, connection.execute(select(RunRow.cancel).where(*_mine(held))).scalar())


def publish(connection: Connection, held: Claim, figures: Figures) -> bool:
    """Adds the figures of a run as the newest; False: fenced."""
    seq = connection.execute(
        update(RunRow)
        .where(*_mine(held))
        .values(
            last_seq=RunRow.last_seq + 1,
            cost=figures.cost,
            bound=figures.bound,
            served=figures.served,
            share=figures.share,
        )
        .returning(RunRow.last_seq)
    ).scalar()
    if seq is None:
        return False
    connection.execute(
        insert(IncumbentRow).values(
            run_id=held.run_id,
            seq=seq,
            attempt=held.token,
            seconds=figures.seconds,
            cost=figures.cost,
            bound=figures.bound,
            served=figures.served,
            share=figures.share,
        )
    )
    return True


def end(connection: Connection, held: Claim, status: RunStatus, failure: tuple[str, str] = ("", "")) -> bool:
    """Ends a run as done, cancelled or failed (why, in English and Chinese).

    False: fenced, whatever else this transaction did must not stay.
    """
    ended = connection.execute(
        update(RunRow)
        .where(*_mine(held))
        .values(status=status, ended_at=database_seconds(), failure_en=failure[0], failure_zh=failure[1], share=1.0)
        .returning(RunRow.id)
    ).first()
    return ended is not None


def give_back(connection: Connection, held: Claim) -> None:
    """Puts a run back into the queue, for a worker that is asked to stop in an orderly way."""
    connection.execute(update(RunRow).where(*_mine(held)).values(status="queued", lease_until=0.0))


def sweep(connection: Connection) -> tuple[int, ...]:
    """The runs that need a worker: to be woken again, each less often the longer it waits.

    Runs over which too many workers have died are failed, those cancelled before anybody took them are ended.
    """
    now = database_seconds()
    ended = update(RunRow).values(ended_at=now)
    connection.execute(ended.where(RunRow.status == "queued", RunRow.cancel != "").values(status="cancelled"))
    spent = and_(RunRow.deaths >= DEATHS, or_(RunRow.status == "queued", _dead(now)))
    connection.execute(ended.where(spent).values(status="failed", failure_en=GIVEN_UP[0], failure_zh=GIVEN_UP[1]))
    due = or_(RunRow.status == "queued", _dead(now))
    quiet = RunRow.woken_at + WAKE_AGAIN_SECONDS * (1 + RunRow.wakes) < now
    woken: Sequence[int] = (
        connection.execute(
            update(RunRow).where(due, quiet).values(woken_at=now, wakes=RunRow.wakes + 1).returning(RunRow.id)
        )
        .scalars()
        .all()
    )
    return tuple(sorted(woken))


def waiting(connection: Connection) -> tuple[int, ...]:
    """Runs that are queued or abandoned, oldest first."""
    now = database_seconds()
    due = or_(RunRow.status == "queued", _dead(now))
    return tuple(connection.execute(select(RunRow.id).where(due).order_by(RunRow.queued_at, RunRow.id)).scalars())


def _dead(now: ColumnElement[float]) -> ColumnElement[bool]:
    return and_(RunRow.status == "running", RunRow.lease_until < now)


def _mine(held: Claim) -> tuple[ColumnElement[bool], ...]:
    return (RunRow.id == held.run_id, RunRow.attempt == held.token, RunRow.status == "running")
