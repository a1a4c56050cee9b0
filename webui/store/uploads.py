"""Uploaded tables, kept between the look at their mistakes and the import: a folder each, for one person, one day."""

import errno
import lzma
import re
import secrets
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from werkzeug.datastructures import FileStorage

from planner.errors import Mistake
from webui.refusals import NotFound, raise_if_any
from webui.store.imports import Mode
from webui.store.person import Person

KEPT_SECONDS = 24 * 3600
MOST_FILES = 60
MOST_BYTES = 64 * 1024 * 1024
CHUNK = 256 * 1024
TOKEN = re.compile(r"\d+-[0-9a-f]{24}")
NAME = re.compile(r"[^\\/:*?\"<>|\x00-\x1f]{1,100}")
CORRECTIONS = "corrected.xlsx"
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError, OSError, struct.error)
"""What reading a broken archive raises: RuntimeError where it has a password or an unknown packing, ValueError or
OSError where an offset is wrong, OSError where bzip2 is."""


@dataclass(frozen=True)
class Upload:
    """Tables that somebody gave: `folder` holds them, `corrections` is the corrected file of failed rows, if any."""

    token: str
    home: Path

    @property
    def folder(self) -> Path:
        """Where the tables lie."""
        return self.home / "tables"

    @property
    def corrections(self) -> Path | None:
        """The corrected rows."""
        path = self.home / CORRECTIONS
        return path if path.is_file() else None

    @property
    def mode(self) -> Mode:
        """Whether what the tables do not have is removed."""
        return "replace" if (self.home / "replace").exists() else "merge"

    @property
    def names(self) -> tuple[str, ...]:
        """The files, in order."""
        return tuple(sorted(path.name for path in self.folder.iterdir()))


class Uploads:
    """All of them, below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def keep(self, files: Iterable[FileStorage], mode: Mode, by: Person) -> Upload:
        """Keeps files, those in zip archives singly; BadInput with what cannot be."""
        self.sweep(by.at)
        token = f"{by.id}-{secrets.token_hex(12)}"
        upload = Upload(token, self.root / token)
        upload.folder.mkdir(parents=True, mode=0o700)
        try:
            self._fill(upload, [file for file in files if file.filename])
        except BaseException:
            self.drop(upload)
            raise
        if mode == "replace":
            (upload.home / "replace").touch()
        return upload

    @contextmanager
    def passing(self, files: Iterable[FileStorage], mode: Mode, by: Person) -> Iterator[Upload]:
        """Files that are kept only as long as the block lasts."""
        upload = self.keep(files, mode, by)
        try:
            yield upload
        finally:
            self.drop(upload)

    def find(self, token: str, by: Person) -> Upload:
        """The upload of this person; NotFound for another's, or one whose day is over."""
        upload = Upload(token, self.root / token)
        if not TOKEN.fullmatch(token) or not token.startswith(f"{by.id}-") or not upload.folder.is_dir():
            raise NotFound("upload", token)
        return upload

    def drop(self, upload: Upload) -> None:
        """Throws it away."""
        shutil.rmtree(upload.home, ignore_errors=True)

    def sweep(self, now: datetime) -> None:
        """Throws away what is older than a day by the files' own clock."""
        for home in self.root.glob("*-*") if self.root.is_dir() else ():
            if now.timestamp() - home.stat().st_mtime > KEPT_SECONDS:
                shutil.rmtree(home, ignore_errors=True)

    def _fill(self, upload: Upload, files: list[FileStorage]) -> None:
        if not files:
            raise_if_any([Mistake("files", "choose the tables to import", "请选择要导入的表格")])
        room, mistakes = [MOST_BYTES], list[Mistake]()
        for file in files:
            name = file.filename or ""
            if name.lower().endswith(".zip"):
                _unpack(cast(BinaryIO, file.stream), name, upload.folder, room, mistakes)
            else:
                _write(cast(BinaryIO, file.stream), _base(name), upload.folder, room, mistakes)
        if not mistakes and not any(upload.folder.iterdir()):
            mistakes.append(Mistake("files", "hold no table", "文件中没有表格"))
        raise_if_any(mistakes)


def _unpack(stream: BinaryIO, name: str, folder: Path, room: list[int], mistakes: list[Mistake]) -> None:
    """Writes the files of an archive singly, whatever folders they lie in; counts real bytes, since headers lie."""
    try:
        with zipfile.ZipFile(stream) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            if len(members) > MOST_FILES:
                mistakes.append(Mistake("files", f"has more than {MOST_FILES} files", f"文件超过{MOST_FILES}个", name))
                return
            for member in members:
                base = _base(_spelled(member))
                if not base.startswith((".", "__MACOSX")):
                    with archive.open(member) as content:
                        _write(cast(BinaryIO, content), base, folder, room, mistakes)
    except DAMAGED as error:
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise  # of our own disk, which is full or gone
        mistakes.append(Mistake("files", "is no zip archive that can be opened", "不是可以打开的 zip 压缩包", name))


def _write(stream: BinaryIO, name: str, folder: Path, room: list[int], mistakes: list[Mistake]) -> None:
    path = folder / name
    if not NAME.fullmatch(name) or name.startswith("."):
        mistakes.append(Mistake("files", "has a name that no file may have", "文件名不合规", name))
        return
    if path.exists() or len(list(folder.iterdir())) >= MOST_FILES:
        mistakes.append(Mistake("files", "is given twice, or is one file too many", "文件重复或数量过多", name))
        return
    with path.open("xb") as target:
        while chunk := stream.read(CHUNK):
            room[0] -= len(chunk)
            if room[0] < 0:
                mistakes.append(Mistake("files", "is too large", "文件过大", name))
                return
            target.write(chunk)


def _base(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].strip()


def _spelled(member: zipfile.ZipInfo) -> str:
    """The name as its archive meant it: Chinese Windows writes GBK where zip expects code page 437."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gbk")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return member.filename
