"""A small share of `make api-fuzz` in every run of the tests, and the same with a planted fault."""

from pathlib import Path

import pytest
import schemathesis

from tests.webui.api.fuzz import an_office, fuzz
from webui.api.contract import OPERATIONS
from webui.store.reads import programs


def test_no_answer_is_a_fault_and_each_is_as_the_contract_says(tmp_path: Path) -> None:
    app, store, token = an_office(tmp_path)
    statuses = fuzz(app, token, 4, 7)
    assert sum(statuses.values()) >= 4 * len(OPERATIONS)
    assert statuses[200] > 10
    assert not [status for status in statuses if status >= 500]
    store.close()


@pytest.mark.filterwarnings("ignore::Warning")
def test_a_fault_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app, store, token = an_office(tmp_path)

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(programs, "plans", broken)
    with pytest.raises(schemathesis.errors.FailureGroup):
        fuzz(app, token, 2, 7)
    store.close()
