"""What happened to a generation: kept for its job page, told to the open pages."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from suno_web.credits import ledger
from suno_web.live.publishing import publish
from suno_web.studio.models import Generation, Step

MOST_STEPS = 200
MASK = "••••"
_SECRET_NAME = re.compile(r"key|token|secret|password|authorization|signature", re.IGNORECASE)


def note(generation: Generation, what: str, payload: Any = None) -> None:
    """Write a step into the timeline. A flood of callbacks stops being written after MOST_STEPS."""
    if generation.steps.count() < MOST_STEPS:
        hidden = masked(payload, generation.callback_token)
        Step.objects.create(generation=generation, what=what[:120], payload=hidden)


@dataclass(frozen=True)
class Moment:
    """A step, and how many seconds after the one before it came; None for the first."""

    step: Step
    after: float | None


def timeline(generation: Generation) -> list[Moment]:
    """Everything that happened, in order, with the time between."""
    steps = list(generation.steps.all())
    waits = [(step.at - before.at).total_seconds() for before, step in pairwise(steps)]
    return [Moment(step, after) for step, after in zip(steps, [None, *waits], strict=False)]


def masked(payload: Any, token: str) -> Any:
    """The payload without secrets: no values under telling names, and nowhere the callback token, however quoted."""
    if isinstance(payload, dict):
        return {
            name: MASK if _SECRET_NAME.search(str(name)) and isinstance(value, str) else masked(value, token)
            for name, value in payload.items()
        }
    if isinstance(payload, list | tuple):
        return [masked(value, token) for value in payload]
    return payload.replace(token, MASK) if isinstance(payload, str) else payload


def announce(generation: Generation, *, is_new: bool = False) -> None:
    """Tell open pages that a generation changed. Call it last in the transaction."""
    audience = generation.project.audience
    # The card of a take shows what is being made of it.
    for track_id in generation.inputs.exclude(track=None).values_list("track_id", flat=True):
        publish(audience, f"track-{track_id}", generation=str(generation.pk))
    if is_new:
        publish(audience, "takes", generation=str(generation.pk))
    publish(
        audience,
        generation.topic,
        status=generation.status,
        stage=generation.stage,
        title=generation.title,
        problem=generation.problem,
    )


def announce_credits(generation: Generation) -> None:
    """Tell open pages what the team has left. Call it last in the transaction."""
    team = generation.project.team
    balance = ledger.balance(team)
    publish(f"team:{team.pk}", "credits", available=str(balance.available), held=str(balance.held))
