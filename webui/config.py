"""Settings of the web side. The only module that reads the environment."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import unquote, urlsplit

from planner.errors import BadInput, Mistake
from planner.model import Datum
from planner.report.labels import Tiles
from webui.tilefile import TileFile

THIS_MACHINE = ("127.0.0.1", "localhost")
SHORTEST_SECRET = 32
"""Characters; what a key of 128 bits takes in hexadecimal."""


@dataclass(frozen=True)
class Hashing:
    """What one password hash costs (argon2id); the defaults are 64 MiB and about 0.1 s."""

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 4
    at_once: int = 2
    """So many are computed side by side; more wait, so that sign-ins cannot eat the memory."""


@dataclass(frozen=True)
class MailServer:
    """A mail server and how it is spoken to."""

    host: str
    port: int
    security: Literal["none", "starttls", "tls"] = "none"
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Config:
    """What the application is started with."""

    tiles: Tiles | None = None
    """A background other than the schematic, e.g. the office's own tile server."""
    tiles_file: Path | None = None
    """A PMTiles archive that this application serves as that background itself."""
    data: Path = Path("doorstep-data")
    """Folder of the database, the secret key and the queue file."""
    database: str = ""
    """postgresql://… or sqlite:///…; "" is doorstep.sqlite in the data folder."""
    secret: str = field(default="", repr=False)
    """Key that signs cookies; "" is the one in the data folder, made at the first start."""
    older_secrets: tuple[str, ...] = field(default=(), repr=False)
    """Keys whose cookies are still believed while the key changes."""
    host: str = "127.0.0.1"
    port: int = 8000
    public_port: int = 8001
    """Where organisations book: an application of its own beside the staff's."""
    public_address: str = ""
    """How organisations reach it, for invitations: https://booking.example; "" is this machine and `public_port`."""
    trusted_hosts: tuple[str, ...] = THIS_MACHINE
    """Host names by which the application may be called."""
    https: bool = False
    """Whether the browser reaches it over HTTPS; cookies are then refused on any other way."""
    demo: bool = False
    """Whether a click signs in; refused on any address but this machine's."""
    hashing: Hashing = Hashing()
    cluster: str | None = None
    """Address of a Dask scheduler whose workers help with plans of more than 500 visits."""
    pg_bin: Path | None = None
    """Folder of PostgreSQL's pg_dump and pg_restore; None: those on the PATH."""
    lease_seconds: float = 10.0
    """How long a worker that says nothing keeps its run."""
    mail: MailServer | None = None
    """Where notices go; None: into the folder `outbox`."""
    mail_from: str = "doorstep@localhost"
    """Whom notices come from."""
    outbox: Path | None = None
    """Folder for notices where there is no mail server; None: outbox in the data folder."""
    webhook_hosts: tuple[str, ...] = ()
    """host:port of every webhook that may be told; () means that none may."""

    @property
    def database_url(self) -> str:
        """The database as SQLAlchemy names it."""
        if not self.database:
            return f"sqlite:///{self.data.resolve() / 'doorstep.sqlite'}"
        kind, mark, rest = self.database.partition("://")
        return f"postgresql+psycopg{mark}{rest}" if kind in ("postgres", "postgresql") else self.database

    @property
    def booking_address(self) -> str:
        """The beginning of every address on the organisations' application."""
        return self.public_address.rstrip("/") or f"http://{self.host}:{self.public_port}"

    @property
    def queue_file(self) -> Path:
        """Where the wake-ups of an embedded queue lie; may be deleted at any time."""
        return self.data / "wake-ups.sqlite"


def from_environment(environment: Mapping[str, str]) -> Config:
    """The settings in the DOORSTEP_… variables (docs/operations.md); BadInput for values that cannot be."""
    mistakes: list[Mistake] = []
    port = _number(environment, "DOORSTEP_PORT", 8000, (1, 65_535), mistakes)
    host = environment.get("DOORSTEP_HOST", "127.0.0.1")
    named = tuple(name for name in environment.get("DOORSTEP_TRUSTED_HOSTS", "").split(",") if name)
    config = Config(
        tiles=_tiles(environment, mistakes),
        tiles_file=_tiles_file(environment),
        data=Path(environment.get("DOORSTEP_DATA", "doorstep-data")),
        database=_database(environment, mistakes),
        secret=_secret(environment, mistakes),
        older_secrets=tuple(key for key in environment.get("DOORSTEP_OLDER_SECRETS", "").split(",") if key),
        host=host,
        port=port,
        public_port=_number(environment, "DOORSTEP_PUBLIC_PORT", min(port + 1, 65_535), (1, 65_535), mistakes),
        public_address=environment.get("DOORSTEP_PUBLIC_ADDRESS", ""),
        trusted_hosts=(*named, *THIS_MACHINE),
        https=_switch(environment, "DOORSTEP_HTTPS", mistakes),
        demo=_switch(environment, "DOORSTEP_DEMO", mistakes),
        cluster=environment.get("DOORSTEP_CLUSTER") or None,
        pg_bin=Path(environment["DOORSTEP_PG_BIN"]) if environment.get("DOORSTEP_PG_BIN") else None,
        mail=_mail(environment, mistakes),
        mail_from=_sender(environment, mistakes),
        outbox=Path(environment["DOORSTEP_OUTBOX"]) if environment.get("DOORSTEP_OUTBOX") else None,
        webhook_hosts=_webhook_hosts(environment, mistakes),
    )
    if config.demo and host not in THIS_MACHINE:
        mistakes.append(
            Mistake(
                "DOORSTEP_DEMO",
                "signs in by a click, so it works on 127.0.0.1 only; remove it or DOORSTEP_HOST",
                "演示模式点击即可登录,仅限本机 127.0.0.1;请删除此项或 DOORSTEP_HOST",
                host,
            )
        )
    if mistakes:
        raise BadInput(mistakes)
    return config


def secret_key(config: Config) -> str:
    """The key that signs cookies: the configured one, else the one in the data folder, made if need be (mode 0600)."""
    if config.secret:
        return config.secret
    path = config.data / "secret-key"
    config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        path.chmod(0o600)
    key = path.read_text("ascii").strip()
    if len(key) < SHORTEST_SECRET:
        raise BadInput(
            [
                Mistake(
                    str(path),
                    "holds no whole key; delete it, a new one is made (everyone signs in again)",
                    "密钥不完整;请删除该文件,将重新生成(所有人需重新登录)",
                )
            ]
        )
    return key


OWN_TILES, OWN_ARCHIVE = "/tiles/{z}/{x}/{y}", "/tiles/archive.pmtiles"
"""Where the application answers with the pictures of the archive, and with ranges of one of vector tiles."""


def _tiles_file(environment: Mapping[str, str]) -> Path | None:
    name = environment.get("DOORSTEP_TILES_FILE", "")
    return Path(name) if name else None


def _tiles(environment: Mapping[str, str], mistakes: list[Mistake]) -> Tiles | None:
    url, file = environment.get("DOORSTEP_TILES_URL", ""), _tiles_file(environment)
    deepest, owner, vector = 17, "", False
    if file is not None:
        if url:
            mistakes.append(Mistake("DOORSTEP_TILES_FILE", "or DOORSTEP_TILES_URL, not both", "与网址二者只能选一"))
        try:
            archive = TileFile(file)
        except BadInput as error:
            mistakes += error.mistakes
            return None
        url = OWN_ARCHIVE if archive.vector else OWN_TILES
        deepest, owner, vector = archive.max_zoom, archive.owner, archive.vector
    if not url:
        return None
    zoom = _number(environment, "DOORSTEP_TILES_MAX_ZOOM", deepest, (1, 22), mistakes)
    datum = environment.get("DOORSTEP_TILES_DATUM", "wgs84")
    if datum not in get_args(Datum):
        choices = ", ".join(get_args(Datum))
        mistakes.append(Mistake("DOORSTEP_TILES_DATUM", f"choose from {choices}", f"可选:{choices}", datum))
    return Tiles(url, environment.get("DOORSTEP_TILES_ATTRIBUTION") or owner, zoom, cast(Datum, datum), vector)


def _database(environment: Mapping[str, str], mistakes: list[Mistake]) -> str:
    url = environment.get("DOORSTEP_DATABASE", "")
    if url and url.partition("://")[0] not in ("sqlite", "postgresql", "postgres", "postgresql+psycopg"):
        mistakes.append(
            Mistake(
                "DOORSTEP_DATABASE",
                "is written postgresql://user@host/name or sqlite:////folder/file.sqlite",
                "请写成 postgresql://用户@主机/库名 或 sqlite:////文件夹/文件.sqlite",
                url.partition("://")[0],
            )
        )
    return url


SMTP_SCHEMES: Mapping[str, tuple[Literal["none", "starttls", "tls"], int]] = {
    "smtp": ("none", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}


def _mail(environment: Mapping[str, str], mistakes: list[Mistake]) -> MailServer | None:
    url = environment.get("DOORSTEP_SMTP", "")
    if not url:
        return None
    try:
        parts = urlsplit(url)
        security, port = SMTP_SCHEMES[parts.scheme]
        if not parts.hostname:
            raise ValueError(url)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return MailServer(parts.hostname, parts.port or port, security, user, password)
    except (KeyError, ValueError):
        mistakes.append(
            Mistake(
                "DOORSTEP_SMTP",
                "is written smtp+starttls://user:password@host:587, smtps://… or smtp://…",
                "请写成 smtp+starttls://用户:密码@主机:587、smtps://… 或 smtp://…",
            )
        )
        return None


def _sender(environment: Mapping[str, str], mistakes: list[Mistake]) -> str:
    sender = environment.get("DOORSTEP_MAIL_FROM", "doorstep@localhost")
    if not sender.isprintable() or "@" not in sender:
        mistakes.append(
            Mistake("DOORSTEP_MAIL_FROM", "is written Name <name@host>", "请写成 名称 <name@host>", sender[:80])
        )
    return sender


def _webhook_hosts(environment: Mapping[str, str], mistakes: list[Mistake]) -> tuple[str, ...]:
    hosts = tuple(one.strip() for one in environment.get("DOORSTEP_WEBHOOK_HOSTS", "").split(",") if one.strip())
    for host in hosts:
        name, mark, port = host.rpartition(":")
        if not (name and mark and port.isascii() and port.isdigit()):
            mistakes.append(
                Mistake(
                    "DOORSTEP_WEBHOOK_HOSTS",
                    "lists host:port, separated by commas",
                    "请列出 主机:端口,以逗号分隔",
                    host,
                )
            )
    return hosts


def _secret(environment: Mapping[str, str], mistakes: list[Mistake]) -> str:
    key = environment.get("DOORSTEP_SECRET_KEY", "")
    if key and len(key) < SHORTEST_SECRET:
        mistakes.append(
            Mistake(
                "DOORSTEP_SECRET_KEY",
                f"is too short; give {SHORTEST_SECRET} random characters or more, or none to have one made",
                f"过短;请提供至少{SHORTEST_SECRET}个随机字符,或留空自动生成",
            )
        )
    return key


def _number(
    environment: Mapping[str, str], name: str, default: int, span: tuple[int, int], mistakes: list[Mistake]
) -> int:
    text = environment.get(name, str(default))
    if text.isascii() and text.isdigit() and span[0] <= int(text) <= span[1]:
        return int(text)
    mistakes.append(
        Mistake(name, f"needs a whole number from {span[0]} to {span[1]}", f"应为 {span[0]} 至 {span[1]} 的整数", text)
    )
    return default


def _switch(environment: Mapping[str, str], name: str, mistakes: list[Mistake]) -> bool:
    text = environment.get(name, "no").lower()
    if text in ("yes", "true", "1", "no", "false", "0", ""):
        return text in ("yes", "true", "1")
    mistakes.append(Mistake(name, "write yes or no", "请写 yes 或 no", text))
    return False
