"""Damaged archives are the giver's mistake, whatever is broken in them; a full disk is ours."""

import errno
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from werkzeug.datastructures import FileStorage

from planner.errors import BadInput
from webui.store import uploads
from webui.store.person import doorstep
from webui.store.uploads import Uploads

NOW = datetime(2026, 9, 4, 9, tzinfo=UTC)
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def archive(method: int) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", method) as packed:
        for name in ("sites.csv", "teams.csv"):
            packed.writestr(name, "".join(f"{name},{number}\n" for number in range(300)))
    return content.getvalue()


@pytest.mark.parametrize("method", METHODS)
def test_an_archive_damaged_anywhere_is_read_or_refused(tmp_path: Path, method: int) -> None:
    whole, random, refused = archive(method), Random(method), 0
    for _ in range(400):
        broken = bytearray(whole)
        for _ in range(random.randint(1, 4)):
            broken[random.randrange(len(broken))] = random.randrange(256)
        del broken[random.choice((len(broken), random.randrange(len(broken)))) :]
        try:
            Uploads(tmp_path).keep([FileStorage(BytesIO(broken), "t.zip")], "merge", doorstep(NOW))
        except BadInput:
            refused += 1
    assert refused > 200


def test_a_full_disk_is_not_called_the_givers_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(uploads, "_write", full)
    with pytest.raises(OSError, match="No space left"):
        Uploads(tmp_path).keep([FileStorage(BytesIO(archive(zipfile.ZIP_STORED)), "t.zip")], "merge", doorstep(NOW))
    assert list(tmp_path.iterdir()) == []
