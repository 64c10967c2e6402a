"""How answers are read and written: unknown fields are kept, nulls and odd types put up with, every key written."""

import json
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel


def _number(value: object) -> float | None:
    """Seconds as some providers send them: "", "181.2" or nothing."""
    try:
        return None if value is None else float(str(value))
    except ValueError:
        return None


def _whole(value: object) -> int | None:
    number = _number(value)
    return int(number) if number is not None and abs(number) < 2**53 else None


def _second(value: object) -> float:
    return _number(value) or 0.0


def _text(value: object) -> object:
    """Nothing is empty; an object, where its JSON was promised, is written as such."""
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list | bool) else value


def _text_if_any(value: object) -> object:
    return None if value is None else _text(value)


def _filled(value: object) -> object:
    """Null and "" are an empty list; nulls in a list are nothing."""
    if value is None or value == "":
        return []
    return [one for one in value if one is not None] if isinstance(value, list) else value


Text = Annotated[str, BeforeValidator(_text)]
OptionalText = Annotated[str | None, BeforeValidator(_text_if_any)]
Number = Annotated[float | None, BeforeValidator(_number)]
Second = Annotated[float, BeforeValidator(_second)]
Whole = Annotated[int | None, BeforeValidator(_whole)]
Flag = int | str | None
"""A state or an error code as a number or a word; families and providers differ."""
Moment = str | int | float | None
"""`YYYY-MM-DD HH:MM:SS`, ISO 8601 or epoch milliseconds; all three occur."""
LISTED = BeforeValidator(_filled)


class Result(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="allow", coerce_numbers_to_str=True
    )

    def wire(self) -> dict[str, Any]:
        """As JSON-able camelCase, unknown fields included."""
        return self.model_dump(mode="json", by_alias=True)


class TaskCreated(Result):
    """The task to follow."""

    task_id: str = Field(min_length=1)
