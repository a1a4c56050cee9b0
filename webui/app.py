"""create_app(): the staff's application, put together from its parts."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Literal

from flask import Blueprint, Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from webui import errors, formatters, language, security, signs
from webui.api import pages as api
from webui.auth import access, login
from webui.auth import views as auth_views
from webui.auth.passwords import Passwords
from webui.auth.web import Web, attach
from webui.config import Config, secret_key
from webui.desk import home as desk_home
from webui.desk import staff as desk
from webui.jobs.wake import Bell
from webui.maps import plans as maps
from webui.maps import tiles
from webui.notices import pages as notices
from webui.officer import staff as officer
from webui.review import views as review
from webui.store.engine import Store, open_store

Audience = Literal["staff", "public"]

STAFF: tuple[Blueprint, ...] = (
    auth_views.blueprint,
    desk_home.front,
    desk.blueprint,
    maps.blueprint,
    tiles.blueprint,
    review.blueprint,
    officer.blueprint,
    notices.blueprint,
    api.blueprint,
    api.pages,
)
LARGEST_UPLOAD = 16 * 1024 * 1024
LARGEST_FORM = 512 * 1024

LOG = logging.getLogger("doorstep.web")


def utc_now() -> datetime:
    """The clock of the web side; every other place is handed a moment."""
    return datetime.now(UTC)


def create_app(
    config: Config,
    audience: Audience = "staff",
    now: Callable[[], datetime] = utc_now,
    store: Store | None = None,
) -> Flask:
    """The application for one audience on a migrated database. Raises BadInput for settings that cannot be."""
    app = Flask("webui", static_folder="static", template_folder="templates")
    _configure(app, config, audience)
    opened = store or open_store(config.database_url)
    public = audience == "public"
    door = "booking" if public else "auth"
    attach(app, Web(config, opened, Passwords(config.hashing), now, Bell(config).ring, public, door))
    language.register(app)
    formatters.register(app)
    guard = CSRFProtect(app)
    login.register(app)
    access.register(app)
    signs.register(app)
    for blueprint in _blueprints(audience):
        app.register_blueprint(blueprint)
    guard.exempt(api.blueprint)  # programs send a token in a header, which no page of others can make a browser do
    errors.register(app)
    security.register(app, config.tiles)
    formatters.speak_to_each_reader(app)
    if config.https:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    return app


def _blueprints(audience: Audience) -> tuple[Blueprint, ...]:
    """What an application consists of; a page is in the one it is listed for and in no other."""
    if audience == "staff":
        return STAFF
    from webui.booking import public as booking  # makes offers, so it loads the compiler; the staff's pages do without

    return booking.front, booking.blueprint


def _configure(app: Flask, config: Config, audience: Audience) -> None:
    name = f"doorstep-{audience}"
    app.config.update(
        SECRET_KEY=secret_key(config),
        SECRET_KEY_FALLBACKS=list(config.older_secrets),
        TRUSTED_HOSTS=list(config.trusted_hosts),
        MAX_CONTENT_LENGTH=LARGEST_UPLOAD,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        SESSION_COOKIE_NAME=f"__Host-{name}" if config.https else name,
        SESSION_COOKIE_SECURE=config.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=config.https,
    )
