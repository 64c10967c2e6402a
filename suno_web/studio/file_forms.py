"""What members fill in to have something made of a take, or brought here."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from suno_web.studio.models import Generation
from suno_web.suno import checks, schemas

Operation = Generation.Operation
# What the pages ask for in one press; the type says how far stems are taken apart.
MAKES = (Operation.WAV, Operation.STEMS, Operation.VIDEO, Operation.COVER_IMAGES)


class MakeForm(forms.Form):
    """A file to be made of a take, with what its operation asks for beside the take."""

    operation = forms.ChoiceField(choices=[(str(one), one.label) for one in MAKES])
    type = forms.ChoiceField(
        choices=[("separate_vocal", _("vocals and backing")), ("split_stem", _("all stems"))], required=False
    )
    author = forms.CharField(label=_("Artist shown"), required=False)
    domain_name = forms.CharField(label=_("Web address shown"), required=False)
    form_key = forms.CharField(max_length=40, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for problem in checks.problems(
            schemas.VideoRequest, cleaned, without=("task_id", "audio_id", "call_back_url")
        ):
            self.add_error(problem.field, problem.advice)
        return cleaned

    @property
    def extra(self) -> dict[str, Any]:
        """The operation's own fields, in the contract's words."""
        match self.cleaned_data["operation"]:
            case Operation.STEMS:
                return {"type": self.cleaned_data["type"] or "separate_vocal"}
            case Operation.VIDEO:
                return {"author": self.cleaned_data["author"], "domainName": self.cleaned_data["domain_name"]}
        return {}


class PersonaForm(forms.Form):
    """The name of a persona and the part of the take that it is taken from."""

    name = forms.CharField(label=_("Name"), max_length=80)
    description = forms.CharField(label=_("What it sounds like"), max_length=500)
    vocal_start = forms.FloatField(label=_("From second"), min_value=0, initial=0)
    vocal_end = forms.FloatField(label=_("To second"), min_value=0, initial=30)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for problem in checks.problems(schemas.PersonaRequest, cleaned, without=("task_id", "audio_id")):
            if problem.field in self.fields and problem.field not in self.errors:
                self.add_error(problem.field, problem.advice)
        return cleaned


class ImportForm(forms.Form):
    """The id of a task that was made elsewhere."""

    task_id = forms.RegexField(
        r"^\s*[\w-]{4,100}\s*$",
        label=_("Task id"),
        error_messages={
            "required": _("Paste the id of the task, such as 5c79be8e7f3f4c4b9c2a0d1e6f8a7b90."),
            "invalid": _("A task’s id has only letters, digits and dashes, and no spaces between them."),
        },
    )
