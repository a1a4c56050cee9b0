"""Flask-Login with tokens of the database: deleting the row signs out at once."""

from typing import cast

from flask import Flask
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user

from webui.auth.sign_in import SignedIn, signed_in
from webui.auth.web import web
from webui.store.person import Person


class Visitor(UserMixin):  # type: ignore[misc]
    """Somebody signed in, as Flask-Login wants it; the id is the token, never the number of the user."""

    def __init__(self, found: SignedIn) -> None:
        self.found = found

    def get_id(self) -> str:
        """The token."""
        return self.found.token

    @property
    def person(self) -> Person:
        """Who acts, now."""
        return self.found.person

    @property
    def must_change(self) -> bool:
        """Whether the password was given by another."""
        return self.found.must_change


class Stranger(AnonymousUserMixin):  # type: ignore[misc]
    """Nobody we know."""

    person = None
    must_change = False


def register(app: Flask) -> None:
    """Makes `current_user` a Visitor or a Stranger."""
    manager = LoginManager()
    manager.anonymous_user = Stranger
    manager.session_protection = None  # the token alone decides; addresses change with the office's network
    manager.init_app(app, add_context_processor=True)

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(token: str) -> Visitor | None:
        found = signed_in(web().store, token, web().now())
        mine = found is not None and (found.person.organisation_id is not None) == web().public
        return Visitor(found) if found is not None and mine else None


def person() -> Person:
    """Who asks; only in views that are not open to anyone."""
    return cast(Visitor, current_user).person
