"""Narrowing the list of decisions."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import User
from suno_web.http import MemberRequest
from suno_web.studio.models import Project

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Wish:
    """Which decisions to show. what: "asks", "approvals" or "" for both."""

    what: str = ""
    member: User | None = None
    project: Project | None = None


class Search(forms.Form):
    """Whose decisions to show. What makes no sense narrows nothing."""

    what = forms.ChoiceField(
        label=_("What"),
        choices=[("", _("All")), ("asks", _("Credits")), ("approvals", _("Approvals"))],
        required=False,
    )

    def __init__(self, request: MemberRequest) -> None:
        super().__init__(request.GET)
        led = Project.objects.led_by(request.user).filter(team=request.team)
        people = User.objects.filter(memberships__team=request.team)
        self.fields["member"] = _choice(people.order_by("name", "email"), _("Member"), _("Anybody"))
        self.fields["project"] = _choice(led.order_by("name"), _("Project"), _("All projects"))

    @property
    def wish(self) -> Wish:
        self.is_valid()
        found = self.cleaned_data
        return Wish(found.get("what") or "", found.get("member"), found.get("project"))


def _choice(rows: QuerySet[Any], label: "_StrPromise", everything: "_StrPromise") -> forms.Field:
    return forms.ModelChoiceField(rows, label=label, empty_label=str(everything), required=False)
