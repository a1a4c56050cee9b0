"""Webhooks: added by administrators, for hosts that the settings allow."""

import secrets
from collections.abc import Iterable

from sqlalchemy import select

from planner.errors import Mistake
from webui.actions.acting import allow, edit, must, remove, same_version
from webui.actions.notices import EVENTS
from webui.refusals import Conflict, raise_if_any
from webui.store.audit import Change, append
from webui.store.engine import Store
from webui.store.outbox import HookRow
from webui.store.person import Person


def add_webhook(
    store: Store, name: str, url: str, events: Iterable[str], host: str, allowed: tuple[str, ...], by: Person
) -> tuple[int, str]:
    """Adds a webhook; its number and, this once, the key of its signatures.

    `host` is host:port of `url`, "" where it is no address of a webhook; it has to be among those `allowed`.
    """
    allow(by, "administrator")
    wanted = tuple(one for one in EVENTS if one in set(events))
    mistakes = []
    if not 1 <= len(name.strip()) <= 100:
        mistakes.append(Mistake("name", "needs 1 to 100 characters", "应为1至100个字符", name[:120]))
    if not url.startswith(("https://", "http://")) or len(url) > 500 or not host:
        mistakes.append(Mistake("url", "is written https://host/path", "请写成 https://主机/路径", url[:120]))
    elif host not in allowed:
        mistakes.append(
            Mistake(
                "url",
                f"{host} is not among the hosts in DOORSTEP_WEBHOOK_HOSTS; whoever runs the program adds it there",
                f"{host} 不在 DOORSTEP_WEBHOOK_HOSTS 允许的主机中,请系统管理员添加",
                url[:120],
            )
        )
    if not wanted:
        mistakes.append(Mistake("events", f"choose from {', '.join(EVENTS)}", f"可选:{'、'.join(EVENTS)}"))
    raise_if_any(mistakes)
    secret = f"whs_{secrets.token_urlsafe(32)}"
    with store.write() as session:
        if session.scalar(select(HookRow.id).where(HookRow.url == url)) is not None:
            raise Conflict("This address is told already.", "该地址已登记。")
        row = HookRow(name=name.strip(), url=url, secret=secret, events=wanted)
        session.add(row)
        session.flush()
        append(session, Change("webhook.add", f"webhook {row.id}", {}, {"url": url, "events": wanted}, row.name), by)
        return row.id, secret


def switch_webhook(store: Store, number: int, *, active: bool, version: int | None, by: Person) -> None:
    """Switches a webhook on or off; what waits for it while it is off is dropped."""
    allow(by, "administrator")
    with store.write() as session:
        row = must(session, HookRow, number, "webhook")
        same_version(row, version)
        edit(session, row, {"active": active}, "webhook.edit", by)


def remove_webhook(store: Store, number: int, by: Person) -> None:
    """Takes a webhook away, with the log of its deliveries."""
    allow(by, "administrator")
    with store.write() as session:
        row = must(session, HookRow, number, "webhook")
        row.secret = ""  # the audit keeps what a row held
        session.flush()
        remove(session, row, "webhook.remove", by)
