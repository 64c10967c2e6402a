"""The fields that the create forms are made of."""

import re
import secrets
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from suno_web.suno import limits

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,5}(?:[.,]\d{1,3})?)\s*s?")


def new_form_key() -> str:
    """The same form sent twice carries the same key and makes one generation."""
    return secrets.token_urlsafe(16)


def model_choices(names: Iterable[str] = limits.SONG_MODELS) -> list[tuple[str, str]]:
    """Each model on offer with its character and its longest song."""
    offered = (limits.MODELS[name] for name in names)
    return [(one.name, " · ".join(filter(None, _facts(one)))) for one in offered]


def _facts(model: limits.Model) -> tuple[str, str, str]:
    character = model.character[:1].lower() + model.character[1:]
    return model.name.replace("_", "."), character, f"{model.longest // 60} min" if model.longest else ""


class Text(forms.CharField):
    """A text area. Browsers send line breaks as two characters; here they are one, as people count them."""

    widget = forms.Textarea

    def __init__(self, *, rows: int, placeholder: str | Promise = "", **options: Any) -> None:
        attrs = {"rows": rows, "placeholder": placeholder}
        super().__init__(required=False, widget=forms.Textarea(attrs=attrs), **options)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


class Model(forms.ChoiceField):
    """One of the models that an operation knows."""

    def __init__(self, *, names: Iterable[str] = limits.SONG_MODELS) -> None:
        names = tuple(names)
        super().__init__(
            label=_("Model"),
            choices=model_choices(names),
            initial=names[0],
            error_messages={"invalid_choice": _("“%(value)s” is not a model. Choose one of the list.")},
        )


class Weight(forms.FloatField):
    """A share from 0 to 1 in hundredths; empty leaves it to the model."""

    def __init__(self, **options: Any) -> None:
        widget = forms.NumberInput(attrs={"placeholder": _("default"), "inputmode": "decimal"})
        super().__init__(required=False, min_value=0, max_value=1, step_size=0.01, widget=widget, **options)
        self.error_messages["min_value"] = self.error_messages["max_value"] = _("Use a number from 0 to 1.")
        self.error_messages["step_size"] = _("Two digits after the point are enough, such as 0.65.")


class Moment(forms.Field):
    """A second of a song, as people write it: 1:12.5, or 72.5. Cleaned to seconds, None when empty."""

    widget = forms.TextInput

    def __init__(self, **options: Any) -> None:
        attrs = {
            "inputmode": "decimal",
            "placeholder": "0:00.0",
            "autocomplete": "off",
            "class": "moment num",
        }
        super().__init__(required=False, widget=forms.TextInput(attrs=attrs), **options)

    def to_python(self, value: Any) -> float | None:
        if value in self.empty_values:
            return None
        if isinstance(value, float | int):
            return float(value)
        match = _CLOCK.fullmatch(str(value).strip())
        if match is None:
            raise ValidationError(_("Write it as minutes and seconds, such as 1:12.5."), code="invalid")
        minutes, seconds = match.groups()
        return int(minutes or 0) * 60 + float(seconds.replace(",", "."))

    def prepare_value(self, value: Any) -> Any:
        """As it is written; what was typed stays as it was typed."""
        return as_clock(value) if isinstance(value, float | int) else value


def as_clock(seconds: float) -> str:
    """Seconds as 1:12.5."""
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths % 600 / 10:04.1f}"
