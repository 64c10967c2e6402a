"""What narrows the list of jobs, and what a lead says about one."""

from datetime import date, datetime, time, timedelta
from typing import Any, cast
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from suno_web.accounts.models import Team, User
from suno_web.studio.models import Generation, Project
from suno_web.suno import limits


class Search(forms.Form):
    """The fields above the list. What cannot be understood is said at its field and narrows nothing."""

    text = forms.CharField(
        label="Search",
        required=False,
        max_length=100,
        widget=forms.TextInput({"type": "search", "placeholder": "Title, problem or task id"}),
    )
    member = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="Everybody")
    project = forms.ModelChoiceField(Project.objects.none(), required=False, empty_label="All projects")
    operation = forms.ChoiceField(
        choices=[("", "All operations"), *Generation.Operation.choices], required=False
    )
    model = forms.ChoiceField(
        choices=[("", "All models"), *((name, name.replace("_", ".")) for name in limits.MODELS)],
        required=False,
    )

    def __init__(self, data: Any, *, team: Team, led: list[UUID] | None) -> None:
        super().__init__(data)
        # "from" is a word of the language, so these two cannot be declared above.
        for name, label in (("from", "From"), ("to", "To")):
            self.fields[name] = forms.DateField(
                label=label, required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
            )
        self.team = team
        projects = team.projects.order_by("name")
        offered = {
            "member": User.objects.filter(_in(team)).distinct().order_by("name", "email"),
            "project": projects if led is None else projects.filter(pk__in=led),
        }
        for name, rows in offered.items():
            cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = rows

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for."""
        return any(self._wanted().values())

    def applied(self, jobs: "QuerySet[Generation]") -> "QuerySet[Generation]":
        """Only the jobs that are asked for."""
        wanted = self._wanted()
        equal = {
            "requested_by": wanted.get("member"),
            "project": wanted.get("project"),
            "operation": wanted.get("operation"),
            "model": wanted.get("model"),
        }
        jobs = jobs.filter(**{name: value for name, value in equal.items() if value})
        if first := wanted.get("from"):
            jobs = jobs.filter(created_at__gte=self._midnight(first))
        if last := wanted.get("to"):
            jobs = jobs.filter(created_at__lt=self._midnight(last + timedelta(days=1)))
        for word in str(wanted.get("text") or "").split()[:5]:
            said = Q(title__icontains=word) | Q(problem__icontains=word) | Q(task_id=word)
            jobs = jobs.filter(said)
        return jobs

    def _wanted(self) -> dict[str, Any]:
        self.is_valid()
        return getattr(self, "cleaned_data", {})

    def _midnight(self, day: date) -> datetime:
        return timezone.make_aware(datetime.combine(day, time.min), self.team.zone)


class Reason(forms.Form):
    """Why a lead ends a job or gives its credits back."""

    reason = forms.CharField(
        max_length=200,
        error_messages={
            "required": "Say why: the reason is kept with the job.",
            "max_length": "Say it in 200 characters.",
        },
    )


class Task(forms.Form):
    """Which task of the provider a job is."""

    task = forms.CharField(
        max_length=100, error_messages={"required": "Enter the id that the provider’s log shows."}
    )


def _in(team: Team) -> Q:
    return Q(memberships__team=team) | Q(departures__team=team)
