"""Handing a message to a webhook: signed, without following redirects, to configured hosts only."""

import hashlib
import hmac
import http.client
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from planner.errors import DoorstepError

PATIENCE = 10.0
ANSWER_BYTES = 200


class NotDelivered(DoorstepError):
    """No answer, or one that asks to try again; `code` is the answer's status, if there was one."""

    def __init__(self, said: str, code: int | None = None) -> None:
        self.code = code
        super().__init__(said)


@dataclass(frozen=True)
class Message:
    """One delivery as it leaves; `mark` is the same for every try."""

    url: str
    secret: str
    mark: str
    event: str
    body: bytes
    at: int
    """Seconds since 1970."""

    @property
    def signature(self) -> str:
        """What proves that it is ours and not an old one: HMAC-SHA-256 over time and body."""
        return f"t={self.at},v1={sign(self.secret, self.at, self.body)}"


def sign(secret: str, at: int, body: bytes) -> str:
    """HMAC-SHA-256 of "TIME.BODY" in hexadecimal."""
    return hmac.new(secret.encode(), str(at).encode() + b"." + body, hashlib.sha256).hexdigest()


def host_of(url: str) -> str:
    """Host and port of an address as the settings list them: hooks.example:8443; "" for none of ours."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        return ""
    plain = parts.hostname and not parts.username and not parts.password and not parts.fragment
    return f"{parts.hostname}:{port}" if plain and port and url.isascii() and url.isprintable() else ""


def send(message: Message, allowed: tuple[str, ...]) -> int:
    """Delivers one message; the status of the answer, 200 to 299. Raises NotDelivered for any other outcome."""
    host = host_of(message.url)
    if host not in allowed:
        raise NotDelivered(f"{host or 'this address'} is not among DOORSTEP_WEBHOOK_HOSTS")
    parts = urlsplit(message.url)
    name, _, port = host.rpartition(":")
    made: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        made = http.client.HTTPSConnection(name, int(port), timeout=PATIENCE, context=context)
    else:
        made = http.client.HTTPConnection(name, int(port), timeout=PATIENCE)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Doorstep",
        "Doorstep-Event": message.event,
        "Doorstep-Delivery": message.mark,
        "Doorstep-Signature": message.signature,
    }
    try:
        made.request("POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), message.body, headers)
        answer = made.getresponse()
        said = answer.read(ANSWER_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise NotDelivered(f"{type(error).__name__}: {error}") from error
    finally:
        made.close()
    if not 200 <= answer.status < 300:
        raise NotDelivered(f"{answer.status} {said.decode('utf-8', 'replace')}", answer.status)
    return answer.status
