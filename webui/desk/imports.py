"""Importing tables: what is wrong by cell, what would change, corrected rows back, then the import."""

import tempfile
import zipfile
from io import BytesIO
from pathlib import Path

from flask import render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from planner.errors import BadInput, Mistake
from planner.io.failed_rows import write_failed_rows
from planner.io.mistakes import BadTables
from planner.io.schema import TABLES
from planner.io.tables import read_inputs, write_inputs
from webui.actions import imports as actions
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.desk.blueprint import RULERS, blueprint
from webui.desk.forms import Page, done, or_again, typed
from webui.language import chosen_language
from webui.refusals import bad
from webui.store.imports import Loaded, Mode
from webui.store.inputs import inputs_of
from webui.store.reads.history import history
from webui.store.uploads import CORRECTIONS, Uploads

SHOWN_MISTAKES = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def uploads() -> Uploads:
    """Where uploads wait."""
    return Uploads(web().config.data / "uploads")


@blueprint.get("/imports")
@open_to(*RULERS)
def imports() -> str:
    """The form, the tables and their columns, the imports so far."""
    with web().store.read() as session:
        entries = history(session, actions=("inputs.import",))
    return render_template("desk/imports.html", tables=TABLES, entries=entries)


@blueprint.post("/imports")
@open_to(*RULERS)
@or_again(imports)
def upload() -> Page:
    """Takes the files and goes on to what is in them."""
    mode: Mode = "replace" if typed().text("mode") == "replace" else "merge"
    kept = uploads().keep(request.files.getlist("files"), mode, person())
    return done(url_for("desk.import_check", token=kept.token), _("The files were read; nothing is imported yet."))


@blueprint.get("/imports/<token>")
@open_to(*RULERS)
def import_check(token: str) -> str:
    """Every mistake by cell, or what the import would add, change and remove."""
    kept = uploads().find(token, person())
    found: Loaded | None = None
    wrong: tuple[Mistake, ...] = ()
    failed = False
    try:
        found = actions.try_import(web().store, kept.folder, person(), kept.mode, kept.corrections)
    except BadInput as error:
        wrong, failed = error.mistakes, isinstance(error, BadTables) and bool(error.tables)
    return render_template(
        "desk/import_check.html", kept=kept, found=found, wrong=wrong, failed=failed, most=SHOWN_MISTAKES
    )


@blueprint.get("/imports/<token>/failed-rows.xlsx")
@open_to(*RULERS)
def failed_rows(token: str) -> Response:
    """The rows with mistakes, to correct and give back."""
    kept = uploads().find(token, person())
    try:
        read_inputs(kept.folder)
    except BadInput as error:
        with tempfile.TemporaryDirectory() as folder:
            content = write_failed_rows(error, Path(folder), chosen_language()).read_bytes()
        return send_file(BytesIO(content), XLSX, as_attachment=True, download_name="failed-rows.xlsx")
    raise bad("files", "have no failed rows", "没有错误行")


@blueprint.post("/imports/<token>/corrections")
@open_to(*RULERS)
@or_again(import_check)
def corrections(token: str) -> Page:
    """Takes the corrected rows; they take the place of those given before."""
    kept = uploads().find(token, person())
    file = request.files.get("corrected")
    if file is None or not (file.filename or "").lower().endswith(".xlsx"):
        raise bad("corrected", "choose the corrected XLSX file", "请选择改正后的 XLSX 文件")
    file.save(kept.home / CORRECTIONS)
    return done(url_for("desk.import_check", token=token), _("The corrected rows were read."))


@blueprint.post("/imports/<token>")
@open_to(*RULERS)
@or_again(import_check)
def import_now(token: str) -> Page:
    """Imports all of it, or nothing."""
    kept = uploads().find(token, person())
    why = typed().text("why")
    loaded = actions.import_inputs(web().store, kept.folder, person(), kept.mode, kept.corrections, why)
    uploads().drop(kept)
    added, changed, removed = (sum(map(len, part.values())) for part in (loaded.added, loaded.changed, loaded.removed))
    counts = {"added": added, "changed": changed, "removed": removed}
    said = _("Imported: %(added)s added, %(changed)s changed, %(removed)s removed.", **counts)
    return done(url_for("desk.imports"), said)


@blueprint.get("/imports/tables.zip")
@open_to(*RULERS)
def tables_zip() -> Response:
    """What is in the database now, as tables to edit and import again."""
    content = BytesIO()
    with web().store.read() as session:
        inputs = inputs_of(session)
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in write_inputs(inputs, Path(folder), chosen_language()):
            archive.write(path, path.name)
    content.seek(0)
    return send_file(content, "application/zip", as_attachment=True, download_name="doorstep-tables.zip")
