"""The contract as OpenAPI 3.1, written from the table of operations."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from webui.actions.tokens import SCOPES
from webui.api.contract import FORM, JSON, OPERATIONS, SAID, Error, Operation, Tagged

REFERENCE = "#/components/schemas/{model}"
ABOUT = (
    "The same actions as the staff's pages. Every change is one transaction; with an Idempotency-Key the same request "
    "sent again is carried out once and gets the same answer for seven days. What has an ETag is changed with "
    "If-Match; what only adds something, or ends something that cannot be edited, takes none."
)


def openapi() -> dict[str, Any]:
    """The whole document."""
    bodies = [(one.body, "validation") for one in OPERATIONS if one.body is not None and not one.files]
    answers = [(one.answer, "serialization") for one in OPERATIONS]
    pairs: list[Any] = [*dict.fromkeys([*bodies, *answers, (Error, "serialization")])]
    names, defined = models_json_schema(pairs, ref_template=REFERENCE)
    paths: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS:
        paths.setdefault(f"/api/v1{one.path}", {})[one.method.lower()] = _operation(one, names)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Doorstep", "version": "1", "description": ABOUT},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": defined["$defs"],
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": f"Scopes: {', '.join(SCOPES)}"}
            },
        },
    }


def _operation(one: Operation, names: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "description": f"Scope: `{one.scope}`. Roles: {', '.join(one.roles)}.",
        "security": [{"token": []}],
        "parameters": [*_in_path(one), *_in_query(one), *_in_header(one)],
        "responses": _responses(one, names),
    }
    if one.body is not None:
        content = (
            {FORM: {"schema": _form(one.body)}} if one.files else {JSON: {"schema": names[one.body, "validation"]}}
        )
        made["requestBody"] = {"required": True, "content": content}
    return made


def _form(body: type[BaseModel]) -> dict[str, Any]:
    """A form: the fields of the model and files."""
    fields = {name: _plain(kind) for name, kind in body.model_json_schema()["properties"].items()}
    files = {"type": "array", "minItems": 1, "items": {"type": "string", "format": "binary"}}
    return {"type": "object", "properties": {"files": files, **fields}, "required": ["files"]}


def _in_path(one: Operation) -> list[dict[str, Any]]:
    whole = {"type": "integer", "minimum": 1, "maximum": 999_999_999}
    text = {"type": "string", "minLength": 1, "maxLength": 100}
    return [
        {"name": name, "in": "path", "required": True, "schema": whole if kind is int else text}
        for name, kind in one.paths.items()
    ]


def _in_query(one: Operation) -> list[dict[str, Any]]:
    if one.query is None:
        return []
    schema = one.query.model_json_schema()
    needed = schema.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in needed, "schema": _plain(kind)}
        for name, kind in schema["properties"].items()
    ]


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter that is left out is no null."""
    choices = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return choices[0] if len(choices) == 1 else {key: value for key, value in schema.items() if key != "title"}


def _in_header(one: Operation) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    if one.guarded:
        schema = {"type": "string", "pattern": '^([*]|"[0-9]{1,9}-[0-9a-f]{16}")$'}
        about = f"The ETag of what was read ({_reader(one)}); * changes it however it is now"
        made.append({"name": "If-Match", "in": "header", "required": True, "schema": schema, "description": about})
    if one.keyed:
        schema = {"type": "string", "pattern": "^[\\x21-\\x7e]{1,200}$"}
        about = "The sender's own mark of this request"
        made.append(
            {"name": "Idempotency-Key", "in": "header", "required": False, "schema": schema, "description": about}
        )
    return made


def _reader(one: Operation) -> str:
    """How the thing is read that an operation changes."""
    path = next(found.path for found in OPERATIONS if found.name == one.guards.__name__) if one.guards else ""
    return f"GET /api/v1{path}"


def _responses(one: Operation, names: Any) -> dict[str, Any]:
    answer = {"description": "Done", "content": {JSON: {"schema": names[one.answer, "serialization"]}}}
    if one.guarded or issubclass(one.answer, Tagged):
        answer["headers"] = {"ETag": {"schema": {"type": "string"}, "description": "Version of what is shown"}}
    failures = {400: "The input cannot be used", 401: SAID[401][1], 403: SAID[403][1], 404: SAID[404][1]}
    if one.method != "GET":
        failures[409] = "It is not in a state for this"
    if one.guarded:
        failures |= {412: SAID[412][1], 428: SAID[428][1]}
    if one.body is not None:
        failures |= {413: SAID[413][1], 415: SAID[415][1]}
    error = {JSON: {"schema": names[Error, "serialization"]}}
    told = {str(code): {"description": said, "content": error} for code, said in sorted(failures.items())}
    return {str(one.status): answer, **told}
