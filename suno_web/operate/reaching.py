"""Whether the providers answer, looked at now and then, so that the health page need not ask and people are told."""

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from suno_web.accounts.models import Team
from suno_web.alerts import alerting
from suno_web.alerts.models import Alert
from suno_web.credits import months
from suno_web.operate import pulses
from suno_web.operate.models import Pulse
from suno_web.studio import provider
from suno_web.suno.errors import SunoError

# Seconds between two looks, and how many in a row have to fail before people are told.
EVERY = 120.0
LOOKS = 3


class ProviderDown(Exception):
    """The provider of the first team does not serve us. The text says why, without secrets."""


def look_at_provider() -> None:
    """Read the credit balance of every team's provider, which costs nothing. Raises ProviderDown for the first team."""
    answers: dict[tuple[str, str], str] = {}
    problems = []
    for team in Team.objects.order_by("created_at"):
        at = provider.connection(team)
        if (at.base_url, at.key) not in answers:
            answers[at.base_url, at.key] = _ask(team)
        problem = answers[at.base_url, at.key]
        problems.append(problem)
        if problem:
            _note_outage(team, problem)
        else:
            _note_answer(team)
    if problems and problems[0]:
        raise ProviderDown(problems[0])


def _ask(team: Team) -> str:
    """What is wrong with the team's provider, or ""."""
    try:
        provider.client(team).credits()
    except SunoError as problem:
        return str(problem) or type(problem).__name__
    return ""


@transaction.atomic
def _note_outage(team: Team, problem: str) -> None:
    """Remember since when it does not serve us; tell the admins once it lasts."""
    outage, _ = Pulse.objects.get_or_create(name=_name(team), defaults={"asked_at": timezone.now()})
    since = outage.asked_at or timezone.now()
    Pulse.objects.filter(pk=outage.pk).update(problem=problem[:300])
    # The ticker looks a little early rather than late.
    if timezone.now() - since < timedelta(seconds=EVERY * (LOOKS - 1) * 0.9):
        return
    when = months.said(timezone.localtime(since, team.zone))
    alerting.tell(
        team,
        Alert.Kind.PROVIDER_DOWN,
        key=f"provider_down:{since.isoformat()}",
        title="The provider does not answer",
        text=f"Since {when}: {problem} Requests fail and are given back until it answers again.",
        path=reverse("panel:provider"),
    )


@transaction.atomic
def _note_answer(team: Team) -> None:
    """End an outage, and say so to who was told of it."""
    outage = Pulse.objects.select_for_update().filter(pk=_name(team)).first()
    if outage is None:
        return
    outage.delete()
    since = outage.asked_at or timezone.now()
    told = Alert.objects.filter(team=team, key=f"provider_down:{since.isoformat()}").first()
    if told is None:
        return
    alerting.tell(
        team,
        Alert.Kind.PROVIDER_UP,
        key=f"provider_up:{since.isoformat()}",
        title="The provider answers again",
        text=f"It did not since {months.said(timezone.localtime(since, team.zone))}.",
        path=reverse("panel:provider"),
        people=list(told.people.all()),
    )


def _name(team: Team) -> str:
    """The pulse that a provider owes while it is away."""
    return f"{pulses.DOWN}:{team.pk.hex}"
