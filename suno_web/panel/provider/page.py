"""The provider page as it is shown, after whatever was done on it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Max
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from suno_web.accounts.models import Team
from suno_web.credits import forecasting, gates, ledger, reconciling
from suno_web.credits.models import Reading
from suno_web.http import MemberRequest
from suno_web.panel.provider.forms import ExplanationForm, LimitsForm, ProviderForm, hint
from suno_web.studio.models import Generation

MOST_READINGS = 30
MOST_PROBLEMS = 10
# What a reading's verdict looks like.
TONES = {
    Reading.Verdict.MATCH: "good",
    Reading.Verdict.PRICES: "warning",
    Reading.Verdict.UNEXPLAINED: "bad",
}


@dataclass(frozen=True)
class Outcome:
    """What a test of the connection found, in a sentence."""

    works: bool
    words: str
    # The key that was typed is not sent back with the page, so a page loaded anew has lost it.
    key_is_lost: bool = False


@dataclass(frozen=True)
class Problem:
    """Why requests failed at the provider: in its words, how many, when last, and one of them to look at."""

    words: str
    count: int
    last: datetime
    job: Any


@dataclass(frozen=True)
class Row:
    """A reading and, where it needs one, the form to explain it."""

    reading: Reading
    tone: str
    form: ExplanationForm | None


def rendered(
    request: MemberRequest,
    *,
    form: ProviderForm | None = None,
    outcome: Outcome | None = None,
    limits: LimitsForm | None = None,
    explanation: tuple[int, ExplanationForm] | None = None,
) -> HttpResponse:
    """The page. What is given was filled in and is shown as it is; explanation: of which reading, and its form."""
    team = request.team
    pool, rules = ledger.pool_of(team), gates.rules_of(team)
    context = {
        "section": "provider",
        "form": form or ProviderForm(team=Team.objects.get(pk=team.pk)),
        "outcome": outcome,
        "public_url": settings.PUBLIC_URL,
        "key_hint": hint(team.provider_key),
        "webhook_key_hint": hint(team.provider_webhook_key),
        "is_paid": team.provider == Team.Provider.KIE,
        "pool": pool,
        "balance": ledger.balance(team),
        "forecast": forecasting.forecast(team),
        "rules": rules,
        "is_low": _is_low(pool.provider_balance, rules.low_balance),
        "limits": limits or LimitsForm(rules=rules),
        "problems": _problems(team),
        "unexplained": reconciling.unexplained(team),
        **_readings(request, explanation),
    }
    return render(request, "panel/provider.html", context)


def _is_low(balance: Any, mark: Any) -> bool:
    return balance is not None and mark is not None and balance < mark


def _problems(team: Team) -> list[Problem]:
    """Why requests that were sent failed in the last 24 hours, the most frequent first."""
    failed = Generation.objects.filter(
        project__team=team,
        status=Generation.Status.FAILED,
        finished_at__gte=timezone.now() - timedelta(hours=24),
        sent_at__isnull=False,
    )
    grouped = failed.order_by().values("problem").annotate(count=Count("pk"), last=Max("finished_at"))
    rows = list(grouped.order_by("-count", "-last")[:MOST_PROBLEMS])
    jobs = dict(failed.filter(finished_at__in=[row["last"] for row in rows]).values_list("problem", "pk"))
    return [Problem(row["problem"], row["count"], row["last"], jobs.get(row["problem"])) for row in rows]


def _readings(request: MemberRequest, explanation: tuple[int, ExplanationForm] | None) -> dict[str, Any]:
    """The newest readings, or those before the one that the query names."""
    found = Reading.objects.filter(team=request.team).select_related("explained_by")
    older = request.GET.get("older", "")
    if older.isdecimal():
        found = found.filter(pk__lt=min(int(older), 2**62))
    rows = list(found[: MOST_READINGS + 1])
    more = rows[MOST_READINGS - 1].pk if len(rows) > MOST_READINGS else None
    filled = dict([explanation] if explanation else [])
    return {
        "readings": [_row(one, filled.get(one.pk)) for one in rows[:MOST_READINGS]],
        "older": more,
        "is_first": not older,
    }


def _row(reading: Reading, filled: ExplanationForm | None) -> Row:
    if reading.verdict != Reading.Verdict.UNEXPLAINED:
        return Row(reading, TONES.get(Reading.Verdict(reading.verdict), ""), None)
    form = filled or ExplanationForm(initial={"note": reading.note}, auto_id=f"reading-{reading.pk}-%s")
    return Row(reading, "" if reading.note else "bad", form)
