"""What every request begins with: what it is made from, its credits, its place in the queue."""

from collections.abc import Iterable
from typing import Any

from suno_web import background
from suno_web.accounts.models import User
from suno_web.credits import ledger
from suno_web.credits.models import Entry
from suno_web.studio import sending
from suno_web.studio.models import Generation, Input, Track, Upload


def use(generation: Generation, sources: Iterable[Track | Upload]) -> None:
    """Note what it is made from, in order, in place of what was noted before."""
    generation.inputs.all().delete()
    for position, source in enumerate(sources):
        of: dict[str, Any] = {"track": source} if isinstance(source, Track) else {"upload": source}
        Input.objects.create(generation=generation, position=position, **of)


def hold(generation: Generation, *, by: User, actor: User | None = None) -> Entry:
    """Set its price aside. by: whose work it is; actor: who has it done, if not they. Raises InsufficientCredits."""
    return ledger.hold(
        generation.project.team,
        generation.price,
        cause=generation.reference,
        by=by,
        actor=actor,
        project=generation.project_id,
        note=generation.title,
        operation=generation.operation,
        model=generation.model,
    )


def queue(generation: Generation) -> None:
    """Have it sent once this is committed; what it is made from may still be being made: then it is sent after that."""
    if not Generation.objects.unfinished().filter(tracks__used_in__generation=generation).exists():
        background.enqueue(sending.send, str(generation.pk))
