"""How pages write things: icons, lengths, amounts, colours, lyrics."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django import template
from django.forms import BaseForm, BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from suno_web.credits import ledger

register = template.Library()

HUES = 12
BASE_36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_SECTION = re.compile(r"^\s*\[([^\]]{1,80})\]\s*$")


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon of the sprite; decoration unless it has a label."""
    return _drawing(name, label, css)


@cache
def _drawing(name: str, label: str, css: str) -> SafeString:
    # A page draws hundreds, of a few kinds.
    where = static("img/icons.svg")
    if label:
        drawing = '<svg class="icon {}" role="img" aria-label="{}"><use href="{}#{}"></use></svg>'
        return format_html(drawing, css, label, where, name)
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>', css, where, name
    )


@register.filter
def clock(seconds: float | None) -> str:
    """Seconds as 3:01; nothing for nothing."""
    if seconds is None:
        return ""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


@register.filter
def credits(amount: Decimal | None) -> str:
    """An amount as people write it: 12, 0.4, 1,000."""
    return "" if amount is None else ledger.readable(amount)


@register.filter
def hue(pk: UUID) -> str:
    """The class of one of twelve hues, always the same for the same thing."""
    return f"hue-{pk.int % HUES}"


@register.filter
def duration(seconds: float) -> str:
    """A usual time as people say it: 40 s, 2 min."""
    return f"{round(seconds)} s" if seconds < 90 else f"{round(seconds / 60)} min"


@register.filter
def ago(moment: datetime) -> str:
    """How long ago, short: now, 4 min ago, 3 h ago, then the date."""
    passed = (timezone.now() - moment).total_seconds()
    if passed < 60:
        return "now"
    if passed < 3600:
        return f"{int(passed // 60)} min ago"
    if passed < 24 * 3600:
        return f"{int(passed // 3600)} h ago"
    local = timezone.localtime(moment)
    return date_format(local, "j M" if local.year == timezone.localtime().year else "j M Y")


@register.filter
def percent(part: float) -> str:
    """A part of one as 42 %."""
    return f"{round(100 * part)} %"


@register.filter
def elapsed(moment: datetime) -> str:
    """How long since, as the clock that scripts keep running: 0:12."""
    return clock((timezone.now() - moment).total_seconds())


@register.filter
def city(time_zone: str) -> str:
    """What people call a time zone: Lisbon of Europe/Lisbon."""
    return time_zone.rpartition("/")[2].replace("_", " ")


@register.filter
def modelname(model: str) -> str:
    """A model as people write it: V4.5PLUS."""
    return model.replace("_", ".")


@register.filter
def suffix(name: str) -> str:
    """The kind of a file, such as MP3."""
    return name.rpartition(".")[2].upper()


@register.filter(name="json")
def json_(value: Any) -> str:
    """For an attribute that a script reads."""
    return json.dumps(value, separators=(",", ":"))


@register.filter
def pretty(payload: Any) -> str:
    """A payload to be read by a person."""
    return json.dumps(payload, indent=2, ensure_ascii=False)


@register.filter
def attrs(field: BoundField, extra: str) -> SafeString:
    """A field with one more attribute: {{ form.idea|attrs:"rows=3" }}."""
    name, _, value = extra.partition("=")
    return field.as_widget(attrs={name: value})


@register.filter
def weights(form: BaseForm) -> list[BoundField]:
    """The three weights of the create form."""
    return [form[name] for name in ("style_weight", "weirdness_constraint", "audio_weight")]


@register.filter
def initial(name: Any) -> str:
    """The letter an avatar shows."""
    return str(name)[:1] or "?"


@register.filter
def base36(peaks: Sequence[float]) -> str:
    """A waveform as one digit a slice, small enough for hundreds of rows."""
    return "".join(BASE_36[min(35, max(0, round(35 * peak)))] for peak in peaks)


@register.filter
def sections(lyrics: str) -> Iterator[tuple[str, list[str]]]:
    """Lyrics as (section name, lines) pairs; the name is "" before the first mark."""
    name = ""
    lines: list[str] = []
    for line in lyrics.splitlines():
        if mark := _SECTION.match(line):
            if name or any(lines):
                yield name, _trimmed(lines)
            name, lines = mark.group(1), []
        else:
            lines.append(line.rstrip())
    if name or any(lines):
        yield name, _trimmed(lines)


def _trimmed(lines: list[str]) -> list[str]:
    return "\n".join(lines).strip("\n").split("\n")
