"""What organisations type: signs nobody sees, and texts that are too long, are said and come back in the form."""

from collections.abc import Callable
from html import unescape

import pytest

from tests.webui.booking.booking_world import ask
from tests.webui.booking.conftest import Hall
from tests.webui.conftest import Cast
from tests.webui.test_every_route import every
from webui.auth.access import audiences_of
from webui.store.engine import Store

Form = Callable[..., dict[str, str]]


@pytest.mark.parametrize(("language", "said"), [("en", "invisible control character"), ("zh", "不可见的控制字符")])
def test_a_request_comes_back_without_the_sign(hall: Hall, asked: Form, language: str, said: str) -> None:
    hall.cleo.get(f"/booking/?lang={language}")
    answer = hall.cleo.post("/booking/ask", **asked(contact="Off\0ice", site_id="S1", key="k\0"))
    assert answer.status_code == 400
    page = unescape(answer.get_data(as_text=True))
    assert said in page
    assert 'value="Office"' in page
    assert "\0" not in page


def test_a_text_that_is_too_long_is_said_not_cut(hall: Hall, asked: Form) -> None:
    page = unescape(hall.cleo.post("/booking/ask", **asked(contact="x" * 501, site_id="S1")).get_data(as_text=True))
    assert page.count("longer than 500 characters") >= 1
    hall.cleo.get("/booking/?lang=zh")
    answer = hall.cleo.post("/booking/ask", **asked(contact="x" * 501, site_id="S1"))
    assert (answer.status_code, "超过500个字符" in answer.get_data(as_text=True)) == (400, True)


def test_a_reason_to_cancel_that_is_too_long_is_said_not_cut(hall: Hall, store: Store, cast: Cast) -> None:
    key = ask(store, cast.ada, site="S3")
    answer = hall.dan.post(f"/booking/requests/{key}/cancel", why="x" * 501)
    assert answer.status_code == 400
    assert "longer than 500 characters" in answer.get_data(as_text=True)


def test_no_page_takes_a_nul(hall: Hall) -> None:
    wrong, tried = [], 0
    for asked in every(hall.app):
        if not {"anyone", "signed_in", "organisation"} & audiences_of(hall.app.view_functions[asked.endpoint]):
            continue
        tried += 1
        if asked.method == "GET":
            answer = hall.cleo.client.get(asked.address, query_string={"from": "a\0b"})
        else:
            answer = hall.cleo.post(asked.address, why="a\0b")
        if answer.status_code not in (400, 404):
            wrong.append((asked.method, asked.address, answer.status_code))
    assert wrong == []
    assert tried > 10
    assert hall.cleo.get("/booking/requests/%00").status_code == 404
    assert hall.stranger.get("/booking/feed/%00.ics").status_code == 404
    assert hall.stranger.get("/booking/invitation/a%00").status_code == 404
