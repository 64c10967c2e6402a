"""What a page of the panel is narrowed to, read from its address. A bad value is told, and the page still works."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.forms.utils import flatatt
from django.http import Http404
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import Team, User
from suno_web.credits import months
from suno_web.credits.models import Entry
from suno_web.panel.usage.entries import KINDS, Search
from suno_web.panel.usage.facts import DIMENSIONS, NONE, Narrowing
from suno_web.panel.usage.spans import STEPS, Span, allowed_step, quick, shifted_year, usual_step
from suno_web.studio.models import Generation, Project
from suno_web.studio.templatetags.studio import modelname
from suno_web.suno import limits

# The words of the address, where a field may not be called so.
WORDS = {"since": "from", "until": "to"}
EARLIEST = date(2020, 1, 1)
# The columns of the usage table that it can be sorted by, beside its names.
SORTED = ("spent", "songs", "seconds", "requests", "failures", "refunded")


class Select(forms.Select):
    """A select drawn at once: of two hundred members, Django renders a template for each."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (key, mark_safe(" selected") if str(key) == chosen else "", label)
                for key, label in self.choices
            ),
        )
        return format_html(
            "<select{}>{}</select>", flatatt({**self.attrs, **(attrs or {}), "name": name}), options
        )


class RangeForm(forms.Form):
    """Days of the team, from and to; without any, the last 30."""

    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, data: Any, *, team: Team) -> None:
        self.team, self.today = team, months.today(team)
        words = data.dict()
        if not words.get("from") and not words.get("to"):
            # The fields say what is shown.
            words |= quick(self.today)["30 days"].words
        super().__init__(words)
        for name in ("since", "until"):
            self.fields[name].error_messages["invalid"] = "Write a day as 2026-11-30."

    def add_prefix(self, field_name: str) -> str:
        return super().add_prefix(WORDS.get(field_name, field_name))

    def clean_since(self) -> date | None:
        return self._within(self.cleaned_data["since"])

    def clean_until(self) -> date | None:
        return self._within(self.cleaned_data["until"])

    def _within(self, day: date | None) -> date | None:
        latest = shifted_year(self.today, 1)
        if day is not None and not EARLIEST <= day <= latest:
            raise forms.ValidationError(f"Choose a day from {EARLIEST.isoformat()} to {latest.isoformat()}.")
        return day

    def clean(self) -> None:
        super().clean()
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since > until:
            self.add_error("until", "The last day is before the first. Choose a later one.")

    @property
    def span(self) -> Span:
        """The days asked for; the last 30 where nothing, or nothing sensible, was asked."""
        usual = quick(self.today)["30 days"]
        if not self.is_valid() and ({"since", "until"} & self.errors.keys()):
            return usual
        until = self.cleaned_data.get("until") or max(
            self.today, self.cleaned_data.get("since") or self.today
        )
        since = self.cleaned_data.get("since") or min(usual.since, until)
        return Span(since, until)


class NarrowingForm(RangeForm):
    """The range, and whose and what for. A project that somebody may not see is not found."""

    member = forms.ChoiceField(label=_("Member"), required=False, widget=Select)
    project = forms.ChoiceField(label=_("Project"), required=False)
    operation = forms.ChoiceField(label=_("Operation"), required=False)
    model = forms.ChoiceField(label=_("Model"), required=False)

    def __init__(self, data: Any, *, team: Team, projects: list[UUID] | None) -> None:
        super().__init__(data, team=team)
        self.projects = projects
        named = self._named_projects()
        self._find_project(str(data.get("project", "")), named)
        self._offer("member", "Everybody", self._people())
        self._offer("project", "All projects", named.items())
        self._offer("operation", "All operations", Generation.Operation.choices)
        self._offer("model", "All models", ((name, modelname(name)) for name in limits.MODELS))
        for name in self.fields:
            self.fields[name].error_messages["invalid_choice"] = "This is not one of the choices."

    def _offer(self, name: str, everything: str, choices: Iterable[tuple[Any, Any]]) -> None:
        field = cast("forms.ChoiceField", self.fields[name])
        chosen = str(self.data.get(name, ""))
        # Only where it was come to by a link: rows that have none are few.
        none = [(NONE, "None")] if chosen == NONE else []
        field.choices = [("", everything), *none, *((str(key), str(label)) for key, label in choices)]

    def _named_projects(self) -> dict[str, str]:
        rows = Project.objects.filter(team=self.team)
        return _names(rows if self.projects is None else rows.filter(pk__in=self.projects))

    def _people(self) -> list[tuple[str, str]]:
        return _members(self.team, self.projects)

    def _entries(self) -> QuerySet[Entry]:
        """What a project that is not there any more may be known from."""
        return Entry.objects.filter(team=self.team) if self.projects is None else Entry.objects.none()

    def _find_project(self, chosen: str, named: dict[str, str]) -> None:
        """A deleted project's entries stay, and can be asked for; another's project is not found."""
        if chosen in {"", NONE} or chosen in named:
            return
        try:
            project = UUID(chosen)
        except ValueError:
            return
        if not self._entries().filter(project=project).exists():
            raise Http404
        named[chosen] = "Deleted project"

    @property
    def chosen(self) -> dict[str, str]:
        """What was chosen and understood, as the address says it."""
        return {name: value for name, value in self.narrowing.chosen.items() if name in self.fields}

    @property
    def narrowing(self) -> Narrowing:
        """Which rows count."""
        self.is_valid()
        chosen = {
            name: self.cleaned_data.get(name) or "" for name in ("member", "project", "operation", "model")
        }
        return Narrowing(**chosen, projects=self.projects)


def _names(projects: QuerySet[Project]) -> dict[str, str]:
    return {str(pk): name for pk, name in projects.order_by("name").values_list("pk", "name")}


def _members(team: Team, projects: list[UUID] | None) -> list[tuple[str, str]]:
    """Who is or was in the team, or for a lead, in the projects they lead."""
    if projects is None:
        users = User.objects.filter(Q(memberships__team=team) | Q(departures__team=team))
    else:
        users = User.objects.filter(Q(projects__in=projects) | Q(led_projects__in=projects))
    named = ((str(user.pk), user.display_name) for user in users.only("name", "email").distinct())
    return sorted(named, key=lambda one: one[1].casefold())


class UsageForm(NarrowingForm):
    """How the page of a range is cut up, and which column it is sorted by, "-" before the largest first."""

    cuts: tuple[str, ...] = (*STEPS, *DIMENSIONS)
    by = forms.ChoiceField(required=False, widget=forms.HiddenInput)
    sort = forms.ChoiceField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, team: Team, projects: list[UUID] | None) -> None:
        super().__init__(data, team=team, projects=projects)
        self._take("by", self.cuts)
        self._take("sort", [f"{sign}{column}" for sign in ("", "-") for column in ("name", *SORTED)])

    def _take(self, name: str, values: Sequence[str]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = [(value, value) for value in values]

    @property
    def cut(self) -> str:
        """A step of time or one of DIMENSIONS; by default the step that suits the range."""
        self.is_valid()
        chosen = self.cleaned_data.get("by") or usual_step(self.span)
        return allowed_step(self.span, chosen) if chosen in STEPS else chosen

    @property
    def sorting(self) -> str:
        """By default the newest first, or the most spent."""
        self.is_valid()
        return self.cleaned_data.get("sort") or ("-name" if self.cut in STEPS else "-spent")

    def words(self, **changed: str) -> str:
        """The page's address with some of its words changed; "" leaves a word out."""
        words = self.span.words | self.chosen
        words |= {name: self.cleaned_data.get(name) or "" for name in ("by", "sort")} | changed
        return urlencode({name: value for name, value in words.items() if value})


class MyUsageForm(UsageForm):
    """The same for what one member spent: in the projects they see, and in those they once worked in."""

    cuts = tuple(cut for cut in UsageForm.cuts if cut != "member")

    def __init__(self, data: Any, *, team: Team, user: User) -> None:
        self.user = user
        super().__init__(data, team=team, projects=None)
        del self.fields["member"]

    @property
    def narrowing(self) -> Narrowing:
        return replace(super().narrowing, member=str(self.user.pk))

    def _named_projects(self) -> dict[str, str]:
        return _names(Project.objects.visible_to(self.user).filter(team=self.team))

    def _people(self) -> list[tuple[str, str]]:
        return []

    def _entries(self) -> QuerySet[Entry]:
        return super()._entries().filter(member=self.user)


class EntriesForm(NarrowingForm):
    """Which lines of the ledger are meant."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[*KINDS.items()])
    cause = forms.CharField(
        label=_("Cause or note"), required=False, max_length=100, widget=forms.TextInput({"type": "search"})
    )

    @property
    def search(self) -> Search:
        """What was chosen and understood."""
        narrowing = self.narrowing
        kind, cause = (self.cleaned_data.get(name) or "" for name in ("kind", "cause"))
        return Search(self.span, narrowing, kind, cause)

    def words(self, **changed: str) -> str:
        """The page's address with some of its words changed; "" leaves a word out."""
        search = self.search
        words = search.span.words | self.chosen
        words |= {"kind": search.kind, "cause": search.cause} | changed
        return urlencode({name: value for name, value in words.items() if value})
