"""What a lead does about a request: ask for it again, look at it now, end it, give its credits back.

Each is written into the audit log and into the request's own timeline, in one transaction with what it changes.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from suno_web import background
from suno_web.accounts import audit
from suno_web.accounts.models import Membership, User
from suno_web.credits import ledger, prices, warning
from suno_web.credits.models import Entry
from suno_web.studio import (
    archiving,
    balances,
    following,
    generating,
    history,
    outcomes,
    pricing,
    sending,
    sweeping,
)
from suno_web.studio.models import Asset, Generation, Track, Upload

Kind, Status = Entry.Kind, Generation.Status


class Impossible(Exception):
    """What cannot be done about a request as it is now. Its text is for the lead; nothing was changed."""


@dataclass(frozen=True)
class Possible:
    """What a lead may do now. again: what it would cost; refund: the credits that would come back; else None.

    pays: on whose budget it would be done again. adopt: whether its task's id would help.
    """

    again: Decimal | None
    pays: User
    recheck: bool
    adopt: bool
    end: bool
    refund: Decimal | None


def possible(generation: Generation, *, by: User) -> Possible:
    """What its page offers a lead."""
    runs = not generation.is_finished and generation.status != Status.AWAITING
    return Possible(
        again=_price_again(generation) if generation.is_finished else None,
        pays=_asker(generation, by),
        recheck=runs or bool(_unsaved(generation)),
        adopt=generation.status == Status.SENDING,
        end=runs,
        refund=spent(generation),
    )


def spent(generation: Generation) -> Decimal | None:
    """The credits that were settled for it and not given back; None where there are none."""
    entries = dict(Entry.objects.filter(cause=generation.reference).values_list("kind", "amount"))
    return None if Kind.ADJUSTMENT in entries else entries.get(Kind.SETTLE) or None


def again(generation: Generation, *, by: User, form_key: str | None = None) -> Generation:
    """Ask anew for the same, from the same sources, at today's price. Raises Impossible, InsufficientCredits.

    It counts against the budget of whoever asked first, or of the lead where that person makes nothing here any more.
    The same form_key again gives the generation that it made the first time.
    """
    if not generation.is_finished:
        raise Impossible("It has not ended yet. Re-check it, or end it first.")
    team, price = generation.project.team, _price_again(generation)
    if price is None:
        raise Impossible("The price list does not have it any more, so it cannot be asked for.")
    balances.refresh_before(team, price)
    try:
        return _ask_again(generation, by, form_key)
    except ledger.InsufficientCredits as refusal:
        # Written here: what the transaction said of it was undone with it.
        warning.of_refusal(team, refusal)
        raise


@transaction.atomic
def recheck(generation: Generation, *, by: User) -> str:
    """Have it looked at now rather than when it is due; returns in words what is being done. Raises Impossible."""
    generation = _locked(generation)
    done = _recheck(generation)
    history.note(generation, f"Re-checked by {by.display_name}", {"done": done})
    _record(generation, "job.recheck", by, done=done)
    history.announce(generation)
    return done


@transaction.atomic
def adopt(generation: Generation, task_id: str, *, by: User) -> None:
    """Follow the task that a lead found in the provider's log, where the answer to the send was lost.

    Raises Impossible.
    """
    generation, task_id = _locked(generation), task_id.strip()
    if generation.status != Status.SENDING:
        raise Impossible("Its answer is not lost: it needs no task id.")
    if not task_id or not sending.adopt(generation, task_id[:100], how=f"Task named by {by.display_name}"):
        raise Impossible(
            "Another job follows that task, or it is none. Look up the id in the provider’s log."
        )
    _record(generation, "job.recheck", by, task=task_id)


@transaction.atomic
def end(generation: Generation, *, by: User, reason: str) -> None:
    """Wait for it no longer: it fails with the reason, and its credits come back. Raises Impossible.

    The provider is not told, for the contract has no such call: it may still make the music and charge for it.
    """
    generation, reason = _locked(generation), _given(reason)
    if generation.status == Status.AWAITING:
        raise Impossible("It waits for approval: decline it there. Nothing is held for it.")
    before = generation.status
    if not outcomes.fail(generation, f"Ended by {by.display_name}: {reason}"):
        raise Impossible("It has ended already.")
    # What was delivered and not saved yet is settled: a refund of the hold comes too late for it.
    if ledger.give_back(generation.reference, by=by, note=reason):
        history.announce_credits(generation)
    _record(generation, "job.end", by, was=before, reason=reason, credits=generation.price)


@transaction.atomic
def refund(generation: Generation, *, by: User, reason: str) -> Decimal:
    """Give back what it cost, once, and return how much that is. Raises Impossible."""
    generation, reason = _locked(generation), _given(reason)
    amount = spent(generation)
    if amount is None or not ledger.give_back(generation.reference, by=by, note=reason):
        raise Impossible(_why_nothing_comes_back(generation))
    history.note(
        generation,
        f"Credits given back by {by.display_name}",
        {"credits": str(amount), "reason": reason},
    )
    _record(generation, "job.refund", by, credits=amount, reason=reason)
    history.announce_credits(generation)
    history.announce(generation)
    return amount


@transaction.atomic
def _ask_again(generation: Generation, lead: User, form_key: str | None) -> Generation:
    if form_key and (made := generation.project.generations.filter(form_key=form_key).first()):
        return made
    new = generating.write_down(
        generation.project,
        by=_asker(generation, lead),
        actor=lead,
        operation=Generation.Operation(generation.operation),
        request=dict(generation.request),
        inputs=_sources(generation),
        title=generation.title,
        settings=dict(generation.settings),
        form_key=form_key,
    )
    history.note(new, f"Asked for again by {lead.display_name}", {"first": str(generation.pk)})
    history.note(generation, f"Asked for again by {lead.display_name}", {"again": str(new.pk)})
    _record(generation, "job.retry", lead, again=str(new.pk), credits=new.price)
    history.announce(generation)
    return new


def _recheck(generation: Generation) -> str:
    match generation.status:
        case Status.AWAITING:
            raise Impossible("It waits for approval: nothing was sent yet.")
        case Status.QUEUED:
            return _send_now(generation)
        case Status.SENDING:
            return _look_for_lost(generation)
        case Status.WAITING if generation.stage != archiving.DELIVERED or generation.next_poll_at:
            background.enqueue(following.look, str(generation.pk))
            return "The provider is being asked how far it is."
    return _save_now(generation)


def _send_now(generation: Generation) -> str:
    if Generation.objects.unfinished().filter(tracks__used_in__generation=generation).exists():
        raise Impossible("It waits for the take that it is made from. Re-check that one.")
    # Safe even if it is queued already: only one run claims the row.
    background.enqueue(sending.send, str(generation.pk))
    return "It is being sent now."


def _look_for_lost(generation: Generation) -> str:
    """A request whose answer was lost has no name at the provider to ask for: only its callback can tell."""
    since = timezone.now() - (generation.sent_at or generation.created_at)
    if since < sweeping.LOST_AFTER:
        left = max(1, round((sweeping.LOST_AFTER - since).total_seconds() / 60))
        return (
            f"The provider has not answered and not called back. It is given up in {left} min; "
            "end it to have the credits back now."
        )
    outcomes.fail(generation, sweeping.LOST)
    return "Nobody called back within half an hour: it was given up and its credits returned."


def _save_now(generation: Generation) -> str:
    files = _unsaved(generation)
    if not files and generation.is_finished:
        raise Impossible("It has ended, and all its files are saved.")
    begun = sum(archiving.retry(file) for file in files)
    archiving.finish_if_complete(generation)
    return f"{begun} of {len(files)} unsaved files are being fetched again."


def _unsaved(generation: Generation) -> list[Track | Asset]:
    return [
        *archiving.unsaved(Track.objects.filter(generation=generation)),
        *archiving.unsaved(Asset.objects.filter(generation=generation)),
    ]


def _why_nothing_comes_back(generation: Generation) -> str:
    kinds = set(Entry.objects.filter(cause=generation.reference).values_list("kind", flat=True))
    if Kind.ADJUSTMENT in kinds:
        return "Its credits were given back before."
    if Kind.REFUND in kinds:
        return "Its credits came back when it failed."
    if Kind.SETTLE in kinds or Kind.HOLD not in kinds:
        return "It cost nothing."
    return "Its credits are held and not spent yet. End it to have them back."


def _asker(generation: Generation, lead: User) -> User:
    first = generation.requested_by
    makers = [Membership.Role.MAKER, Membership.Role.ADMIN]
    team = generation.project.team_id
    stays = Membership.objects.filter(team=team, user=first, role__in=makers).exists() if first else False
    return first if first and stays else lead


def _sources(generation: Generation) -> list[Track | Upload]:
    sources = [one.source for one in generation.inputs.select_related("track__generation", "upload")]
    if None in sources:
        raise Impossible("What it was made from has been deleted, so it cannot be made again.")
    return [source for source in sources if source]


def _price_again(generation: Generation) -> Decimal | None:
    try:
        return pricing.price_of(generation.project.team, generation.operation, generation.request)
    except prices.NoPrice:
        return None


def _given(reason: str) -> str:
    if not reason.strip():
        raise Impossible("Say why: the reason is kept with the job.")
    return reason.strip()[:200]


def _locked(generation: Generation) -> Generation:
    """The row as it is now, held until this transaction ends: whoever settles or ends it takes turns with us."""
    rows = Generation.objects.select_for_update(of=("self",)).select_related("project__team")
    return rows.get(pk=generation.pk)


def _record(generation: Generation, action: str, by: User, **facts: object) -> None:
    name = generation.title or str(generation.get_operation_display())
    audit.record(
        generation.project.team, action, by=by, subject=name, after={"job": str(generation.pk), **facts}
    )
