"""Real routing servers on this machine, from the executables inside the wheels of OSRM and Valhalla.

The wheels are made for Python 3.12, their executables run without Python: they are unpacked into
out/engines of the checkout once. Where a wheel cannot be had the test is skipped, and says so.
"""

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ENGINES = Path(__file__).resolve().parents[3] / "out" / "engines"
WHEELS = {"osrm": "osrm-bindings==26.10.0", "valhalla": "pyvalhalla==3.9.1"}
START_SECONDS = 30.0


def unpacked(engine: str) -> Path:
    """The folder of an engine's unpacked wheel. Skips the test where the wheel cannot be had."""
    folder = ENGINES / WHEELS[engine]
    if not folder.is_dir():
        draft = ENGINES / f"{engine}.part"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        wanted = ["--python-version", "3.12", "--only-binary=:all:", "--no-deps", "--dest", str(draft), WHEELS[engine]]
        for pip in ([sys.executable, "-m", "pip"], ["python3", "-m", "pip"], ["pip3"]):
            if shutil.which(pip[0]) and not subprocess.run([*pip, "download", *wanted], capture_output=True).returncode:
                break
        wheels = list(draft.glob("*.whl"))
        if not wheels:
            pytest.skip(f"no wheel of {WHEELS[engine]} to be had here: not tested against a real server")
        with zipfile.ZipFile(wheels[0]) as wheel:
            wheel.extractall(draft)
        for one in draft.glob("*/bin/*"):
            one.chmod(0o755)
        draft.replace(folder)
    return folder


@contextmanager
def osrm_server(extract: Path, folder: Path, table_size: int = 100) -> Iterator[str]:
    """An osrm-routed over the extract; its address."""
    package = unpacked("osrm") / "osrm"
    base = folder / "roads.osrm"
    profile = next(package.rglob("profiles/car.lua"))
    _run([package / "bin" / "osrm-extract", "-p", profile, "-o", base, "--data_version", "test-1", extract])
    _run([package / "bin" / "osrm-partition", base])
    _run([package / "bin" / "osrm-customize", base])
    port = _free_port()
    options = ["--algorithm", "MLD", "--ip", "127.0.0.1", "--port", str(port), "--max-table-size", str(table_size)]
    with _served([package / "bin" / "osrm-routed", *options, base], port, "/nearest/v1/driving/0,0") as address:
        yield address


@contextmanager
def valhalla_server(extract: Path, folder: Path) -> Iterator[str]:
    """A valhalla_service over the extract; its address."""
    package = unpacked("valhalla") / "valhalla"
    made = _run([sys.executable, package / "valhalla_build_config.py", "--mjolnir-tile-dir", folder / "tiles"])
    port, config = _free_port(), json.loads(made)
    config["mjolnir"] |= {"tile_extract": "", "admin": "", "timezone": "", "concurrency": 1}
    config["httpd"]["service"]["listen"] = f"tcp://127.0.0.1:{port}"
    for part in ("loopback", "interrupt"):
        config["httpd"]["service"][part] = f"ipc://{folder / part}"
    for part in ("loki", "thor", "odin"):
        config[part]["service"]["proxy"] = f"ipc://{folder / part}"
    (folder / "tiles").mkdir()
    (folder / "valhalla.json").write_text(json.dumps(config))
    _run([package / "bin" / "valhalla_build_tiles", "-c", folder / "valhalla.json", extract])
    with _served([package / "bin" / "valhalla_service", folder / "valhalla.json", "1"], port, "/status") as address:
        yield address


@contextmanager
def _served(command: list[str | Path], port: int, path: str) -> Iterator[str]:
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait(server, address + path)
            yield address
        finally:
            server.kill()  # Valhalla does not end when asked to, and nothing of either is needed any more


def _wait(server: "subprocess.Popen[bytes]", url: str) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert server.poll() is None, f"the server ended with {server.returncode}"
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - an address on this machine, made above
                return
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"no answer from {url} after {START_SECONDS} s")


def _run(command: list[str | Path]) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
