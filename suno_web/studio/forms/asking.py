"""What every form that asks for takes shares: the contract's own checks, said at the fields of the form."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from suno_web.credits.refusals import InsufficientCredits
from suno_web.studio import calls, provider
from suno_web.studio.forms.fields import Weight
from suno_web.studio.models import Generation, Persona, Project, Track, Upload
from suno_web.suno import checks, limits

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Operation = Generation.Operation
Words: TypeAlias = "str | _StrPromise"

LONGEST_NEGATIVE_TAGS = 1000
# How often one press of the button may ask for the same.
MOST_AT_ONCE = 10
# The studio fills these in itself.
NOT_ASKED = ("call_back_url", "upload_url", "upload_url_list", "task_id", "audio_id")


class TakeForm(forms.Form):
    """A form that asks for takes. A subclass says how its fields become the request of its operation."""

    # The browser must not insist on fields that a choice hides.
    use_required_attribute = False

    tab: ClassVar[str]
    # Where a field of the contract has another name here, and what to say where one is missing.
    names: ClassVar[Mapping[str, str]] = {}
    missing: ClassVar[Mapping[str, Words]] = {}
    # What the texts are called where one is too long.
    called: ClassVar[Mapping[str, Words]] = {
        "idea": _("An idea"),
        "lyrics": _("Lyrics"),
        "style": _("The style"),
        "title": _("The title"),
        "negative_tags": _("What to leave out"),
        "prompt": _("A description"),
    }

    form_key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    count = forms.IntegerField(
        label=_("How many"),
        min_value=1,
        max_value=MOST_AT_ONCE,
        required=False,
        initial=1,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("Choose from 1 to %(most)s.") % {"most": MOST_AT_ONCE}
        ),
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    # Why credits were not held, once that was tried; the page offers what can be done about it.
    refusal: InsufficientCredits | None = None

    def __init__(self, *args: Any, project: Project | None = None, **options: Any) -> None:
        self.project = project
        super().__init__(*args, **options)

    def refuse(self, refusal: InsufficientCredits) -> None:
        """Say that the credits are too few."""
        self.refusal = refusal
        self.add_error(None, str(refusal))

    @property
    def operation(self) -> Generation.Operation:
        """Which operation of the contract it asks for."""
        raise NotImplementedError

    def request_of(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        """The request in the contract's words, without what NOT_ASKED names and without what was left empty."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        schema = calls.CALLS[self.operation].make.request
        for problem in checks.problems(schema, self.request_of(cleaned), without=NOT_ASKED):
            field = self.name_of(problem.field)
            if field not in self.errors:
                self.add_error(field if field in self.fields else None, self._said(problem, field, cleaned))
        return cleaned

    def name_of(self, field: str) -> str:
        """What a field of the contract is called in this form."""
        return self.names.get(field, field)

    @property
    def request(self) -> dict[str, Any]:
        """What to ask for, once the form is valid."""
        return self.request_of(self.cleaned_data)

    @property
    def settings(self) -> dict[str, Any]:
        """The form as it was filled in, to fill it in again."""
        kept = {name: value for name, value in self.cleaned_data.items() if name not in ("form_key", "count")}
        return kept | {"tab": self.tab}

    @property
    def inputs(self) -> list[Track | Upload]:
        """What it is made from, in the order of the contract."""
        return []

    @property
    def times(self) -> int:
        """How often to ask for it, as far as what was typed says."""
        try:
            typed = int(self["count"].value() or 1)
        except ValueError:
            return 1
        return min(max(typed, 1), MOST_AT_ONCE)

    @property
    def song_title(self) -> str:
        """What the row is called until its takes have names."""
        return str(self.cleaned_data.get("title", ""))

    def most(self, field: str) -> Mapping[str, int] | int | None:
        """How many characters a field may have: for each model, or for all."""
        return {"negative_tags": LONGEST_NEGATIVE_TAGS}.get(field)

    def point_at_first_error(self) -> None:
        """Have the browser go to the first field that is wrong."""
        wrong = next((name for name in self.fields if name in self.errors), None)
        if wrong:
            self.fields[wrong].widget.attrs["autofocus"] = True

    def _said(
        self, problem: checks.Problem, field: str, cleaned: Mapping[str, Any]
    ) -> "Words | ValidationError":
        if problem.kind == "required":
            return self.missing.get(field, problem.advice)
        if problem.kind == "limit" and field in self.called and problem.limit:
            most, model = self.most(field), str(cleaned.get("model") or "")
            # Only where models differ does a person need to know which one this is about.
            differs = isinstance(most, Mapping) and len(set(most.values())) > 1
            for_model = _(" with %(model)s") % {"model": model.replace("_", ".")} if model and differs else ""
            message = _("%(what)s can have %(most)s characters%(for)s; this has %(has)s.")
            has = limits.length(str(cleaned.get(field, "")))
            facts = {"what": self.called[field], "most": f"{problem.limit:,.0f}", "has": f"{has:,}"}
            return ValidationError(message, code="too_long", params=facts | {"for": for_model})
        return problem.advice


class TunedForm(TakeForm):
    """With the tuning fields of the contract."""

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
    audio_weight = Weight(label=_("Audio weight"), help_text=_("How much the given recording counts."))

    def tuning(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The tuning part of the request."""
        return filled(
            negativeTags=cleaned.get("negative_tags"),
            vocalGender=cleaned.get("vocal_gender"),
            styleWeight=cleaned.get("style_weight"),
            weirdnessConstraint=cleaned.get("weirdness_constraint"),
            audioWeight=cleaned.get("audio_weight"),
            personaId=cleaned.get("persona_id"),
        )


class PersonaForm(TunedForm):
    """With a choice of the project's personas that the team's provider knows."""

    persona = forms.ChoiceField(label=_("Persona"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.personas = {str(one.pk): one for one in _personas(self.project)}
        choice = self.fields.get("persona")
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [("", _("None"))] + [(pk, one.name) for pk, one in self.personas.items()]
            choice.error_messages["invalid_choice"] = _("This persona is not known here. Choose another.")

    def clean(self) -> dict[str, Any]:
        # Before the checks, which look at the request.
        chosen = self.personas.get(self.cleaned_data.get("persona", ""))
        self.cleaned_data["persona_id"] = chosen.persona_id if chosen else ""
        return super().clean()


def filled(**fields: Any) -> dict[str, Any]:
    """The fields that hold something."""
    return {name: value for name, value in fields.items() if value not in (None, "")}


def _personas(project: Project | None) -> list[Persona]:
    if project is None:
        return []
    at = provider.connection(project.team).base_url
    return list(Persona.objects.filter(project=project, provider_url=at))
