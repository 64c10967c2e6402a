"""The form of a project."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import Team, User
from suno_web.studio.models import Project


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
