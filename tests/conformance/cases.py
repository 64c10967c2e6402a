"""Requests made from the contract's OpenAPI file, each with the answer it must get.

For every call and every way its conditions can fall: a request that is valid, the same without each required
field, with each limit met and then exceeded by one, with each word of an enum and with none of them, and with
values of another type. Nothing here knows our own code.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.conformance import spec
from tests.conformance.spec import Call

Body = dict[str, Any]

MISSING, INVALID = frozenset({400, 422}), frozenset({400, 413, 422})

# Values for fields whose meaning is more than their type, so that a request as a whole makes sense.
SAMPLES: Body = {
    "callBackUrl": "http://127.0.0.1:9/nobody",
    "uploadUrl": "https://files.example/vox.mp3",
    "audioUrl": "https://files.example/vox.mp3",
    "fileUrl": "http://127.0.0.1:9/vox.mp3",
    "url": "https://files.example/vox.mp3",
    "uploadUrlList": ["https://files.example/one.mp3", "https://files.example/two.mp3"],
    "continueAt": 30.5,
    "infillStartS": 10,
    "infillEndS": 20,
    "uploadPath": "audio",
    "fileName": "vox.mp3",
    "base64Data": "SUQzBAAAAAAA",
    "file": b"ID3\x04\x00\x00\x00\x00\x00\x00",
}
# The ends of a range: how small they may be depends on its start.
ENDS = ("infillEndS", "vocalEnd")
# The contract's text: counts only with these.
TOGETHER: dict[str, Body] = {"duration": {"customMode": True, "model": "V5_5"}}
# The contract's text: goes with these.
WITH: dict[str, Body] = {"split_stem_advanced": {"stemName": "Lead Vocal"}}


@dataclass(frozen=True)
class Case:
    """A request and how it is to be answered. refused: the codes it may be refused with, None if it is in order."""

    call: Call
    what: str
    body: Mapping[str, Any]
    refused: frozenset[int] | None = None

    def __str__(self) -> str:
        return f"{self.call.name}: {self.what}"


@cache
def of(call: Call) -> tuple[Case, ...]:
    """All cases of one call, each body once."""
    if call.request is None:
        return tuple(_of_query(call))
    found: dict[str, Case] = {}
    for variant in variants(call.request):
        for case in _of_body(call, variant):
            found.setdefault(f"{case.what} {case.body!r}", case)
    return tuple(found.values())


def variants(schema: Body) -> Iterator[Body]:
    """A minimal valid body for every way the schema's conditions can fall."""
    told: dict[str, set[Any]] = {}
    for condition in schema.get("allOf", ()):
        for field, rule in _constants(condition["if"]):
            told.setdefault(field, set()).update([rule["const"]] if "const" in rule else rule["enum"][:1])
    seen = []
    for values in itertools.product(*(sorted(told[field], key=str) for field in told)):
        for branch in schema.get("oneOf", [{}]):
            body = completed(schema, dict(zip(told, values, strict=True)), branch.get("required", ()))
            if body not in seen:
                seen.append(body)
                yield body


def completed(schema: Body, begun: Body, also: tuple[str, ...] = ()) -> Body:
    """The body with everything that is required beside what it has."""
    body, before = dict(begun), None
    while body != before:
        before = dict(body)
        for field in (*required(schema, body), *also):
            body.setdefault(field, sample(field, _rules(schema, body, field)))
    return body


def required(schema: Body, body: Body) -> tuple[str, ...]:
    """What is required of a body like this one, by the conditions that hold for it."""
    found = [*schema.get("required", ())]
    for then in _holding(schema, body):
        found += then.get("required", ())
    return tuple(dict.fromkeys(found))


def sample(field: str, rules: Body) -> Any:
    """A value that keeps a field's rules."""
    if field in SAMPLES:
        return SAMPLES[field]
    if "enum" in rules:
        return rules["enum"][0]
    match rules.get("type"):
        case "boolean":
            return False
        case "number" | "integer":
            return rules.get("minimum", 1)
    return f"some {field}"


def _of_query(call: Call) -> Iterator[Case]:
    if call.path.endswith("/record-info"):
        yield Case(call, "an unknown task", {"taskId": "0f3c9a5be1d24c77a0e6b1c2d3e4f506"})
        yield Case(call, "without taskId", {}, MISSING)
    else:
        yield Case(call, "as it is", {})


def _of_body(call: Call, body: Body) -> Iterator[Case]:
    schema = call.request or {}
    yield Case(call, "valid", body)
    yield Case(call, "with fields nobody knows", body | {"variety": 3, "callbackUrl": ["x"]})
    for field in required(schema, body):
        yield Case(call, f"without {field}", _without(body, field), MISSING)
        if not call.is_form:
            yield Case(call, f"with null as {field}", body | {field: None}, MISSING)
    for branch in schema.get("oneOf", ()):
        if set(branch["required"]) <= body.keys():
            for field in branch["required"]:
                yield Case(call, f"without {field}", _without(body, field), MISSING)
    for field in schema["properties"]:
        overlaid = TOGETHER.get(field, {})
        if not overlaid.items() <= body.items() and not overlaid.keys() <= schema["properties"].keys():
            continue
        base = completed(schema, body | overlaid)
        yield from _of_field(call, base, field, _rules(schema, base, field))


def _of_field(call: Call, body: Body, field: str, rules: Body) -> Iterator[Case]:
    """The edges of one field."""
    for word in rules.get("enum", ()):
        # Another model may have other limits, another kind other needs: filled up anew.
        whole = completed(call.request or {}, body | {field: word} | WITH.get(word, {}))
        yield Case(call, f"{field} {word}", whole)
    if "enum" in rules:
        yield Case(call, f"{field} none of its words", body | {field: "V9-none"}, INVALID)
    if longest := rules.get("maxLength"):
        yield Case(call, f"{field} of {longest} characters", body | {field: "é" * longest})
        yield Case(call, f"{field} of {longest + 1} characters", body | {field: "é" * (longest + 1)}, INVALID)
    if rules.get("minLength"):
        yield Case(call, f"{field} empty", body | {field: ""}, INVALID)
    yield from _of_number(call, body, field, rules)
    if "maxItems" in rules:
        one = SAMPLES[field][0]
        for count in (rules["minItems"] - 1, rules["maxItems"] + 1):
            yield Case(call, f"{field} of {count}", body | {field: [one] * count}, INVALID)
    if not call.is_form:
        yield Case(call, f"{field} of another type", body | {field: {"odd": [1]}}, INVALID)


def _of_number(call: Call, body: Body, field: str, rules: Body) -> Iterator[Case]:
    step = 1 if "integer" in rules.get("type", ()) else 0.01
    for edge, way in (("minimum", -1), ("maximum", 1)):
        if edge in rules:
            if field not in ENDS:
                yield Case(call, f"{field} at its {edge}", body | {field: rules[edge]})
            yield Case(call, f"{field} beyond its {edge}", body | {field: rules[edge] + way * step}, INVALID)
    if "exclusiveMinimum" in rules:
        low = rules["exclusiveMinimum"]
        yield Case(call, f"{field} just above {low}", body | {field: low + step})
        yield Case(call, f"{field} at {low}", body | {field: low}, INVALID)


def ranges() -> Iterator[Case]:
    """The lengths of ranges, which the file keeps beside its schemas."""
    audio = spec.whole()["x-limits"]["audio"]
    for name, start, end, (shortest, longest) in (
        ("replaceSection", "infillStartS", "infillEndS", audio["replaceSectionSeconds"]),
        ("generatePersona", "vocalStart", "vocalEnd", audio["personaWindowSeconds"]),
    ):
        call = spec.call(name)
        body = next(variants(call.request or {}))
        for seconds in (shortest, longest):
            yield Case(call, f"a range of {seconds} s", body | {start: 10.1, end: round(10.1 + seconds, 2)})
        for seconds in (shortest - 0.01, longest + 0.01, 0, -5):
            odd = body | {start: 10.1, end: round(10.1 + seconds, 2)}
            yield Case(call, f"a range of {seconds} s", odd, INVALID)


def examples() -> Iterator[Case]:
    """The requests that the file itself shows."""
    for call in spec.calls():
        for example in (call.request or {}).get("examples", ()):
            yield Case(call, "the file's example", example | {"callBackUrl": SAMPLES["callBackUrl"]})


def _rules(schema: Body, body: Body, field: str) -> Body:
    """Everything the file says of a field of a body like this one."""
    rules = dict(spec.resolved(schema["properties"].get(field, {})))
    for then in _holding(schema, body):
        rules |= then.get("properties", {}).get(field, {})
    return rules


def _holding(schema: Body, body: Body) -> Iterator[Body]:
    """The consequences whose conditions a body meets."""
    for condition in schema.get("allOf", ()):
        if spec.fits(condition["if"], body):
            yield condition["then"]


def _constants(condition: Body) -> Iterator[tuple[str, Body]]:
    """The fields a condition looks at, and the values it looks for."""
    yield from condition.get("properties", {}).items()
    for inner in (*condition.get("allOf", ()), *([condition["not"]] if "not" in condition else [])):
        yield from _constants(inner)


def _without(body: Body, field: str) -> Body:
    return {name: value for name, value in body.items() if name != field}
