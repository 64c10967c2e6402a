"""Whether a request keeps the contract's rules: one set of checks for servers and for the studio's forms.

A request class says its rules in its types (what is required, which words are allowed) and in `Request.rules`
(what depends on other fields). `problems` applies them in the contract's order: required fields, then
choices, then limits.
"""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from suno_web.suno import errors, limits, wire

Draft = Mapping[str, Any]
"""What was sent, by field name: only values of the right type; left-out fields hold their default."""

Kind = Literal["required", "choice", "limit"]
_LABELS = {
    "call_back_url": "callback address",
    "upload_url": "recording",
    "upload_url_list": "two recordings",
    "audio_url": "recording",
    "file_url": "file",
    "continue_at": "second to continue from",
    "infill_start_s": "start",
    "infill_end_s": "end",
    "sound_tempo": "tempo",
    "sound_key": "key",
    "upload_path": "folder",
}
_ORDER: tuple[Kind, ...] = ("required", "choice", "limit")


@dataclass(frozen=True)
class Problem:
    """One rule that is broken.

    field: its name in Python; kind: which rule; message: the contract's words, for programs; advice: the same
    for a person in front of a form; limit: the number that was exceeded; code: the envelope's code.
    """

    field: str
    kind: Kind
    message: str
    advice: str
    limit: float | None = None
    code: int = 422


class Request(BaseModel):
    """A request body or query. Unknown fields are ignored, null and "" count as left out."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")

    # The code a broken rule is answered with, unless the rule says otherwise.
    code: ClassVar[int] = 422
    # The order in which missing fields are reported; others follow as they are declared.
    required_first: ClassVar[tuple[str, ...]] = ("call_back_url",)
    # Required fields that may hold nothing, and optional ones that are not sent when they do.
    may_be_empty: ClassVar[tuple[str, ...]] = ()
    left_out_empty: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="before")
    @classmethod
    def _leave_out_nulls(cls, sent: Any) -> Any:
        return (
            {name: value for name, value in sent.items() if value is not None}
            if isinstance(sent, dict)
            else sent
        )

    @classmethod
    def rules(cls, draft: Draft) -> Iterator[Problem]:
        """What its types cannot say: needs that depend on other fields, and limits."""
        yield from ()

    @classmethod
    def missing(cls, field: str) -> Problem:
        """A required field was not sent."""
        if field == "call_back_url":
            return needed(field, "Please enter callBackUrl.")
        return needed(field, f"{cls.wire_name(field)} cannot be null", f"The {_label(field)} is missing.")

    @classmethod
    def wire_name(cls, field: str) -> str:
        return cls.model_fields[field].alias or field

    def wire(self) -> dict[str, Any]:
        """As JSON-able camelCase, without what was left out."""
        sent = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        unused = {self.wire_name(field) for field in self.left_out_empty}
        return {name: value for name, value in sent.items() if value != "" or name not in unused}


RequestT = TypeVar("RequestT", bound=Request)


def problems(
    schema: type[Request], sent: Mapping[str, Any], *, without: Collection[str] = ()
) -> list[Problem]:
    """Every rule the request breaks, the one to answer with first.

    sent: by wire name or by field name. without: fields the caller does not ask for (a form has no callback
    address).
    """
    draft, found = _read(schema, sent)
    # A field that is missing or malformed is reported once, for that.
    known = {problem.field for problem in found}
    found += [problem for problem in schema.rules(draft) if problem.field not in known]
    kept = [problem for problem in found if problem.field not in without]
    return sorted(kept, key=lambda problem: _ORDER.index(problem.kind))


def read(schema: type[RequestT], sent: Mapping[str, Any]) -> RequestT:
    """The request as its class. Raises errors.Invalid with the first broken rule."""
    for problem in problems(schema, sent):
        raise errors.Invalid(problem.message, code=problem.code)
    draft, _ = _read(schema, sent)
    return schema.model_validate(draft)


def needed(field: str, message: str = "", advice: str = "") -> Problem:
    """A field that must not be empty is."""
    label = _label(field)
    return Problem(
        field, "required", message or f"{to_camel(field)} cannot be empty", advice or f"Enter the {label}."
    )


def too_long(draft: Draft, field: str, limit: int, *, label: str = "", code: int = 422) -> Iterator[Problem]:
    """A text has more characters than it may."""
    count = limits.length(draft.get(field) or "")
    if count > limit:
        message = f"{to_camel(field)} must not exceed {limit} characters"
        advice = f"Shorten the {label or _label(field)} to {limit:,} characters; it has {count:,} now."
        yield Problem(field, "limit", message, advice, limit, code)


def not_among(draft: Draft, field: str, allowed: Collection[str]) -> Iterator[Problem]:
    """A word is none of those allowed."""
    if (value := draft.get(field)) is not None and value not in allowed:
        names = ", ".join(allowed)
        yield Problem(
            field,
            "choice",
            f"{to_camel(field)} must be one of: {names}",
            f"Choose one of {names} as {_label(field)}.",
        )


def above(draft: Draft, field: str, low: float) -> Iterator[Problem]:
    """A number is not greater than low."""
    value = draft.get(field)
    if value is not None and not value > low:
        message = f"{to_camel(field)} must be greater than {low:g}"
        advice = f"Choose a {_label(field)} greater than {low:g}."
        yield Problem(field, "limit", message, advice, low)


def no_span(draft: Draft, start: str, end: str, shortest: float, longest: float) -> Iterator[Problem]:
    """Two numbers do not bound a stretch of time of the length allowed. Reported at its end."""
    since, until = draft.get(start), draft.get(end)
    yield from at_least(draft, start, 0)
    yield from at_least(draft, end, 0)
    if since is None or until is None or not (since >= 0 and until >= 0):
        return
    if not since < until:
        message = f"{to_camel(start)} must be less than {to_camel(end)}"
        yield Problem(end, "limit", message, "The end must come after the start.", since)
        return
    # As hundredths, which the contract counts in: 16.1 - 10.1 is a hair less than 6.
    seconds = round(until - since, 2)
    if not shortest <= seconds <= longest:
        message = f"{to_camel(start)} to {to_camel(end)} must be {shortest:g} to {longest:g} seconds"
        advice = f"Choose a range of {shortest:g} to {longest:g} seconds; it has {seconds:g} now."
        yield Problem(end, "limit", message, advice, longest if seconds > longest else shortest)


def at_least(draft: Draft, field: str, low: float) -> Iterator[Problem]:
    """A number is less than low."""
    value = draft.get(field)
    if value is not None and not value >= low:
        message = f"{to_camel(field)} must be at least {low:g}"
        yield Problem(field, "limit", message, f"Choose a {_label(field)} of at least {low:g}.", low)


def no_address(draft: Draft, field: str, *, code: int = 422) -> Iterator[Problem]:
    """A text, or one of a list of texts, is no web address. Whether anything is there is seen much later."""
    value = draft.get(field) or []
    if not all(map(_is_address, [value] if isinstance(value, str) else value)):
        message = f"{to_camel(field)} must be an http or https URL"
        advice = f"Enter the {_label(field)} as a web address: https://…"
        yield Problem(field, "choice", message, advice, code=code)


def outside(draft: Draft, field: str, low: float, high: float) -> Iterator[Problem]:
    """A number is not between low and high."""
    value = draft.get(field)
    # Written so that NaN is outside too.
    if value is not None and not low <= value <= high:
        message = f"{to_camel(field)} must be between {low:g} and {high:g}"
        advice = f"Choose a {_label(field)} between {low:g} and {high:g}."
        yield Problem(field, "limit", message, advice, high if value > high else low)


def _read(schema: type[Request], sent: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """The values of the right type by field name, and what is missing or malformed."""
    draft: dict[str, Any] = {}
    found: list[Problem] = []
    for name in _fields(schema):
        info = schema.model_fields[name]
        value = sent.get(info.alias or name, sent.get(name))
        if value is None or (isinstance(value, str) and not value.strip()):
            if info.is_required() and not (name in schema.may_be_empty and value is not None):
                found.append(schema.missing(name))
            elif info.is_required():
                draft[name] = value
            else:
                # Blank lyrics are kept as typed; a blank choice or number is no choice.
                blank = value if isinstance(value, str) and isinstance(info.default, str) else None
                draft[name] = info.get_default(call_default_factory=True) if blank is None else blank
            continue
        try:
            draft[name] = _adapter(schema, name).validate_python(value)
        except ValidationError as exc:
            found.append(_malformed(schema, name, exc))
        else:
            if isinstance(draft[name], float) and not math.isfinite(draft[name]):
                message, advice = f"{schema.wire_name(name)} is invalid", f"Enter a number as {_label(name)}."
                found.append(Problem(name, "choice", message, advice, code=schema.code))
            elif isinstance(value, str | list) and not wire.is_storable(value):
                advice = "Remove the characters that cannot be stored."
                message = f"{schema.wire_name(name)} is invalid"
                found.append(Problem(name, "choice", message, advice, code=schema.code))
    return draft, found


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text.strip())
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _malformed(schema: type[Request], name: str, exc: ValidationError) -> Problem:
    first = exc.errors(include_url=False, include_context=True)[0]
    allowed = str(first.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")
    if first["type"] == "literal_error" and allowed:
        return Problem(
            name,
            "choice",
            f"{to_camel(name)} must be one of: {allowed}",
            f"Choose one of {allowed} as {_label(name)}.",
            code=schema.code,
        )
    message = f"{schema.wire_name(name)} is invalid: {first['msg'].lower()}"
    advice = f"Correct the {_label(name)}: {first['msg'].lower()}."
    return Problem(name, "choice", message, advice, code=schema.code)


def _label(field: str) -> str:
    return _LABELS.get(field, field.replace("_", " "))


@cache
def _fields(schema: type[Request]) -> tuple[str, ...]:
    return tuple(sorted(schema.model_fields, key=lambda name: name not in schema.required_first))


@cache
def _adapter(schema: type[Request], name: str) -> TypeAdapter[Any]:
    return TypeAdapter(schema.model_fields[name].rebuild_annotation())
