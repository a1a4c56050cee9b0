"""The set-up: the script `doorstep`, the locks, the rules about who may import whom."""

import ast
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
import zipfile
from collections.abc import Mapping
from importlib.machinery import SourceFileLoader
from importlib.metadata import packages_distributions
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "doorstep"
LOCKS = ("requirements.lock", "requirements-dev.lock")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
DEV: list[str] = PROJECT["dependency-groups"]["dev"]
DIGEST = hashlib.sha256(b"").hexdigest()


@pytest.fixture(scope="module")
def doorstep() -> ModuleType:
    """The script as a module; loading it does nothing."""
    loader = SourceFileLoader("doorstep_script", str(SCRIPT))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentences are compared in English, whatever this machine speaks."""
    monkeypatch.setenv("DOORSTEP_LANG", "en")


def locked(lock: str) -> dict[str, list[str]]:
    """The versions a lock gives each package; several where they differ by Python version."""
    versions: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / lock).read_text("utf-8"), re.MULTILINE):
        versions.setdefault(name, []).append(version)
    return versions


# Locks


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_no_address_and_no_path(lock: str) -> None:
    lines = (ROOT / lock).read_text("utf-8").splitlines()
    assert [line for line in lines if re.search(r"://|@ |file:|^-|(^|\s)[./~]*/\w", line)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_its_hashes(lock: str) -> None:
    entries = re.split(r"^(?=\w)", (ROOT / lock).read_text("utf-8"), flags=re.MULTILINE)[1:]
    assert entries
    assert [entry.split()[0] for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)] == []


@pytest.mark.parametrize(
    ("wanted", "lock"),
    [(PROJECT["project"]["dependencies"], LOCKS[0]), (DEV, LOCKS[1])],
    ids=["dependencies", "dev group"],
)
def test_the_lock_answers_every_requirement_of_pyproject(wanted: list[str], lock: str) -> None:
    versions = locked(lock)
    unmet = [
        line
        for line in wanted
        for requirement in [Requirement(line)]
        if not versions.get(requirement.name)
        or not all(requirement.specifier.contains(version) for version in versions[requirement.name])
    ]
    assert unmet == [], "run `make lock`"


def test_both_locks_give_a_package_the_same_version() -> None:
    run, dev = (locked(lock) for lock in LOCKS)
    assert {name: (run[name], dev[name]) for name in run.keys() & dev.keys() if run[name] != dev[name]} == {}


# Requirements


def imported_modules(path: Path) -> set[str]:
    """Top-level names of the modules that a file imports, also with import_module("…")."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Import(names):
                found |= {alias.name for alias in names}
            case ast.ImportFrom(module=str(module), level=0):
                found.add(module)
            case ast.Call(func=ast.Name(id="import_module"), args=[ast.Constant(value=str(module))]):
                found.add(module)
    return {name.split(".")[0] for name in found}


def imported_packages(*folders: str) -> set[str]:
    """The packages, as an installer names them, that the Python files in these folders import."""
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    modules = set().union(*map(imported_modules, paths)) - sys.stdlib_module_names - {"planner", "webui", "tests"}
    names = packages_distributions()
    return {names.get(module, [module])[0].lower() for module in modules}


def test_every_imported_package_is_a_declared_dependency() -> None:
    extras = PROJECT["project"]["optional-dependencies"].values()
    lines = [*PROJECT["project"]["dependencies"], *(line for extra in extras for line in extra)]
    assert imported_packages("planner", "webui") - {Requirement(line).name for line in lines} == set()


def test_every_package_that_tests_import_is_declared() -> None:
    bench = PROJECT["dependency-groups"]["bench"]
    declared = {Requirement(line).name for line in [*PROJECT["project"]["dependencies"], *DEV, *bench]}
    # pyvroom is imported as vroom, which only tells its package where it is installed.
    assert imported_packages("tests") - declared - {"vroom"} == set()


def test_every_declared_dependency_is_imported() -> None:
    declared = {Requirement(line).name for line in PROJECT["project"]["dependencies"]}
    assert declared - imported_packages("planner", "webui") == set()


def test_every_dependency_has_a_lower_bound_and_no_upper() -> None:
    lines = [*PROJECT["project"]["dependencies"], *DEV]
    assert [line for line in lines if not re.fullmatch(r"[\w-]+>=[\d.]+(; .+)?", line)] == []


# The script's decisions


def test_the_script_needs_only_the_standard_library() -> None:
    tree = ast.parse(SCRIPT.read_text("utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names


def test_a_python_of_2018_can_read_the_script_far_enough_to_be_told() -> None:
    ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 7))


@pytest.mark.parametrize(("version", "fits"), [((3, 10, 13), False), ((3, 11, 0), True), ((4, 0, 0), True)])
def test_python_before_3_11_is_refused(doorstep: ModuleType, version: tuple[int, ...], fits: bool) -> None:
    assert (doorstep.python_problem(version) is None) is fits


def test_the_refusal_names_both_versions(doorstep: ModuleType) -> None:
    problem = doorstep.python_problem((3, 9, 2))
    assert "3.11" in problem
    assert "3.9.2" in problem


@pytest.mark.parametrize(
    ("stamp", "step"),
    [
        ({}, "rebuild"),  # the first call, or one after a set-up that was cut off
        ({"interpreter": "/usr/bin/python3.11", "run": "a"}, "nothing"),
        ({"interpreter": "/usr/bin/python3.11", "run": "a", "dev": "b"}, "nothing"),
        ({"interpreter": "/usr/bin/python3.11", "run": "old"}, "rebuild"),
        ({"interpreter": "/usr/bin/python3.10", "run": "a"}, "rebuild"),
    ],
)
def test_what_the_environment_needs_before_a_command(doorstep: ModuleType, stamp: dict[str, str], step: str) -> None:
    assert doorstep.next_step(stamp, {"interpreter": "/usr/bin/python3.11", "run": "a"}) == step


@pytest.mark.parametrize(
    ("stamp", "step"),
    [
        ({"interpreter": "python", "run": "a"}, "add"),
        ({"interpreter": "python", "run": "a", "dev": "b"}, "nothing"),
        ({"interpreter": "python", "run": "a", "dev": "old"}, "rebuild"),
    ],
)
def test_what_the_environment_needs_before_the_tests(doorstep: ModuleType, stamp: dict[str, str], step: str) -> None:
    assert doorstep.next_step(stamp, {"interpreter": "python", "run": "a", "dev": "b"}) == step


@pytest.mark.parametrize("uv", [None, "/usr/bin/uv"], ids=["pip", "uv"])
def test_packages_are_installed_by_hash_and_never_built(doorstep: ModuleType, uv: str | None) -> None:
    command = " ".join(doorstep.install_command("python", "the.lock", uv, None))
    assert command.startswith("/usr/bin/uv pip install --python python" if uv else "python -m pip install")
    assert command.endswith("--require-hashes --no-deps --only-binary :all: -r the.lock")
    assert "--no-index" not in command


@pytest.mark.parametrize("uv", [None, "/usr/bin/uv"], ids=["pip", "uv"])
def test_a_wheelhouse_is_the_only_source(doorstep: ModuleType, uv: str | None) -> None:
    command = doorstep.install_command("python", "the.lock", uv, "wheelhouse")
    assert "--no-index --find-links wheelhouse" in " ".join(command)
    assert ("--offline" in command) is bool(uv)


def test_a_mirror_in_the_settings_counts_only_without_a_wheelhouse(doorstep: ModuleType) -> None:
    settings = {"PATH": "/bin", "PIP_FIND_LINKS": "somewhere", "UV_DEFAULT_INDEX": "somewhere"}
    assert doorstep.install_environment(settings, wheelhouse=False) == settings
    offline = doorstep.install_environment(settings, wheelhouse=True)
    assert "somewhere" not in offline.values()
    assert offline["PIP_CONFIG_FILE"] == os.devnull


@pytest.mark.parametrize(
    ("files", "note", "complaint"),
    [
        ([], None, "holds no package"),
        (["a.whl"], None, None),  # filled by hand: tried as it is
        (["a.whl"], f"CPython 3.11\n{DIGEST}  run.lock\n", None),
        (["a.whl"], f"CPython 3.12\n{DIGEST}  run.lock\n", "made for CPython 3.12, this is CPython 3.11"),
        (["a.whl"], "CPython 3.11\nabc  run.lock\n", "not made from run.lock as it is now"),
        (["a.whl"], f"CPython 3.11\n{DIGEST}  other.lock\n", "not made from run.lock as it is now"),
    ],
)
def test_why_a_wheelhouse_cannot_serve(
    doorstep: ModuleType, files: list[str], note: str | None, complaint: str | None
) -> None:
    problem = doorstep.wheelhouse_problem(files, note, "CPython 3.11", "run.lock", DIGEST)
    assert problem is None if complaint is None else complaint in problem


def test_a_package_with_two_versions_counts_once(doorstep: ModuleType) -> None:
    lock = "# a==1\nnumpy==2.4 ; python_full_version < '3.12' \\\n    --hash=x==\nnumpy==2.5\nflask==3.1\n"
    assert doorstep.packages_in(lock) == 2


def test_only_missing_debian_packages_are_asked_for(doorstep: ModuleType) -> None:
    assert doorstep.debian_packages(chromium=True, chinese_font=True, pdftoppm=True) == []
    assert doorstep.debian_packages(chromium=False, chinese_font=False, pdftoppm=True) == ["chromium", "fonts-noto-cjk"]


def test_every_sentence_is_there_in_both_languages(doorstep: ModuleType) -> None:
    for english, chinese in doorstep.SENTENCES.values():
        assert re.search(r"[\u4e00-\u9fff]", chinese)
        assert set(re.findall(r"{(\w+)}", english)) == set(re.findall(r"{(\w+)}", chinese))


@pytest.mark.parametrize(
    ("chosen", "system", "sentence"),
    [
        ("", "zh_CN.UTF-8", "所有检查通过"),
        ("", "C.UTF-8", "every check passed"),
        ("zh", "C.UTF-8", "所有检查通过"),
        ("en", "zh_CN.UTF-8", "every check passed"),
    ],
)
def test_speaks_the_chosen_language_else_the_systems(
    doorstep: ModuleType, monkeypatch: pytest.MonkeyPatch, chosen: str, system: str, sentence: str
) -> None:
    monkeypatch.setenv("DOORSTEP_LANG", chosen)
    monkeypatch.setenv("LC_ALL", system)
    assert doorstep.sentence("all_passed") == sentence


# The checks


@pytest.fixture
def two_checks(doorstep: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script with two checks in place of its own: lint fails, tests pass; nothing is installed."""
    monkeypatch.setattr(doorstep, "prepare", lambda root, locks: None)
    monkeypatch.setattr(doorstep, "python_in", lambda environment: Path(sys.executable))
    monkeypatch.setattr(doorstep, "prepare_browser", lambda: True)
    checks = {"lint": ("-c", "raise SystemExit('an ugly line')"), "tests": ("-c", "import sys; print(sys.argv[1:])")}
    monkeypatch.setattr(doorstep, "CHECKS", checks)
    return doorstep


def test_one_failed_check_fails_all_but_stops_none(
    two_checks: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert two_checks.test(tmp_path, ["-k", "kernel"]) == 1
    assert capfd.readouterr().out == "an ugly line\n['-k', 'kernel']\n"


def test_passes_where_every_check_does(two_checks: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two_checks, "CHECKS", {"lint": ("-c", "")})
    assert two_checks.test(tmp_path, []) == 0


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)], ids=["in CI", "for a user"])
def test_without_a_browser_only_ci_fails(
    two_checks: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ci: str, code: int
) -> None:
    monkeypatch.setattr(two_checks, "CHECKS", {"lint": ("-c", "")})
    monkeypatch.setattr(two_checks, "prepare_browser", lambda: False)
    monkeypatch.setenv("CI", ci)
    assert two_checks.test(tmp_path, []) == code


def test_ci_runs_what_a_person_runs() -> None:
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert lines == ["#!/usr/bin/env bash", "set -e", 'cd "$(dirname "$0")/.."', "./doorstep test"]


# The script at work, in a folder with one tiny package


CLI = "import greeting, sys\nprint(greeting.TEXT, sys.argv[1:])\nsys.exit(7)\n"


def write_wheel(folder: Path, text: str) -> str:
    """A wheel of the package `greeting` whose TEXT is `text`; gives its SHA-256."""
    folder.mkdir(exist_ok=True)
    path = folder / "greeting-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("greeting.py", f"TEXT = {text!r}\n")
        wheel.writestr("greeting-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n")
        wheel.writestr("greeting-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("greeting-1.0.dist-info/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_lock(site: Path, digest: str) -> None:
    """A lock that names that package."""
    (site / "requirements.lock").write_text(f"greeting==1.0 \\\n    --hash=sha256:{digest}\n", "utf-8")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A checkout with a wheelhouse, never set up, at a path with a space in it."""
    site = tmp_path / "a site"
    (site / "webui").mkdir(parents=True)
    shutil.copy(SCRIPT, site / "doorstep")
    (site / "webui" / "__main__.py").write_text(CLI, "utf-8")
    write_lock(site, write_wheel(site / "wheelhouse", "hello"))
    return site


def environment(site: Path) -> Mapping[str, str]:
    """An environment that would lead an installer astray, were it asked; with a cache of its own."""
    nowhere = "http://127.0.0.1:9/"
    astray = {"PIP_INDEX_URL": nowhere, "UV_DEFAULT_INDEX": nowhere, "UV_CACHE_DIR": str(site.parent / "cache")}
    return {**os.environ, **astray}


def call(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """./doorstep with these arguments, called from elsewhere."""
    command = [sys.executable, str(site / "doorstep"), *arguments]
    return subprocess.run(command, cwd=site.parent, env=environment(site), capture_output=True, text=True)


def test_sets_up_once_and_then_starts_at_once(site: Path) -> None:
    first = call(site, "plan", "two words")
    assert (first.returncode, first.stdout) == (7, "hello ['plan', 'two words']\n"), first.stderr
    assert "installing 1 packages of requirements.lock" in first.stderr
    second = call(site, "plan")
    assert (second.returncode, second.stdout, second.stderr) == (7, "hello ['plan']\n", "")


def test_a_changed_lock_and_a_cut_off_set_up_are_put_right(site: Path) -> None:
    assert call(site).stdout == "hello []\n"
    write_lock(site, write_wheel(site / "wheelhouse", "good day"))
    assert call(site).stdout == "good day []\n"
    (site / ".venv" / "doorstep-stamp.json").unlink()  # written last, so a cut-off set-up has none
    for half_done in (site / ".venv").rglob("greeting.py"):
        half_done.unlink()
    assert call(site).stdout == "good day []\n"


def test_a_package_that_is_not_the_locked_one_is_refused(site: Path) -> None:
    write_wheel(site / "wheelhouse", "something else")
    refused = call(site)
    assert refused.returncode == 1
    assert "hash" in refused.stderr.lower()
    assert "Traceback" not in refused.stderr
    assert not (site / ".venv" / "doorstep-stamp.json").exists()


def test_two_calls_at_the_same_time_do_not_break_each_other(site: Path) -> None:
    command = [sys.executable, str(site / "doorstep")]
    calls = [
        subprocess.Popen(command, env=environment(site), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [one.communicate() for one in calls]
    assert [out for out, _ in answers] == ["hello []\n", "hello []\n"]
    assert sum("installing" in errors for _, errors in answers) == 1


def test_waits_for_an_installer_that_outlived_its_caller(
    doorstep: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with doorstep.only_one(tmp_path / "lock") as held:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(0.6)"], pass_fds=(held,))
    began = time.monotonic()
    with doorstep.only_one(tmp_path / "lock"):
        assert child.wait(timeout=5) == 0
    assert time.monotonic() - began > 0.2
    assert "waiting" in capfd.readouterr().err


def test_says_what_is_missing_where_the_lock_is(site: Path) -> None:
    (site / "requirements.lock").unlink()
    refused = call(site)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("doorstep: requirements.lock is missing beside this script")


def test_bundle_refuses_an_option_it_does_not_know(site: Path) -> None:
    refused = call(site, "bundle", "--everything")
    assert refused.returncode == 1
    assert "--everything" in refused.stderr


def test_a_bundle_says_what_it_is_for(doorstep: ModuleType, tmp_path: Path) -> None:
    digest = write_wheel(tmp_path, "hello")
    assert doorstep.write_notes(tmp_path, {"requirements.lock": "abc"}) == 1
    assert (tmp_path / "SHA256SUMS").read_text("utf-8") == f"{digest}  greeting-1.0-py3-none-any.whl\n"
    note = (tmp_path / "made-for.txt").read_text("utf-8")
    assert doorstep.wheelhouse_problem(["a.whl"], note, doorstep.machine(), "requirements.lock", "abc") is None


# What is committed


def tracked_files() -> list[Path]:
    """The project's own text files: those git tracks or would; all of them where there is no git."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    paths = [ROOT / name for name in listed if name]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:8000]]


def test_no_file_names_a_package_index_or_the_folder_it_was_made_in() -> None:
    words = "|".join(["(?<!no-emit-)index" + "-url", "extra" + "-index", re.escape(f"{ROOT.parent}/")])
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked_files()
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        if re.search(words, line, re.IGNORECASE)
    ]
    assert found == []


# Who may import whom

MODULES = (
    "cli",
    "pipeline",
    "optimise",
    "assign",
    "check",
    "check_domain",
    "dossier",
    "problem",
    "policy",
    "model",
    "reasons",
    "errors",
)


def layers(tmp_path: Path, doorstep: ModuleType, **imports: str) -> tuple[int, str]:
    """Exit code and words of import-linter over a bare tree, where planner/NAME.py consists of imports[NAME]."""
    for package in ("planner", "planner/batches", "planner/io", "planner/report", "planner/travel", "webui"):
        (tmp_path / package).mkdir(parents=True)
        (tmp_path / package / "__init__.py").touch()
    for module in MODULES:
        (tmp_path / "planner" / f"{module}.py").write_text(imports.get(module, ""), "utf-8")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    command = [sys.executable, *doorstep.CHECKS["layers"]]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    return run.returncode, run.stdout


def test_imports_downwards_are_allowed(doorstep: ModuleType, tmp_path: Path) -> None:
    code, words = layers(tmp_path, doorstep, cli="import planner.model", assign="import ortools, planner.problem")
    assert code == 0, words


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("policy", "import planner.problem", "every layer sees only those below it"),
        ("check", "import planner.batches", "every layer sees only those below it"),
        ("assign", "import planner.check", "the optimiser does not lean on the checker"),
        ("model", "import flask", "planner knows nothing of the web"),
        ("pipeline", "import ortools", "OR-Tools has one home"),
        ("problem", "import numba", "numba has one home"),
        ("cli", "import folium", "folium has one home"),
        ("policy", "import pandas", "pandas has two homes"),
        ("cli", "import requests", "the network has two homes"),
    ],
)
def test_imports_that_break_the_layers_are_noticed(
    doorstep: ModuleType, tmp_path: Path, module: str, line: str, contract: str
) -> None:
    code, words = layers(tmp_path, doorstep, **{module: line})
    broken = [shown for shown in words.splitlines() if shown.endswith("BROKEN")]
    assert code == 1
    assert any(contract in shown for shown in broken), words


def test_the_stamp_is_read_back_as_written(doorstep: ModuleType, tmp_path: Path) -> None:
    assert doorstep.read_stamp(tmp_path) == {}
    doorstep.write_stamp(tmp_path, {"interpreter": "python", "requirements.lock": "abc"})
    assert doorstep.read_stamp(tmp_path) == {"interpreter": "python", "requirements.lock": "abc"}
    (tmp_path / "doorstep-stamp.json").write_text(json.dumps(["no", "stamp"]), "utf-8")
    assert doorstep.read_stamp(tmp_path) == {}
