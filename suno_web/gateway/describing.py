"""The operations as people and tools read them: fields, limits and examples, from the classes that check requests.

What a class says in its types is read from them. What it says in `rules` is found by asking it about values that are
too long, too large or unknown, so that the page can never promise what the check does not hold.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, get_args

from pydantic import BaseModel

from suno_web.gateway.examples import EXAMPLES
from suno_web.suno import checks
from suno_web.suno.operations import OPERATIONS, Operation

TOO_MANY = 300_000
NO_WORD = "no-such-word"
TYPES = {
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "true or false",
    "array": "list",
}


@dataclass(frozen=True)
class Field:
    """One field of a request. most, least: of a text its characters. choices: the words allowed."""

    name: str
    type: str
    required: bool
    default: Any = None
    most: float | None = None
    least: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Its type, for a person."""
        return TYPES.get(self.type, self.type)

    @property
    def limits(self) -> str:
        """Its limits in words; "" without any."""
        if self.choices:
            return ", ".join(self.choices)
        if self.type == "string" and self.most:
            return f"at most {self.most:,.0f} characters"
        ends = [
            f"from {self.least:g}" if self.least is not None else "",
            f"to {self.most:g}" if self.most else "",
        ]
        return " ".join(one for one in ends if one)


@dataclass(frozen=True)
class Described:
    """One operation."""

    operation: Operation[Any, Any]
    title: str
    summary: str
    fields: tuple[Field, ...]
    example: dict[str, Any]
    also: tuple[str, ...] = field(default=())

    @property
    def anchor(self) -> str:
        return self.operation.name.replace("_", "-")


@cache
def all_operations() -> tuple[Described, ...]:
    """Every operation that is offered, in the contract's order."""
    return tuple(_described(one) for one in OPERATIONS.values())


def _described(operation: Operation[Any, Any]) -> Described:
    summary = (operation.request.__doc__ or "").strip().partition("\n")[0]
    title = operation.name.replace("_", " ").capitalize()
    example = EXAMPLES.get(operation.name, {})
    return Described(operation, title, summary, tuple(_fields(operation, example)), example, operation.also)


def _fields(operation: Operation[Any, Any], example: dict[str, Any]) -> list[Field]:
    schema = operation.request
    described = []
    for name, info in schema.model_fields.items():
        kind, choices = _type(info.annotation)
        wire = info.alias or name
        probed = _Probe(schema, example, name, wire)
        most, least = probed.limits(kind)
        described.append(
            Field(
                name=wire,
                type="file" if operation.body == "multipart" and name == "file" else kind,
                required=info.is_required(),
                default=None if info.is_required() else info.get_default(),
                most=most,
                least=least,
                choices=choices or (probed.choices() if kind == "string" else ()),
            )
        )
    return described


class _Probe:
    """Asks a request's rules about one field, with the rest as in the example."""

    def __init__(self, schema: type[checks.Request], example: dict[str, Any], name: str, wire: str) -> None:
        self.schema, self.example, self.name, self.wire = schema, example, name, wire

    def limits(self, kind: str) -> tuple[float | None, float | None]:
        """The most and the least it takes."""
        if kind == "string":
            return self._limit("x" * TOO_MANY), None
        if kind in ("number", "integer"):
            return self._limit(TOO_MANY), self._limit(-TOO_MANY)
        return None, None

    def choices(self) -> tuple[str, ...]:
        """The words it takes, if it takes only some."""
        for problem in self._problems(NO_WORD):
            _, found, names = problem.message.partition("must be one of: ")
            if problem.kind == "choice" and found:
                return tuple(names.split(", "))
        return ()

    def _limit(self, value: Any) -> float | None:
        found = [one.limit for one in self._problems(value) if one.kind == "limit"]
        return next((one for one in found if one is not None), None)

    def _problems(self, value: Any) -> list[checks.Problem]:
        sent = {**self.example, self.wire: value}
        return [one for one in checks.problems(self.schema, sent) if one.field == self.name]


def _type(
    annotation: Any,
) -> tuple[Literal["string", "number", "integer", "boolean", "array"], tuple[str, ...]]:
    """The JSON type of a field and, of a choice, its words."""
    parts = [one for one in get_args(annotation) if one is not type(None)]
    if parts and all(isinstance(one, str) for one in parts):
        return "string", tuple(parts)
    if len(parts) == 1:
        return _type(parts[0]) if not str(annotation).startswith("list") else ("array", ())
    if parts and str(annotation).startswith("typing.Annotated"):
        return _type(parts[0])
    for python, json in ((bool, "boolean"), (int, "integer"), (float, "number")):
        if annotation is python:
            return json, ()  # type: ignore[return-value]
    return "string", ()


def result_schema(operation: Operation[Any, Any]) -> dict[str, Any]:
    """What `data` of the answer holds, as JSON Schema."""
    if isinstance(operation.result, type) and issubclass(operation.result, BaseModel):
        return operation.result.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}")
    return {"type": "string"} if operation.result is str else {"type": "number"}
