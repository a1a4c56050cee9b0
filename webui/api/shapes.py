"""What is sent and answered, written down for people in one notation for both languages.

`name?: string ≤ 200` may be left out; `"a" | "b"` are choices; `[...]` is a list; braces enclose an object.
"""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode

FORMATS = {"date": "date", "date-time": "date-time", "binary": "file"}


def shape_of(model: type[BaseModel], mode: JsonSchemaMode = "validation") -> str:
    """The fields of a model, those of the models in it among them."""
    schema = model.model_json_schema(mode=mode)
    return "\n".join(_fields(schema, schema.get("$defs", {}), ""))


def _fields(schema: dict[str, Any], models: dict[str, Any], indent: str) -> list[str]:
    needed = schema.get("required", ())
    return [
        f"{indent}{name}{'' if name in needed else '?'}: {_kind(kind, models, indent)}"
        for name, kind in schema.get("properties", {}).items()
    ]


def _kind(kind: dict[str, Any], models: dict[str, Any], indent: str) -> str:
    """One kind in a line, or an object in several."""
    if "$ref" in kind:
        return _kind(models[kind["$ref"].rpartition("/")[2]], models, indent)
    if "anyOf" in kind:
        return " | ".join(dict.fromkeys(_kind(one, models, indent) for one in kind["anyOf"]))
    if "enum" in kind or "const" in kind:
        return " | ".join(f'"{one}"' for one in kind.get("enum", [kind.get("const")]))
    if kind.get("type") == "array":
        return f"[{_kind(kind.get('items', {}), models, indent)}]"
    if kind.get("type") != "object":
        return _simple(kind)
    if "properties" in kind:
        return "\n".join(["{", *_fields(kind, models, f"{indent}  "), f"{indent}}}"])
    inner = kind.get("additionalProperties", True)
    return f"{{string: {'any' if inner is True else _kind(inner, models, indent)}}}"


def _simple(kind: dict[str, Any]) -> str:
    if ":[0-5][0-9]" in kind.get("pattern", ""):
        return "hh:mm"
    name = FORMATS.get(kind.get("format", ""), kind.get("type", "any"))
    if "maxLength" in kind:
        name += f" ≤ {kind['maxLength']}"
    if "minimum" in kind and "maximum" in kind:
        name += f" {kind['minimum']}–{kind['maximum']}"
    return str(name)
