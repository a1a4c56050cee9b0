"""Results kept for the objects they came of."""

from webui.recent import Recent


def test_the_same_objects_are_worked_out_once_and_equal_ones_again() -> None:
    kept: Recent[int] = Recent(4)
    calls: list[str] = []

    def make() -> int:
        calls.append("made")
        return len(calls)

    plan, twin = [1, 2], [1, 2]
    assert kept.of((plan,), "zh", make) == 1
    assert kept.of((plan,), "zh", make) == 1
    assert kept.of((plan,), "en", make) == 2
    assert kept.of((twin,), "zh", make) == 3  # equal, but another object


def test_the_oldest_goes_and_what_was_asked_for_last_stays() -> None:
    kept: Recent[str] = Recent(2)
    one, two, three = ["1"], ["2"], ["3"]
    for item in (one, two, one, three):  # two is the oldest when three comes
        kept.of((item,), None, lambda item=item: f"first {item[0]}")  # type: ignore[misc]
    assert kept.of((one,), None, lambda: "again") == "first 1"
    assert kept.of((two,), None, lambda: "again") == "again"
