"""Keep a team's pool in step with whoever is paid: the balance its provider reports, or the engine's allowance."""

import logging
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone

from suno_web.accounts import audit
from suno_web.accounts.models import Team, User
from suno_web.credits import amounts, ledger, reconciling
from suno_web.credits.models import Pool
from suno_web.credits.reconciling import Charge
from suno_web.studio import provider
from suno_web.studio.models import Generation
from suno_web.suno.client import Client
from suno_web.suno.errors import SunoError

logger = logging.getLogger(__name__)

Status = Generation.Status
KEPT_FIELDS = ["provider", "provider_url", "provider_upload_url", "provider_key", "provider_webhook_key"]
# A provider may charge, or give back, a little later than we hear how a request ended.
AFTERWARDS = timedelta(minutes=5)
# Before a request this large, or a tenth of what is left, the balance is read anew unless it is this fresh.
LARGE, FRESH = Decimal(50), timedelta(seconds=60)


@transaction.atomic
def choose(team: Team, *, by: User | None) -> None:
    """Save the provider that is set on a team, from the next request on. The pool has to follow: `follow_choice`."""
    stored = Team.objects.get(pk=team.pk)
    team.save(update_fields=KEPT_FIELDS)
    if _account(stored) != _account(team):
        reconciling.forget(team)
    before, after = _facts(stored), _facts(team)
    for name in ("provider_key", "provider_webhook_key"):
        if getattr(stored, name) != getattr(team, name) and before[name] == after[name]:
            after[name] += " (another)"
    audit.record(
        team, "provider.change", by=by, subject=team.get_provider_display(), before=before, after=after
    )


def follow_choice(team_id: str) -> None:
    """Make the pool follow the provider that a team has chosen. Raises SunoError when it does not answer."""
    team = Team.objects.get(pk=team_id)
    if not provider.connection(team).is_embedded:
        read_balance(team)
    elif ledger.pool_of(team).allowance is None:
        # One that an admin has set stays.
        ledger.follow_allowance(team)


def read_balance(team: Team, *, client: Client | None = None) -> Decimal:
    """Ask the team's provider what is left and make the pool agree.

    Raises SunoError; then the pool has not changed, save that it says what went wrong.
    """
    if provider.connection(team).is_embedded:
        return provider.client(team).credits()
    asked_at = timezone.now()
    under_way = _under_way(team)
    try:
        left = (client or provider.client(team)).credits()
    except SunoError as problem:
        reconciling.note_failure(team, str(problem))
        raise
    # A balance beyond what books can hold is counted as the most they can: nothing is stopped by it.
    _take_over(team, min(left, amounts.MOST), under_way, asked_at)
    return left


def read_balances() -> None:
    """Read the balance of every team on a provider of its own."""
    for team in Team.objects.filter(provider=Team.Provider.KIE):
        try:
            read_balance(team)
        except SunoError as problem:
            logger.warning("The balance of team %s could not be read: %s", team.pk, problem)


def refresh_before(team: Team, price: Decimal) -> None:
    """Read the balance anew before a large request, so that it is not begun on old news. Not for inside a transaction.

    A provider that does not answer stops nothing here: what was read last counts.
    """
    if provider.connection(team).is_embedded:
        return
    pool = Pool.objects.filter(pk=team.pk).first()
    if pool is None or not _is_large(price, pool) or _is_fresh(pool):
        return
    try:
        read_balance(team, client=provider.hasty_client(team))
    except SunoError as problem:
        logger.warning("The balance of team %s could not be read: %s", team.pk, problem)


@transaction.atomic
def _take_over(team: Team, left: Decimal, under_way: dict[Any, Decimal], asked_at: Any) -> None:
    """Write a balance down, compare it with our books and make the pool agree."""
    ledger.follow_provider(team, left, not_yet_charged=_not_yet_charged(team))
    since = reconciling.anchor(team)
    reconciling.note_reading(
        team,
        left,
        # What began or ended while the provider was answering may be in its answer or not.
        in_flight=sum((under_way | _under_way(team)).values(), Decimal(0)),
        consumed=list(_charged_otherwise(team, since.at)) if since else [],
        at=asked_at,
    )


def _is_large(price: Decimal, pool: Pool) -> bool:
    return price > 0 and (price >= LARGE or price * 10 >= pool.available)


def _is_fresh(pool: Pool) -> bool:
    return pool.read_at is not None and timezone.now() - pool.read_at < FRESH and not pool.problem


def _not_yet_charged(team: Team) -> Decimal:
    """What is held for requests that the provider has not taken yet; what it took is off its balance already."""
    unsent = _of(team).filter(status__in=[Status.QUEUED, Status.SENDING])
    return unsent.aggregate(sum=Sum("price"))["sum"] or Decimal(0)


def _under_way(team: Team) -> dict[Any, Decimal]:
    """What requests cost that the provider may have charged already or not, by their id."""
    doubtful = Q(status__in=[Status.SENDING, Status.WAITING]) | Q(
        finished_at__gte=timezone.now() - AFTERWARDS
    )
    return dict(_of(team).filter(doubtful, price__gt=0).values_list("pk", "price"))


def _charged_otherwise(team: Team, since: Any) -> Iterable[Charge]:
    """What the provider says it charged, where that is not our price."""
    differing = (
        _of(team).filter(finished_at__gt=since, status=Status.DONE).exclude(credits_consumed=F("price"))
    )
    for generation in differing.exclude(credits_consumed=None):
        yield Charge(
            operation=generation.get_operation_display(),
            model=generation.model,
            ours=generation.price,
            theirs=generation.credits_consumed or Decimal(0),
        )


def _of(team: Team) -> QuerySet[Generation]:
    """What was asked of the provider that the team has now."""
    at = provider.connection(team).base_url
    return Generation.objects.filter(Q(provider_url=at) | Q(provider_url=""), project__team=team)


def _account(team: Team) -> tuple[str, ...]:
    """What tells one account with a provider from another."""
    at = provider.connection(team)
    return (team.provider, at.base_url, at.key)


def _facts(team: Team) -> dict[str, str]:
    """What the audit log may know of a provider."""
    return {
        "provider": team.get_provider_display(),
        "provider_url": team.provider_url,
        "provider_upload_url": team.provider_upload_url,
        "provider_key": provider.masked(team.provider_key),
        "provider_webhook_key": provider.masked(team.provider_webhook_key),
    }
