"""Reading the rules' numbers from a file, and the list of them in docs/policy.md."""

from dataclasses import replace
from pathlib import Path

import pytest

from planner.errors import BadInput
from planner.model import Hours
from planner.policy import Policy, describe, from_toml

DOCUMENT = Path(__file__).parents[2] / "docs" / "policy.md"


def written(folder: Path, text: str) -> Path:
    path = folder / "policy.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_file_changes_only_the_numbers_it_names(tmp_path: Path) -> None:
    text = """
    name = "North"
    threshold_foreigners = 5
    shift_start = "07:45"
    division_hours = ["08:00-12:00", "13:30-17:00"]
    served_kinds = ["school", "company"]
    language_substitutes = {th = ["en", "zh"]}
    """
    assert from_toml(written(tmp_path, text)) == replace(
        Policy(),
        name="North",
        threshold_foreigners=5,
        shift_start=27_900,  # 7 × 3600 + 45 × 60
        division_hours=(Hours(28_800, 43_200), Hours(48_600, 61_200)),
        served_kinds=("school", "company"),
        language_substitutes=(("th", ("en", "zh")),),
    )


def test_all_mistakes_are_told_at_once_in_both_languages(tmp_path: Path) -> None:
    text = """
    treshold = 5
    processing_days = "15"
    desks = 0
    minutes_study = -1
    shift_end = 64800
    division_hours = ["12:00-09:00"]
    served_kinds = ["school", "zoo"]
    language_substitutes = {th = "en"}
    name = 3
    break_earliest = "14:00"
    extension_opens_days_before = 20
    """
    with pytest.raises(BadInput) as caught:
        from_toml(written(tmp_path, text))
    assert [mistake.where.removeprefix("policy.toml, ") for mistake in caught.value.mistakes] == [
        "treshold",
        "processing_days",
        "desks",
        "minutes_study",
        "shift_end",
        "division_hours",
        "served_kinds",
        "language_substitutes",
        "name",
        "policy.toml",  # the rest begins after the latest break
        "policy.toml",  # extensions would open after they must be in
    ]
    assert all(not mistake.zh.isascii() and mistake.en.isascii() for mistake in caught.value.mistakes[:8])
    assert caught.value.mistakes[-2].en == "break_earliest must not be more than break_latest"
    assert caught.value.mistakes[-1].zh == "extension_days_before 不得大于 extension_opens_days_before"


def test_a_file_that_is_no_toml_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"policy\.toml: cannot be read as TOML"):
        from_toml(written(tmp_path, "desks = = 2"))
    with pytest.raises(BadInput, match=r"absent\.toml: cannot be read as TOML"):
        from_toml(tmp_path / "absent.toml")


def test_the_document_lists_every_number_with_unit_and_source() -> None:
    rows = [line for line in describe().splitlines() if line.startswith("| `")]
    assert len(rows) == len(Policy.__dataclass_fields__)
    assert "| `first_permit_days` | `30` | calendar days | First permit: last lawful day after entry" in describe()
    assert '| `shift_start` | `"08:30"` | clock time |' in describe()


def test_the_document_is_up_to_date() -> None:
    assert DOCUMENT.read_text("utf-8") == describe(), "docs/policy.md is old: run `python -m planner.policy`"
