"""Requests that wait for a lead: held back with nothing held, then approved, changed, declined, withdrawn or too late.

Every way out claims the approval with one conditional UPDATE in the transaction of what follows from it, so of two
people who decide at the same moment one is told that it is decided.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from suno_web.accounts import audit
from suno_web.accounts.models import Membership, User
from suno_web.alerts import alerting
from suno_web.alerts.models import Alert
from suno_web.credits import gates, ledger, warning
from suno_web.live.publishing import publish
from suno_web.studio import balances, beginning, calls, history, leading, names, outcomes, pricing
from suno_web.studio.models import Approval, Generation, Project

if TYPE_CHECKING:
    from suno_web.studio.forms import TakeForm

Status = Approval.Status
# What can wait. The others are answered at once, while somebody looks at the page.
OPERATIONS = tuple(
    Generation.Operation(name) for name, call in calls.CALLS.items() if call.record is not None
)
NOTHING = "Nothing was charged."
AT_ONCE = 100


class Closed(Exception):
    """It cannot be decided any more. Its text is for people."""


def why_wait(generation: Generation, *, by: User) -> str:
    """Why a request has to wait for a lead, in words; "" when it does not."""
    if generation.operation not in OPERATIONS:
        return ""
    why = gates.why(
        generation.project.team,
        member=by,
        operation=generation.operation,
        model=generation.model,
        price=generation.price,
        called=generation.get_operation_display(),
    )
    return why if why and not is_led_by(by, generation.project) else ""


def is_led_by(user: User, project: Project) -> bool:
    """Whether this person decides for the project; then nothing of theirs waits."""
    return Project.objects.led_by(user).filter(pk=project.pk).exists()


def hold_back(generation: Generation, why: str, *, times: int = 1) -> Approval:
    """Have a new request wait for a lead, with nothing held. Call it in the transaction that records it.

    times: how often the same was asked for at once; 0 where people were told about it with the first of those.
    """
    team = generation.project.team
    generation.status = Generation.Status.AWAITING
    generation.save(update_fields=["status"])
    days = timedelta(days=gates.rules_of(team).approval_days)
    approval = Approval.objects.create(generation=generation, why=why[:200], expires_at=timezone.now() + days)
    history.note(
        generation,
        "Waiting for approval",
        {"why": why, "credits": str(generation.price), **generation.request},
    )
    if times:
        _tell_leads(generation, why, times)
    history.announce(generation, is_new=True)
    publish(f"team:{team.pk}", "requests")
    return approval


def approve(approval: Approval, *, by: User) -> Generation:
    """Hold what it costs now and have it sent. Raises Closed; InsufficientCredits, and then it still waits."""
    waiting = approval.generation
    price = pricing.price_of(waiting.project.team, waiting.operation, waiting.request)
    balances.refresh_before(waiting.project.team, price)
    try:
        with transaction.atomic():
            _claim(approval, Status.APPROVED, by=by)
            return _queue(approval, by=by)
    except ledger.InsufficientCredits as refusal:
        warning.of_refusal(waiting.project.team, refusal)
        raise


@transaction.atomic
def decline(approval: Approval, *, by: User, note: str = "") -> None:
    """Say no, with a reason for the maker. Raises Closed."""
    note = " ".join(note.split())[:300]
    _claim(approval, Status.DECLINED, by=by, note=note)
    generation = approval.generation
    reason = f": “{note}”" if note else ""
    history.note(generation, f"Declined by {by.display_name}")
    outcomes.fail(generation, f"{by.display_name} declined this{reason}. {NOTHING}")
    audit.record(
        generation.project.team,
        "approval.decline",
        by=by,
        subject=names.request(generation),
        after=_facts(generation) | {"reason": note},
    )
    _answer(generation, f"{by.display_name} declined: {names.request(generation)}", note)


@transaction.atomic
def withdraw(approval: Approval, *, by: User) -> None:
    """Take the wish back. Raises Closed."""
    _claim(approval, Status.WITHDRAWN, by=by)
    generation = approval.generation
    history.note(generation, f"Withdrawn by {by.display_name}")
    outcomes.fail(generation, f"{by.display_name} withdrew this before it was approved. {NOTHING}")
    team, facts = generation.project.team, _facts(generation)
    audit.record(team, "approval.withdraw", by=by, subject=names.request(generation), after=facts)


@transaction.atomic
def edit(approval: Approval, *, by: User, form: "TakeForm") -> Generation:
    """Make it what a valid form says; it goes on waiting. Raises Closed."""
    # The decision is kept out until this is written: the row is locked, or on SQLite the database.
    if Approval.objects.select_for_update().filter(pk=approval.pk, status=Status.OPEN).first() is None:
        raise Closed(_decided(approval))
    generation = approval.generation
    before = _facts(generation) | generation.request
    _change(generation, form)
    after = _facts(generation) | generation.request
    team, subject = generation.project.team, names.request(generation)
    if entry := audit.record(team, "approval.edit", by=by, subject=subject, before=before, after=after):
        changed = {"before": entry.before, "after": entry.after}
        history.note(generation, f"Changed by {by.display_name}", changed)
        history.announce(generation)
    return generation


def expire() -> None:
    """End what nobody decided in time."""
    for approval in _late().select_related("generation__project__team")[:AT_ONCE]:
        days = max(1, (approval.expires_at - approval.created_at).days)
        within = "a day" if days == 1 else f"{days} days"
        try:
            _run_out(
                approval,
                f"Nobody approved this within {within}. {NOTHING} Ask again if you still want it.",
            )
        except Closed:
            # Decided just now.
            continue


def due() -> bool:
    """Whether there is anything to expire."""
    return _late().exists()


def address(generation: Generation) -> str:
    """Where people decide about it."""
    return reverse("studio:approval", args=[generation.pk])


def _late() -> "QuerySet[Approval]":
    return Approval.objects.filter(status=Status.OPEN, expires_at__lte=timezone.now())


@transaction.atomic
def _run_out(approval: Approval, problem: str) -> None:
    _claim(approval, Status.EXPIRED, by=None)
    outcomes.fail(approval.generation, problem)
    _answer(approval.generation, f"Nobody approved in time: {names.request(approval.generation)}", problem)


def _claim(approval: Approval, status: Approval.Status, *, by: User | None, note: str = "") -> None:
    """Decide, if nobody has. Raises Closed."""
    decided = Approval.objects.filter(pk=approval.pk, status=Status.OPEN).update(
        status=status, decided_by=by, decided_at=timezone.now(), note=note
    )
    if not decided:
        raise Closed(_decided(approval))
    # What a lead has changed meanwhile is what is decided about.
    approval.generation = Generation.objects.select_related("project__team", "requested_by").get(
        pk=approval.generation_id
    )
    # Open pages of whoever decides show what waits now.
    publish(f"team:{approval.generation.project.team_id}", "requests")


def _queue(approval: Approval, *, by: User) -> Generation:
    """What follows from an approval, in its transaction."""
    generation = approval.generation
    maker, asked = generation.requested_by, generation.price
    if maker is None or not _still_makes(maker, generation.project):
        raise Closed(
            f"{names.person(maker)} does not make music in this project any more. Decline it instead."
        )
    generation.price = pricing.price_of(generation.project.team, generation.operation, generation.request)
    generation.status = Generation.Status.QUEUED
    moved = Generation.objects.filter(pk=generation.pk, status=Generation.Status.AWAITING)
    if not moved.update(status=generation.status, price=generation.price):
        raise Closed("It has ended meanwhile.")
    beginning.hold(generation, by=maker, actor=by)
    changed = {} if asked == generation.price else {"credits when asked": str(asked)}
    history.note(
        generation,
        f"Approved by {by.display_name}, credits held",
        {"credits": str(generation.price), **changed},
    )
    audit.record(
        generation.project.team,
        "approval.approve",
        by=by,
        subject=names.request(generation),
        after=_facts(generation) | changed,
    )
    beginning.queue(generation)
    _answer(generation, f"{by.display_name} approved: {names.request(generation)}", "It is on its way.")
    history.announce_credits(generation)
    history.announce(generation)
    return generation


def _change(generation: Generation, form: "TakeForm") -> None:
    generation.operation, generation.request = form.operation, form.request
    generation.model = str(form.request.get("model") or "")
    generation.title = form.song_title.strip().partition("\n")[0][:80] or generation.title
    generation.settings = form.settings
    generation.price = pricing.price_of(generation.project.team, form.operation, form.request)
    generation.save(update_fields=["operation", "request", "model", "title", "settings", "price"])
    beginning.use(generation, form.inputs)


def _tell_leads(generation: Generation, why: str, times: int) -> None:
    several = f"{times} × " if times > 1 else ""
    what = f"{several}{names.request(generation)}, {ledger.readable(generation.price * times)} credits"
    alerting.tell(
        generation.project.team,
        Alert.Kind.APPROVAL,
        key=f"approval:{generation.pk}",
        title=f"{names.person(generation.requested_by)} waits for approval: {what}",
        text=why,
        path=address(generation),
        people=leading.leads(generation.project),
    )


def _answer(generation: Generation, title: str, text: str) -> None:
    """Tell the maker what was decided."""
    people = [generation.requested_by] if generation.requested_by else []
    alerting.tell(
        generation.project.team,
        Alert.Kind.ANSWER,
        key=f"approval:{generation.pk}:answer",
        title=title,
        text=text,
        path=reverse("studio:job", args=[generation.pk]),
        people=people,
    )


def _still_makes(maker: User, project: Project) -> bool:
    role = maker.memberships.filter(team=project.team_id).values_list("role", flat=True).first()
    if role == Membership.Role.ADMIN:
        return True
    return role == Membership.Role.MAKER and project.members.filter(pk=maker.pk).exists()


def _decided(approval: Approval) -> str:
    now = Approval.objects.select_related("decided_by").get(pk=approval.pk)
    match now.status:
        case Status.EXPIRED:
            return "It waited too long and has ended."
        case Status.OPEN:
            return "It has changed meanwhile. Look at it again."
        case _:
            return f"{names.person(now.decided_by)} has {_DECISIONS[now.status]} this already."


_DECISIONS: dict[str, str] = {
    Status.APPROVED: "approved",
    Status.DECLINED: "declined",
    Status.WITHDRAWN: "withdrawn",
}


def _facts(generation: Generation) -> dict[str, Any]:
    """What the audit log keeps of a request, beside its own fields."""
    return {
        "project": generation.project.name,
        "for": names.person(generation.requested_by),
        "credits": generation.price,
    }
