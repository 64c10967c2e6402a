"""The form of a project."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import Membership, Team, User
from suno_web.studio.models import Project

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Role = Membership.Role


class ProjectForm(forms.ModelForm[Project]):
    """A project's name, brief, members and who of them leads it. Admins see and lead every project anyway.

    maker: who makes it, and so is a member in any case.
    """

    class Meta:
        model = Project
        fields: ClassVar[list[str]] = ["name", "brief", "members", "leads"]
        widgets: ClassVar[dict[str, Any]] = {
            "name": forms.TextInput(attrs={"placeholder": _("Night drive"), "autocomplete": "off"}),
            "brief": forms.Textarea(
                attrs={
                    "rows": 3,
                    "placeholder": _("Title theme for the spring film. Wistful, moving, 2–3 min."),
                }
            ),
            "members": forms.CheckboxSelectMultiple,
            "leads": forms.CheckboxSelectMultiple,
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "brief": _("What it is for and how it should feel. Shown above the takes."),
            "members": _("Who sees this project. Admins see every project of the team."),
            "leads": _(
                "Who changes the project, sees what it spends, and decides when its members ask for credits. "
                "Admins lead every project."
            ),
        }
        error_messages: ClassVar[dict[str, Any]] = {"name": {"required": _("Give the project a name.")}}

    def __init__(self, *args: Any, team: Team, maker: User | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.maker = maker
        people = User.objects.filter(memberships__team=team).order_by("name", "email")
        makers = people.filter(memberships__role__in=[Role.ADMIN, Role.MAKER])
        self.fields["members"] = self._people("members", _("Members"), people)
        self.fields["leads"] = self._people("leads", _("Leads"), makers)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        members = set(cleaned.get("members") or ()) | {self.maker}
        strangers = [str(one) for one in cleaned.get("leads") or () if one not in members]
        if strangers and "members" in cleaned:
            who = ", ".join(strangers)
            self.add_error("leads", _("Tick %(who)s among the members too.") % {"who": who})
        return cleaned

    def _people(
        self, name: str, label: "_StrPromise", who: "QuerySet[User]"
    ) -> "forms.ModelMultipleChoiceField[User]":
        return forms.ModelMultipleChoiceField(
            who,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            label=label,
            help_text=self.fields[name].help_text,
        )
