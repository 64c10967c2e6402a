"""How answers are read and written: unknown fields are kept, nulls and odd types put up with, every key written."""

from collections.abc import Callable
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


def _instead(empty: Callable[[], Any]) -> BeforeValidator:
    return BeforeValidator(lambda value: empty() if value is None or value == "" else value)


Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
Number = Annotated[float | None, BeforeValidator(_number)]
Whole = Annotated[int | None, BeforeValidator(_whole)]
Flag = int | str | None
"""A state or an error code as a number or a word; families and providers differ."""
Moment = str | int | float | None
"""`YYYY-MM-DD HH:MM:SS`, ISO 8601 or epoch milliseconds; all three occur."""
LISTED = _instead(list)
"""Reads null as an empty list."""


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
