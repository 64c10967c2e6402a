"""The create form of a song, and what helps to fill it in."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from suno_web.studio.forms.asking import Operation, PersonaForm, Words
from suno_web.studio.forms.fields import Model, Text
from suno_web.suno import limits

LONGEST_STYLE = max(limits.MODELS[name].style for name in limits.SONG_MODELS)


class SongForm(PersonaForm):
    """The create form. Simple: an idea is enough. Custom: lyrics, style and title are taken word for word.

    Fields that the chosen mode hides are kept as typed and not checked.
    """

    tab = "song"
    title_of: ClassVar[limits.TitleOf] = "song"
    missing: ClassVar[Mapping[str, Words]] = {
        "idea": _("Describe the song you want: a few words are enough."),
        "lyrics": _("Enter the lyrics, or make it an instrumental."),
        "style": _("Say how it should sound, such as “folk, warm, acoustic guitar”."),
        "title": _("Give it a title."),
    }

    mode = forms.ChoiceField(
        label=_("Mode"),
        choices=[("simple", _("Simple")), ("custom", _("Custom"))],
        initial="simple",
        required=False,
    )
    idea = Text(
        label=_("Song idea"), rows=4, placeholder=_("an upbeat synth-pop song about the last train home")
    )
    lyrics = Text(
        label=_("Lyrics"), rows=7, placeholder=_("[Verse]\nThe words, sung as written\n\n[Chorus]\n…")
    )
    instrumental = forms.BooleanField(label=_("Instrumental"), required=False)
    model = Model()
    style = Text(label=_("Style"), rows=2, placeholder=_("genre, mood, instruments, tempo"))
    title = forms.CharField(label=_("Title"), required=False)

    @property
    def operation(self) -> Operation:
        return Operation.GENERATE

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        cleaned["mode"] = cleaned.get("mode") or "simple"
        cleaned["custom_mode"] = custom = cleaned["mode"] == "custom"
        words = "" if cleaned.get("instrumental") else cleaned.get("lyrics", "")
        cleaned["prompt"] = words if custom else cleaned.get("idea", "")
        return super().clean()

    def name_of(self, field: str) -> str:
        if field == "prompt":
            return "lyrics" if self.cleaned_data.get("custom_mode") else "idea"
        return super().name_of(field)

    def request_of(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        request: dict[str, Any] = {
            "customMode": cleaned["custom_mode"],
            "instrumental": cleaned.get("instrumental", False),
            "model": cleaned.get("model", ""),
            "prompt": cleaned["prompt"],
        }
        if cleaned["custom_mode"]:
            request |= {"style": cleaned.get("style", ""), "title": cleaned.get("title", "")}
        tuning = self.tuning(cleaned)
        if not cleaned["custom_mode"]:
            # A persona sings only what it is given word for word.
            tuning.pop("personaId", None)
        return request | tuning

    @property
    def song_title(self) -> str:
        return str(self.cleaned_data["title" if self.cleaned_data["custom_mode"] else "prompt"])

    def most(self, field: str) -> Mapping[str, int] | int | None:
        if field == "idea":
            return limits.SIMPLE_PROMPT
        return most_by_model(field, self.title_of) or super().most(field)


def most_by_model(field: str, title_of: limits.TitleOf) -> dict[str, int]:
    """The longest lyrics, style or title with each model; empty for another field."""
    of = {"lyrics": "prompt", "style": "style", "title": "title"}.get(field)
    if of is None:
        return {}
    offered = {
        name: limits.text_limits(name, custom_mode=True, title_of=title_of) for name in limits.SONG_MODELS
    }
    return {name: getattr(most, of) for name, most in offered.items()}


class ThemeForm(forms.Form):
    """What lyrics are to be about."""

    use_required_attribute = False

    # A text area, so that Enter makes a line rather than sending the song around it.
    theme = forms.CharField(
        widget=forms.Textarea,
        label=_("What should the lyrics be about?"),
        error_messages={"required": _("Say what the lyrics are about.")},
    )
    lyrics_key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def clean_theme(self) -> str:
        theme: str = self.cleaned_data["theme"]
        if limits.length(theme) > limits.LYRICS_PROMPT:
            raise ValidationError(
                _("A theme can have %(most)s characters; this has %(has)s."),
                params={"most": limits.LYRICS_PROMPT, "has": limits.length(theme)},
            )
        return theme


class StyleForm(forms.Form):
    """A style text to be made richer."""

    style = forms.CharField(
        strip=True,
        max_length=LONGEST_STYLE,
        error_messages={
            "required": _("Type a few words of style first, then boost them."),
            "max_length": _("A style can have %(limit_value)d characters; this has %(show_value)d."),
        },
    )
