"""How a generation ends: done and paid for, or failed and given back. Each happens once, whoever is first."""

from django.db import transaction
from django.utils import timezone

from suno_web.credits import ledger
from suno_web.studio import history
from suno_web.studio.models import Approval, Generation

Status = Generation.Status


@transaction.atomic
def fail(generation: Generation, problem: str) -> bool:
    """End it in plain words and give its credits back. False if it had ended before."""
    # Whoever ends what waits for approval has decided it. First, as deciding locks it first too.
    Approval.objects.filter(generation=generation, status=Approval.Status.OPEN).update(
        status=Approval.Status.WITHDRAWN, decided_at=timezone.now(), note=problem[:300]
    )
    if not _end(generation, Status.FAILED, problem=problem):
        return False
    returned = ledger.refund(generation.reference, note=problem[:200])
    how = "Failed, credits returned" if returned else "Ended, nothing was charged"
    history.note(generation, how, {"problem": problem})
    history.announce_credits(generation)
    history.announce(generation)
    return True


@transaction.atomic
def settle(generation: Generation) -> bool:
    """Spend the credits held for it: the provider has delivered. False if that was done before."""
    if not ledger.settle(generation.reference):
        return False
    history.note(generation, "Credits settled", {"credits": str(generation.price)})
    history.announce_credits(generation)
    return True


@transaction.atomic
def finish(generation: Generation) -> bool:
    """End it well: everything it made is ours. False if it had ended before."""
    settle(generation)
    if not _end(generation, Status.DONE):
        return False
    history.note(generation, "Done")
    history.announce(generation)
    return True


def _end(generation: Generation, status: Generation.Status, *, problem: str = "") -> bool:
    now = timezone.now()
    ended = (
        Generation.objects.filter(pk=generation.pk)
        .unfinished()
        .update(status=status, problem=problem, finished_at=now, next_poll_at=None, leased_until=None)
    )
    if ended:
        generation.status, generation.problem, generation.finished_at = status, problem, now
    return bool(ended)
