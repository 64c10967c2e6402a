"""The form of a sound effect or a loop."""

from collections.abc import Mapping
from typing import Any, ClassVar, get_args

from django import forms
from django.utils.translation import gettext_lazy as _

from suno_web.studio.forms.asking import Operation, TakeForm, Words, filled
from suno_web.studio.forms.fields import Model, Text
from suno_web.suno import limits, schemas


def key_choices() -> list[tuple[str, str]]:
    """Every key of the contract as musicians write it: C♯ minor."""
    return [(key, str(_("Any key")) if key == "Any" else _written(key)) for key in get_args(schemas.Key)]


def _written(key: str) -> str:
    mode = "minor" if key.endswith("m") else "major"
    return f"{key.rstrip('m').replace('#', '♯')} {mode}"


class SoundsForm(TakeForm):
    """A sound effect or a loop from a description."""

    tab = "sounds"
    names: ClassVar[Mapping[str, str]] = {
        "sound_loop": "loop", "sound_tempo": "tempo", "sound_key": "key", "grab_lyrics": "with_lyrics",
    }  # fmt: skip
    missing: ClassVar[Mapping[str, Words]] = {
        "prompt": _("Describe the sound: a few words are enough."),
    }

    prompt = Text(label=_("Sound"), rows=3, placeholder=_("slow rain on a tin roof, distant thunder"))
    loop = forms.BooleanField(label=_("Loop without a seam"), required=False)
    tempo = forms.IntegerField(
        label=_("Tempo"),
        required=False,
        widget=forms.NumberInput(
            attrs={
                "min": limits.SLOWEST_TEMPO,
                "max": limits.FASTEST_TEMPO,
                "placeholder": _("any"),
                "inputmode": "numeric",
            }
        ),
    )
    key = forms.ChoiceField(label=_("Key"), choices=key_choices, initial="Any", required=False)
    with_lyrics = forms.BooleanField(label=_("Keep words that are heard"), required=False)
    model = Model(names=limits.SOUND_MODELS)

    @property
    def operation(self) -> Operation:
        return Operation.SOUNDS

    def request_of(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        request = filled(
            prompt=cleaned.get("prompt"), model=cleaned.get("model"), soundTempo=cleaned.get("tempo")
        )
        return request | {
            "soundLoop": cleaned.get("loop", False),
            "soundKey": cleaned.get("key") or "Any",
            "grabLyrics": cleaned.get("with_lyrics", False),
        }

    @property
    def song_title(self) -> str:
        return str(self.cleaned_data["prompt"])

    def most(self, field: str) -> Mapping[str, int] | int | None:
        return limits.SOUND_PROMPT if field == "prompt" else super().most(field)
