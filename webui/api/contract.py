"""What an operation of the API promises, and the one way in which every operation is answered.

Models are pydantic's; OpenAPI is written from the same table that serves the requests, so they cannot differ.
(APIFlask was measured first: see docs/decisions/0006-api.md.)
"""

import hashlib
import inspect
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from flask import Blueprint, Response, abort, request
from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import HTTPException

from planner.errors import BadInput, Mistake
from planner.io.mistakes import CellError, CellMistake
from webui.actions.tokens import Holder, given_before, holder_of, keep_answer
from webui.api.conditions import holds, is_condition, tag_of
from webui.auth.access import open_to
from webui.auth.web import web
from webui.errors import CODES, failure_number
from webui.refusals import Told, raise_if_any
from webui.signs import mistakes_in
from webui.store.engine import Store
from webui.store.person import Role

Method = Literal["GET", "POST", "PUT"]
View = TypeVar("View", bound=Callable[..., Any])
KEY = re.compile(r"[\x21-\x7e]{1,200}")
JSON = "application/json"
FORM = "multipart/form-data"
STAFF: tuple[Role, ...] = ("scheduler", "supervisor", "officer", "administrator")
READERS: tuple[Role, ...] = ("scheduler", "supervisor", "administrator")
EDITORS: tuple[Role, ...] = ("scheduler",)
RULERS: tuple[Role, ...] = ("scheduler", "administrator")
"""Audiences as those of the desk's pages."""
NUMBER = re.compile(r"[1-9][0-9]{0,8}")

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


class ErrorPart(BaseModel):
    """One mistake: where it is, what is wrong and what to do about it. In a table also its cell; rows count from 1."""

    where: str
    en: str
    zh: str
    value: str = ""
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""


class Error(BaseModel):
    """Every answer that is not a success."""

    code: str
    en: str
    zh: str
    mistakes: list[ErrorPart] = []


class Tagged(BaseModel):
    """An answer that has an ETag."""


@dataclass(frozen=True)
class Answered:
    """What an operation answers: a model, and the version of what it shows, if that has one."""

    model: BaseModel
    version: int | None = None


@dataclass(frozen=True)
class Call:
    """A request that was let in: who asks, what with, and the store in whose transaction it is answered."""

    holder: Holder
    store: Store
    body: Any = None
    query: Any = None
    version: int | None = None
    """The version of what is changed, as it is now."""
    files: tuple[FileStorage, ...] = ()
    prepared: Any = None
    """What was made of the request before its transaction began."""


@dataclass(frozen=True)
class Operation:
    """One line of the contract."""

    name: str
    method: Method
    path: str
    """With parameters as {name}."""
    scope: str
    summary: str
    """What it does, in English; its Chinese is in the catalogue of texts."""
    answer: type[BaseModel]
    paths: Mapping[str, type]
    """Parameters of the path and their types."""
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    status: int = 200
    guards: Callable[..., Answered] | None = None
    """What reads the thing that it changes: If-Match has to name the ETag of that."""
    roles: tuple[Role, ...] = STAFF
    """Whom it is open to, whatever the scopes of the token."""
    files: bool = False
    """Whether its body is a form with files, the fields of `body` beside them."""
    prepare: Callable[[Call], Any] | None = None
    """What takes long and needs no database; done before anybody has to wait for it."""
    tries: bool = False
    """Whether it changes nothing although it is a POST."""
    secret: bool = False
    """Whether its answer holds what is kept nowhere, so that it cannot be given a second time."""

    @property
    def guarded(self) -> bool:
        """Whether If-Match has to say what is changed."""
        return self.guards is not None

    @property
    def changes(self) -> bool:
        """Whether it changes anything."""
        return self.method != "GET" and not self.tries

    @property
    def keyed(self) -> bool:
        """Whether an idempotency key makes it count once."""
        return self.changes and not self.secret


OPERATIONS: list[Operation] = []


def operation(**facts: Any) -> Callable[[View], View]:
    """Makes a function an operation of the API. It takes a Call and the parameters of its path."""

    def mark(view: View) -> View:
        kinds = {name: kind for name, kind in view.__annotations__.items() if name not in ("call", "return")}
        made = Operation(name=view.__name__, paths=kinds, **facts)
        OPERATIONS.append(made)
        address = re.sub(r"\{(\w+)\}", r"<\1>", made.path)

        @open_to("anyone")  # the token decides, below
        def answered(**values: str) -> Response:
            return _answered(made, view, values)

        blueprint.add_url_rule(address, made.name, answered, methods=[made.method])
        return view

    return mark


def _answered(made: Operation, view: Callable[..., Answered], values: dict[str, str]) -> Response:
    try:
        holder = _let_in(made)
        body, files = _body(made)
        given = _condition(made)
        call = Call(holder, web().store, body, _query(made), None, files)
        if made.prepare is not None:
            call = replace(call, prepared=made.prepare(call))
        typed = {name: _parameter(made, name, text) for name, text in values.items()}
        if made.changes:
            return _once(made, view, call, typed, given)
        answer = _said(made, view(call, **typed))
        return answer.make_conditional(request) if answer.headers.get("ETag") else answer  # type: ignore[return-value]
    except BadInput as error:
        parts = [_part(one) for one in error.mistakes]
        told = Error(code="bad_input", en="The input cannot be used.", zh="输入无法使用。", mistakes=parts)
        return _error(400, told)
    except Told as error:
        return _refused(error)
    except HTTPException as error:
        return http_error(error)
    except Exception as error:  # noqa: BLE001 - answered with the number under which the log has it
        number = failure_number(error)
        said = f"Something went wrong. Give number {number} to whoever runs the program."
        return _error(500, Error(code="failed", en=said, zh=f"程序出错,请将编号 {number} 告知管理员。"))


def _part(one: Mistake) -> ErrorPart:
    made = ErrorPart(where=one.where, en=one.en, zh=one.zh, value=one.value)
    if isinstance(one, CellMistake):
        made.file, made.sheet, made.row, made.column = one.file, one.sheet, one.row, one.column
    return made


def _let_in(made: Operation) -> Holder:
    """Who asks; 401 without a token that works, 403 without the scope or a role that the operation is open to."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    holder = holder_of(web().store, token.strip(), web().now()) if kind.lower() == "bearer" else None
    if holder is None:
        abort(401)
    if made.scope not in holder.scopes or not holder.person.roles & set(made.roles):
        abort(403)
    return holder


def _once(made: Operation, view: Callable[..., Answered], call: Call, typed: dict[str, Any], given: str) -> Response:
    """Answers a change in one transaction; with an idempotency key the same request is carried out once."""
    key = request.headers.get("Idempotency-Key", "")
    if key and not KEY.fullmatch(key):
        raise _wrong("Idempotency-Key", "needs 1 to 200 visible ASCII signs", "应为1至200个可见ASCII字符")
    if key and made.secret:
        raise _wrong("Idempotency-Key", "is not taken: the answer is kept nowhere", "不接受此项:答复内容不留存")
    digest = _digest(made) if key else ""
    with web().store.joined() as (session, store):
        known = given_before(session, call.holder, key, digest) if key else None
        if known is not None:
            answer = _raw(known.status, known.body, known.etag)
            answer.headers["Idempotency-Replayed"] = "true"
            return answer
        answer = _changed(made, view, replace(call, store=store), typed, given)
        if key:
            kept = (answer.status_code, answer.get_data(as_text=True), answer.headers.get("ETag", ""))
            keep_answer(session, call.holder, key, digest, kept)
    return answer


def _changed(made: Operation, view: Callable[..., Answered], call: Call, typed: dict[str, Any], given: str) -> Response:
    """Carries a change out, if what it changes is what was read; 412 where it is not."""
    if made.guards is None:
        return _said(made, view(call, **typed))
    named = {name: typed[name] for name in inspect.signature(made.guards).parameters if name != "call"}
    before = made.guards(call, **named)
    if not holds(given, _tag(before)):
        abort(412)
    with call.store.read() as session:
        session.expunge_all()  # the action reads for itself; nothing changes in between, there is one writer at a time
    answered = view(replace(call, version=before.version), **typed)
    if answered.version is None:
        return _said(made, answered)
    after = answered if type(answered.model) is type(before.model) else made.guards(call, **named)
    return _said(made, answered, _tag(after))


def _digest(made: Operation) -> str:
    """What tells two requests apart; the boundaries of a form do not, they differ each time."""
    asked = hashlib.sha256("\n".join((request.method, request.full_path, request.headers.get("If-Match", ""))).encode())
    if not made.files:
        asked.update(b"\n" + request.get_data())
        return asked.hexdigest()
    fields = sorted((name or "", text) for name, text in request.form.items(multi=True))
    for name, file in request.files.items(multi=True):
        file.stream.seek(0)
        fields.append((f"{name} {file.filename}", hashlib.sha256(file.stream.read()).hexdigest()))
        file.stream.seek(0)
    asked.update(json.dumps(fields).encode())
    return asked.hexdigest()


def _body(made: Operation) -> tuple[Any, tuple[FileStorage, ...]]:
    """The model of the body, and its files; 415 for another form of body."""
    if made.body is None:
        return None, ()
    if request.mimetype != (FORM if made.files else JSON):
        abort(415)
    if not made.files:
        return _read(made.body.model_validate_json, request.get_data()), ()
    return _read(made.body.model_validate, _single(request.form)), tuple(request.files.getlist("files"))


def _query(made: Operation) -> Any:
    if made.query is None:
        return None
    return _read(made.query.model_validate, _single(request.args))


def _single(given: MultiDict[str, str]) -> dict[str, str]:
    """Names and values; BadInput for a name that is given more than once."""
    many = sorted(name or "" for name, values in given.lists() if len(values) > 1)  # a part of a form may be nameless
    if many:
        raise _wrong(many[0] or "form", "is given more than once", "重复给出")
    return {name or "": text for name, text in given.items()}


def _read(reader: Callable[[Any], BaseModel], what: Any) -> Any:
    """The model; BadInput with every mistake and its place."""
    try:
        read = reader(what)
    except ValidationError as error:
        raise BadInput(_unread(one) for one in error.errors(include_url=False, include_input=False)[:50]) from error
    raise_if_any(mistakes_in(read.model_dump()))
    return read


def _unread(found: Mapping[str, Any]) -> Mistake:
    """A mistake that pydantic found; in both languages where a reader of cells said it."""
    where, told = ".".join(map(str, found["loc"])) or "body", found.get("ctx", {}).get("error")
    if isinstance(told, CellError):
        return Mistake(where, told.en, told.zh)
    return Mistake(where, found["msg"], f"无效:{found['msg']}")


def _condition(made: Operation) -> str:
    """What If-Match says; 428 where it is needed and missing, BadInput where it can mean nothing."""
    given = request.headers.get("If-Match", "").strip()
    if made.guarded and not given:
        abort(428)
    if given and made.changes and not made.guarded:
        raise _wrong(
            "If-Match", "is not taken: this changes nothing that was read", "不接受此项:此处不修改已读取的内容"
        )
    if made.guarded and not is_condition(given):
        raise _wrong("If-Match", "is the ETag of what was read, with its quotes", "应为读取时的 ETag,含引号")
    return given


def _parameter(made: Operation, name: str, text: str) -> Any:
    """A value of the path as the operation declares it; 404 for one that can be the key of nothing."""
    if made.paths[name] is int:
        return int(text) if NUMBER.fullmatch(text) else abort(404)
    if len(text) > 100 or not text.isprintable():
        abort(404)
    return text


def _said(made: Operation, answered: Answered, tag: str = "") -> Response:
    return _raw(made.status, answered.model.model_dump_json(), tag or _tag(answered))


def _tag(answered: Answered) -> str:
    """The ETag of what is shown; "" where it has none."""
    return "" if answered.version is None else tag_of(answered.version, answered.model.model_dump_json())


def _raw(status: int, body: str, etag: str) -> Response:
    response = Response(body, status, content_type=JSON)
    if etag:
        response.headers["ETag"] = etag
    return response


def _refused(error: Told) -> Response:
    status = next((code for kind, code in CODES if isinstance(error, kind)), 400)
    codes = {403: "forbidden", 404: "not_found", 409: "conflict", 429: "too_often"}
    return _error(status, Error(code=codes.get(status, "bad_input"), en=error.en, zh=error.zh))


def http_error(error: HTTPException) -> Response:
    """An error of the request's form as the API says it."""
    status = error.code or 500
    code, en, zh = SAID.get(status, ("bad_input", "The request cannot be handled.", "请求无法处理。"))
    answer = _error(status, Error(code=code, en=en, zh=zh))
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="Doorstep"'
    if status == 405 and getattr(error, "valid_methods", None):
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
    return answer


def _error(status: int, said: Error) -> Response:
    return _raw(status, said.model_dump_json(), "")


def _wrong(where: str, en: str, zh: str) -> BadInput:
    return BadInput([Mistake(where, en, zh)])


SAID: Mapping[int, tuple[str, str, str]] = {
    401: ("no_token", "Send a token that works as Authorization: Bearer.", "请以 Authorization: Bearer 发送有效令牌。"),
    403: ("forbidden", "This token or its user may not do this.", "该令牌或其用户无权执行此操作。"),
    404: ("not_found", "There is no such thing.", "不存在。"),
    405: ("not_allowed", "This address does not know this method.", "该地址不支持此方法。"),
    412: ("changed", "It has changed since you read it; read it again.", "内容在读取后已被修改,请重新读取。"),
    413: ("too_large", "This is too large.", "内容过大。"),
    415: (
        "no_json",
        "Send application/json, files as multipart/form-data.",
        "请发送 application/json,文件用 multipart/form-data。",
    ),
    428: ("no_version", "Send the ETag of what you read as If-Match.", "请以 If-Match 发送读取时的 ETag。"),
}
