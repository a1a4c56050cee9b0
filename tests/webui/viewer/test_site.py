"""The read-only site: what each address answers, in which language, under which headers."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from planner.dossier import Dossier, save
from planner.errors import BadInput
from planner.report.labels import Tiles
from tests.planner.report.a_dossier import HOSTILE, a_dossier, an_empty_dossier
from webui.config import Config, from_environment
from webui.texts import TEXTS
from webui.viewer.site import create_app, serve

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
ADDRESSES = (
    "/",
    "/plan/map.js",
    "/plan/labels",
    "/report/plan.css",
    "/report/plan.js",
    "/report/sheet.css",
    "/static/vendor/leaflet/leaflet.js",
    "/static/errors.css",
    "/sheets/T1/2026-09-07",
    "/calendar/team/T1.ics",
    "/tables/plan.xlsx",
    "/healthz",
)
TILES = ("/tiles/0/0/0", "/tiles/archive.pmtiles")
"""Nothing where no archive is configured; tests/webui/maps has one."""
UNKNOWN = (
    *TILES,
    "/no-such-page",
    "/sheets/T9/2026-09-07",
    "/sheets/T1/yesterday",
    "/calendar/team/T9.ics",
    "/tables/nothing.csv",
    "/tables/..%2f..%2fplan.json",
    "/report/map.py",
    "/report/..%2fmap.py",
    "/static/..%2f__init__.py",
)


def site(folder: Path, dossier: Dossier | None = None, config: Config | None = None) -> Flask:
    """An application that shows this dossier."""
    save(dossier or a_dossier(), folder)
    return create_app(folder, config)


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    """A browser without a screen, before the example plan."""
    return site(tmp_path).test_client()


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_answers_under_strict_headers(client: FlaskClient, address: str) -> None:
    answer = client.get(address, buffered=True)  # closes the file behind it
    assert answer.status_code == 200
    _headers_are_strict(answer.headers)


@pytest.mark.parametrize("address", UNKNOWN)
def test_what_does_not_exist_is_not_found_in_both_languages(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    _headers_are_strict(answer.headers)
    assert "没有这一页" in answer.text
    assert "There is no such page" in answer.text


def test_every_route_is_tried_here(client: FlaskClient) -> None:
    rules = {rule.endpoint for rule in client.application.url_map.iter_rules()}
    adapter = client.application.url_map.bind("localhost")
    assert {adapter.match(address)[0] for address in (*ADDRESSES, *TILES)} == rules


def test_nothing_can_be_written(client: FlaskClient) -> None:
    for rule in client.application.url_map.iter_rules():
        assert rule.methods == {"GET", "HEAD", "OPTIONS"}
    answer = client.post("/")
    assert answer.status_code == 405
    assert "此处只能查看" in answer.text


@pytest.mark.parametrize(
    ("address", "accept", "language"),
    [
        ("/", "", "zh-CN"),
        ("/", "zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("/", "en-GB,en;q=0.9", "en"),
        ("/", "de,fr;q=0.5", "zh-CN"),
        ("/?lang=en", "zh-CN", "en"),
        ("/?lang=zh", "en", "zh-CN"),
        ("/?lang=<b>", "en", "en"),
    ],
)
def test_the_language_is_the_one_asked_for_then_the_browsers_then_chinese(
    client: FlaskClient, address: str, accept: str, language: str
) -> None:
    page = client.get(address, headers={"Accept-Language": accept}).text
    assert f'<html lang="{language}">' in page


def test_the_page_takes_styles_scripts_and_labels_from_this_server_only(client: FlaskClient) -> None:
    page = client.get("/").text
    links = re.findall(r'(?:src|href|data-labels)="([^"]+)"', page)
    assert links
    assert all(link.startswith(("/", "#", "?lang=", "data:,")) and not link.startswith("//") for link in links)
    assert "<style" not in page
    assert not re.search(r"<script(?! src=)", page)
    assert " style=" not in page
    assert not re.search(r"\son\w+=", page)


def test_every_link_of_the_page_leads_somewhere(client: FlaskClient) -> None:
    page = client.get("/").text
    links = {link.replace("&amp;", "&") for link in re.findall(r'(?:src|href|data-labels)="(/[^"]*)"', page)}
    # styles 2, scripts 3, labels; sheets of 6 outings and calendars of 3 teams in 2 languages; tables
    assert len([link for link in links if link.startswith("/sheets/")]) == 12
    assert len([link for link in links if link.startswith("/calendar/")]) == 6
    for link in links:
        assert client.get(link, buffered=True).status_code == 200, link


def test_the_labels_are_json_and_hostile_names_are_text_in_them(tmp_path: Path) -> None:
    client = site(tmp_path, a_dossier(hostile=True)).test_client()
    answer = client.get("/plan/labels")
    assert answer.content_type == "application/json"
    assert json.loads(answer.text)["teams"][0]["zh"] == f"第一警组{HOSTILE}"
    assert HOSTILE not in client.get("/").text
    assert "62615533" not in client.get("/").text + client.get("/plan/map.js").text


def test_a_team_may_have_any_text_as_its_id(tmp_path: Path) -> None:
    save(a_dossier(), tmp_path)
    for name in ("facts.json", "plan.json", "problem.json"):
        path = tmp_path / name
        path.write_text(path.read_text("utf-8").replace('"T1"', json.dumps("a/../b?&<c>")), "utf-8")
    client = create_app(tmp_path).test_client()
    links = re.findall(r'href="(/(?:sheets|calendar)/[^"]*)"', client.get("/").text)
    for link in links:
        assert client.get(link.replace("&amp;", "&")).status_code == 200, link


def test_a_sheet_takes_its_style_from_the_server(client: FlaskClient) -> None:
    page = client.get("/sheets/T1/2026-09-07?lang=en").text
    assert '<link rel="stylesheet" href="/report/sheet.css">' in page
    assert "<style" not in page
    assert "On-site visit sheet" in page


def test_a_calendar_is_a_calendar(client: FlaskClient) -> None:
    answer = client.get("/calendar/team/T1.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.text.startswith("BEGIN:VCALENDAR")


def test_tables_come_as_files(client: FlaskClient) -> None:
    answer = client.get("/tables/plan-visits.csv?lang=en")
    assert answer.headers["Content-Disposition"] == "attachment; filename=plan-visits.csv"
    assert client.get("/tables/plan.xlsx").data[:2] == b"PK"


def test_a_plan_made_again_is_shown_at_the_next_request(tmp_path: Path) -> None:
    client = site(tmp_path).test_client()
    before = client.get("/").text
    labels = re.search(r'data-labels="([^"]*)"', before)
    assert labels
    save(an_empty_dossier(), tmp_path)
    assert "本计划没有外出安排。" in client.get("/").text
    stale = client.get(labels[1])
    assert stale.status_code == 409
    assert "It has changed meanwhile" in stale.text
    assert "Load the page again" in stale.text


def test_a_folder_without_a_plan_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no plan") as raised:
        create_app(tmp_path)
    assert "没有计划" in raised.value.mistakes[0].sentence("zh")


def test_another_host_name_is_refused(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    _headers_are_strict(answer.headers)
    assert "重庆" not in answer.text


def test_a_fault_of_the_program_shows_a_number_and_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = site(tmp_path).test_client()

    def broken(*_: Any, **__: Any) -> str:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr("webui.viewer.page.linked_page", broken)
    answer = client.get("/")
    assert answer.status_code == 500
    _headers_are_strict(answer.headers)
    number = re.search(r'<p class="number">(\w+)</p>', answer.text)
    assert number
    assert number[1] in caplog.text
    assert "secret of the house" in caplog.text
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_the_server_listens_on_this_machine_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}
    monkeypatch.setattr("waitress.serve", lambda app, **options: asked.update(options))
    save(a_dossier(), tmp_path)
    serve(tmp_path, 8123)
    assert (asked["host"], asked["port"], asked["ident"]) == ("127.0.0.1", 8123, "")


def test_tiles_of_a_setting_may_be_fetched_and_nothing_else(tmp_path: Path) -> None:
    tiles = Tiles("https://tiles.example/{z}/{x}/{y}.png")
    client = site(tmp_path, config=Config(tiles)).test_client()
    policy = client.get("/").headers["Content-Security-Policy"]
    assert policy == POLICY.replace("img-src 'self' data:", "img-src 'self' data: https://tiles.example")
    assert client.get("/plan/labels").get_json()["tiles"]["url"] == tiles.url


def test_settings_come_from_the_environment() -> None:
    assert from_environment({}) == Config()
    given = from_environment({"DOORSTEP_TILES_URL": "/tiles/{z}/{x}/{y}.png", "DOORSTEP_TILES_DATUM": "gcj02"})
    assert given.tiles == Tiles("/tiles/{z}/{x}/{y}.png", datum="gcj02")


def test_settings_that_cannot_be_are_all_named() -> None:
    wrong = {"DOORSTEP_TILES_URL": "/t/{z}/{x}/{y}", "DOORSTEP_TILES_MAX_ZOOM": "99", "DOORSTEP_TILES_DATUM": "mars"}
    with pytest.raises(BadInput) as raised:
        from_environment(wrong)
    assert [mistake.where for mistake in raised.value.mistakes] == ["DOORSTEP_TILES_MAX_ZOOM", "DOORSTEP_TILES_DATUM"]


def test_every_text_of_the_web_exists_in_both_languages() -> None:
    for key, text in TEXTS.items():
        assert re.search("[\u4e00-\u9fff]", text.zh), key
        assert text.en.strip(), key
        assert not re.search("[\u4e00-\u9fff]", text.en), key


def _headers_are_strict(headers: Any) -> None:
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] in ("no-store", "no-cache")
    assert "Server" not in headers
