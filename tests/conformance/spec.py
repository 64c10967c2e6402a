"""The contract's OpenAPI file: its calls, and whether something fits one of its schemas."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

FILE = Path(__file__).parents[2] / "docs" / "suno-api.openapi.yaml"
OUT_OF_SCOPE = "Voice (later)"


@dataclass(frozen=True, eq=False)
class Call:
    """One path with one method. request: the schema of its body, None for a GET. is_form: sent as multipart."""

    name: str
    method: str
    path: str
    request: dict[str, Any] | None
    answer: dict[str, Any]
    credits: float | None
    is_form: bool = False


@cache
def whole() -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return dict(yaml.load(FILE.read_text(), loader))


@cache
def calls() -> tuple[Call, ...]:
    """Every call that a server of this contract has, in the file's order."""
    found = []
    for path, methods in whole()["paths"].items():
        for method in ("get", "post"):
            told = methods.get(method)
            if told is None or OUT_OF_SCOPE in told["tags"]:
                continue
            content = told.get("requestBody", {}).get("content", {})
            kind = next(iter(content), "")
            found.append(
                Call(
                    told["operationId"],
                    method.upper(),
                    path,
                    resolved(content[kind]["schema"]) if kind else None,
                    told["responses"]["200"]["content"]["application/json"]["schema"],
                    told.get("x-credits"),
                    kind.startswith("multipart"),
                )
            )
    return tuple(found)


def call(name: str) -> Call:
    return next(one for one in calls() if one.name == name)


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema itself where it is a reference to one."""
    if "$ref" not in schema:
        return schema
    found = whole()
    for step in schema["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return resolved(found)


@cache
def component(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def problems(schema: dict[str, Any], value: Any) -> list[str]:
    """What of a value does not fit a schema of the file."""
    return [
        f"{'/'.join(map(str, error.instance_path))}: {error.message}"
        for error in _validator(schema).iter_errors(value)
    ]


def fits(schema: dict[str, Any], value: Any) -> bool:
    return bool(_validator(schema).is_valid(value))


def _validator(schema: dict[str, Any]) -> Any:
    # By identity: the schemas are parts of the file, which stays loaded; making a validator takes milliseconds.
    if id(schema) not in _validators:
        made = jsonschema_rs.Draft202012Validator({**schema, "components": whole()["components"]})
        _validators[id(schema)] = (schema, made)
    return _validators[id(schema)][1]


_validators: dict[int, tuple[dict[str, Any], Any]] = {}
