"""What members type. The limits are the contract's, the same that the counters in the page show."""

import secrets
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import Team, User
from suno_web.studio.models import Project
from suno_web.suno import limits

LONGEST_NEGATIVE_TAGS = 1000
LONGEST_STYLE = max(limits.MODELS[name].style for name in limits.SONG_MODELS)


def new_form_key() -> str:
    """The same form sent twice carries the same key and makes one generation."""
    return secrets.token_urlsafe(16)


def model_choices() -> list[tuple[str, str]]:
    """Each model on offer with its character and its longest song."""
    offered = (limits.MODELS[name] for name in limits.SONG_MODELS)
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


class Weight(forms.FloatField):
    """A share from 0 to 1 in hundredths; empty leaves it to the model."""

    def __init__(self, **options: Any) -> None:
        widget = forms.NumberInput(attrs={"placeholder": _("default"), "inputmode": "decimal"})
        super().__init__(required=False, min_value=0, max_value=1, step_size=0.01, widget=widget, **options)
        self.error_messages["min_value"] = self.error_messages["max_value"] = _("Use a number from 0 to 1.")
        self.error_messages["step_size"] = _("Two digits after the point are enough, such as 0.65.")


class SongForm(forms.Form):
    """The create form. Simple: an idea is enough. Custom: lyrics, style and title are taken word for word.

    Fields that the chosen mode hides are kept as typed and not checked.
    """

    # The browser must not insist on fields that the chosen mode hides.
    use_required_attribute = False

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
    model = forms.ChoiceField(
        label=_("Model"),
        choices=model_choices,
        initial=limits.DEFAULT_MODEL,
        error_messages={"invalid_choice": _("“%(value)s” is not a model. Choose one of the list.")},
    )
    style = Text(label=_("Style"), rows=2, placeholder=_("genre, mood, instruments, tempo"))
    title = forms.CharField(label=_("Title"), required=False)
    negative_tags = forms.CharField(
        label=_("Leave out"),
        required=False,
        max_length=LONGEST_NEGATIVE_TAGS,
        widget=forms.TextInput(attrs={"placeholder": _("drums, choir")}),
    )
    vocal_gender = forms.ChoiceField(
        label=_("Voice"), choices=[("", _("Any")), ("f", _("Female")), ("m", _("Male"))], required=False
    )
    style_weight = Weight(label=_("Style weight"), help_text=_("How closely it follows the style."))
    weirdness_constraint = Weight(label=_("Weirdness"), help_text=_("How far it may stray from the usual."))
    audio_weight = Weight(label=_("Audio weight"), help_text=_("How much a given recording counts."))
    form_key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["mode"] = cleaned.get("mode") or "simple"
        cleaned["custom_mode"] = custom = cleaned["mode"] == "custom"
        self._check_presence(cleaned, custom)
        self._check_lengths(cleaned, custom)
        words = "" if cleaned.get("instrumental") else cleaned.get("lyrics", "")
        cleaned["prompt"] = words if custom else cleaned.get("idea", "")
        return cleaned

    def point_at_first_error(self) -> None:
        """Have the browser go to the first field that is wrong."""
        wrong = next((name for name in self.fields if name in self.errors), None)
        if wrong:
            self.fields[wrong].widget.attrs["autofocus"] = True

    def _check_presence(self, cleaned: dict[str, Any], custom: bool) -> None:
        if not custom:
            if not cleaned.get("idea"):
                self.add_error("idea", _("Describe the song you want: a few words are enough."))
            return
        if not cleaned.get("lyrics") and not cleaned.get("instrumental"):
            self.add_error("lyrics", _("Enter the lyrics, or make it an instrumental."))
        if not cleaned.get("style"):
            self.add_error("style", _("Say how it should sound, such as “folk, warm, acoustic guitar”."))
        if not cleaned.get("title") and "title" not in self.errors:
            self.add_error("title", _("Give it a title."))

    def _check_lengths(self, cleaned: dict[str, Any], custom: bool) -> None:
        model = cleaned.get("model", limits.DEFAULT_MODEL)
        allowed = limits.text_limits(model, custom_mode=custom)
        if not custom:
            self._check_length(cleaned, "idea", allowed.prompt, _("An idea"))
            return
        if not cleaned.get("instrumental"):
            self._check_length(cleaned, "lyrics", allowed.prompt, _("Lyrics"), model)
        self._check_length(cleaned, "style", allowed.style, _("The style"), model)
        self._check_length(cleaned, "title", allowed.title, _("The title"))

    def _check_length(
        self, cleaned: dict[str, Any], field: str, most: int, what: Any, model: str = ""
    ) -> None:
        has = limits.length(cleaned.get(field, ""))
        if has > most:
            for_model = _(" with %(model)s") % {"model": model.replace("_", ".")} if model else ""
            message = _("%(what)s can have %(most)s characters%(for)s; this has %(has)s.")
            facts = {"what": what, "most": f"{most:,}", "has": f"{has:,}", "for": for_model}
            self.add_error(field, ValidationError(message, code="too_long", params=facts))


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


class ProjectForm(forms.ModelForm[Project]):
    """A project's name, brief and members. Admins of the team see every project anyway."""

    class Meta:
        model = Project
        fields: ClassVar[list[str]] = ["name", "brief", "members"]
        widgets: ClassVar[dict[str, Any]] = {
            "name": forms.TextInput(attrs={"placeholder": _("Night drive"), "autocomplete": "off"}),
            "brief": forms.Textarea(
                attrs={
                    "rows": 3,
                    "placeholder": _("Title theme for the spring film. Wistful, moving, 2–3 min."),
                }
            ),
            "members": forms.CheckboxSelectMultiple,
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "brief": _("What it is for and how it should feel. Shown above the takes."),
            "members": _("Who sees this project. Admins see every project of the team."),
        }
        error_messages: ClassVar[dict[str, Any]] = {"name": {"required": _("Give the project a name.")}}

    def __init__(self, *args: Any, team: Team, **options: Any) -> None:
        super().__init__(*args, **options)
        people = User.objects.filter(memberships__team=team).order_by("name", "email")
        self.fields["members"] = forms.ModelMultipleChoiceField(
            people,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            label=_("Members"),
            help_text=self.fields["members"].help_text,
        )
