"""Handing an e-mail to the mail server, or to a folder where another program takes it."""

import os
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol

from planner.errors import DoorstepError
from webui.config import MailServer

PATIENCE = 20.0
"""Seconds to wait for each answer of the server."""


class NotDelivered(DoorstepError):
    """It surely did not arrive; trying again later may work."""


class Refused(DoorstepError):
    """The server will never take it: an address that does not exist, a message it does not want."""


class Unsure(DoorstepError):
    """The server fell silent after the whole message had left; it may have arrived."""


@dataclass(frozen=True)
class Letter:
    """One e-mail. `message_id` is without brackets and the same for every try."""

    to: str
    subject: str
    body: str
    message_id: str
    at: datetime

    def message(self, sender: str) -> EmailMessage:
        """As RFC 5322 has it. Line ends in the subject became spaces when it was written."""
        made = EmailMessage()
        made["From"], made["To"], made["Subject"] = sender, self.to, self.subject
        made["Date"], made["Message-ID"] = format_datetime(self.at), f"<{self.message_id}>"
        made["Auto-Submitted"] = "auto-generated"
        made.set_content(self.body)
        return made


class Carrier(Protocol):
    """What takes letters."""

    def hand_over(self, letter: Letter, leaving: Callable[[], bool]) -> None:
        """Delivers one letter. Calls `leaving` right before it may arrive and gives up quietly where that says no.

        Raises NotDelivered, Refused or Unsure.
        """


@dataclass(frozen=True)
class Smtp:
    """A mail server."""

    server: MailServer
    sender: str

    def hand_over(self, letter: Letter, leaving: Callable[[], bool]) -> None:
        """Over SMTP: everything up to DATA can be repeated, what comes after it cannot."""
        content = letter.message(self.sender).as_bytes()
        smtp, left = self._connected(), False
        try:
            _agreed(smtp.mail(_address(self.sender)))
            _agreed(smtp.rcpt(letter.to))
            left = leaving()
            if left:
                _agreed(smtp.data(content))
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            kind = Unsure if left else NotDelivered
            raise kind(f"{type(error).__name__}: {error}") from error
        finally:
            with suppress(smtplib.SMTPException, OSError):  # it has been taken or not; a bad farewell changes nothing
                smtp.quit()
            smtp.close()

    def _connected(self) -> smtplib.SMTP:
        """A connection, signed in. Raises NotDelivered: nothing has left yet, and a wrong password can be mended."""
        try:
            return self._signed_in()
        except (smtplib.SMTPException, OSError) as error:
            raise NotDelivered(f"{type(error).__name__}: {error}") from error

    def _signed_in(self) -> smtplib.SMTP:
        one = self.server
        if one.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                one.host, one.port, timeout=PATIENCE, context=ssl.create_default_context()
            )
        else:
            smtp = smtplib.SMTP(one.host, one.port, timeout=PATIENCE)
        smtp.ehlo()
        if one.security == "starttls":
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        if one.user:
            smtp.login(one.user, one.password)
        return smtp


@dataclass(frozen=True)
class Folder:
    """A folder in which each letter becomes a file, MESSAGE-ID.eml."""

    path: Path
    sender: str

    def hand_over(self, letter: Letter, leaving: Callable[[], bool]) -> None:
        """Writes the file whole or not at all; a letter that lies there already is delivered."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = "".join(sign if sign.isalnum() or sign in "-.@" else "_" for sign in letter.message_id)
        target = self.path / f"{name}.eml"
        if target.exists() or not leaving():
            return
        draft = self.path / f".{name}.{os.getpid()}"
        try:
            draft.write_bytes(letter.message(self.sender).as_bytes())
            draft.replace(target)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise NotDelivered(str(error)) from error


def _agreed(answer: tuple[int, bytes]) -> None:
    code, text = answer
    if not 200 <= code < 300:
        raise smtplib.SMTPResponseException(code, text)


def _refusal(code: int, text: bytes | str) -> DoorstepError:
    said = f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
    return Refused(said) if 500 <= code < 600 else NotDelivered(said)


def _address(sender: str) -> str:
    """The address in "Name <address>"."""
    return sender.rpartition("<")[2].rstrip(">").strip()
