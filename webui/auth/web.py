"""What every view of a running application can reach: settings, database, passwords, the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import Flask, current_app

from webui.auth.passwords import Passwords
from webui.config import Config
from webui.store.engine import Store

EXTENSION = "doorstep"


@dataclass(frozen=True)
class Web:
    """The application's parts; `now` is the one clock, so that tests can move it."""

    config: Config
    store: Store
    passwords: Passwords
    now: Callable[[], datetime]
    wake: Callable[[int], None]
    """Tells workers that a run waits."""
    public: bool = False
    """Whether this is the organisations' application; each knows the accounts of its own audience only."""
    door: str = "auth"
    """The blueprint whose `sign_in` lets people in."""


def attach(app: Flask, parts: Web) -> None:
    """Gives an application its parts."""
    app.extensions[EXTENSION] = parts


def web() -> Web:
    """The parts of the application that answers this request."""
    return cast(Web, current_app.extensions[EXTENSION])
