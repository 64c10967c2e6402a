"""The contract's operations as this engine does them; who may ask, how often, and how they pay."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from suno_web.engine import accounts, charging, composing, records, styling, writing
from suno_web.engine.models import Account, Charge, Task, Track
from suno_web.suno import errors, operations, prices, schemas
from suno_web.suno.checks import Request
from suno_web.suno.operations import Operation
from suno_web.suno.states import Family


class EngineBackend:
    """serving.Backend over the engine's accounts."""

    def authenticate(self, key: str) -> Account | None:
        return accounts.authenticate(key)

    def allowed(self, account: Account, operation: Operation[Any, Any]) -> bool:
        return not operation.creates or charging.within_rate(account)

    @contextmanager
    def charge(
        self, account: Account, operation: Operation[Any, Any], request: Request
    ) -> Iterator[Charge | None]:
        if operation.price is None:
            yield None
        elif operation.callbacks:
            # The charge and the task it pays for are there together or not at all.
            with transaction.atomic():
                yield charging.take(account, prices.price(operation.price), operation=operation.name)
        else:
            # What is answered at once computes too long to hold the database for it.
            charge = charging.take(account, prices.price(operation.price), operation=operation.name)
            try:
                yield charge
            except BaseException:
                charging.give_back(charge)
                raise


def generate(account: Account, asked: schemas.GenerateRequest) -> schemas.TaskCreated:
    """Accept a song."""
    task = _created(account, operations.GENERATE, asked)
    composing.queue(task)
    return schemas.TaskCreated(task_id=task.pk)


def lyrics(account: Account, asked: schemas.LyricsRequest) -> schemas.TaskCreated:
    """Accept lyrics to be written."""
    task = _created(account, operations.LYRICS, asked)
    writing.queue(task)
    return schemas.TaskCreated(task_id=task.pk)


def music_record(account: Account, asked: schemas.TaskQuery) -> schemas.MusicRecord | None:
    """A music task of the account, None for strangers' and other families'."""
    task = _task(account, Family.MUSIC, asked.task_id)
    return records.music(task) if task else None


def lyrics_record(account: Account, asked: schemas.TaskQuery) -> schemas.LyricsRecord | None:
    """A lyrics task of the account, None for strangers' and other families'."""
    task = _task(account, Family.LYRICS, asked.task_id)
    return records.lyrics(task) if task else None


def boost_style(account: Account, asked: schemas.StyleRequest) -> schemas.BoostedStyle:
    """A richer style text."""
    richer = styling.richer(asked.content)
    return schemas.BoostedStyle(
        task_id=secrets.token_hex(16),
        param=asked.content,
        result=richer,
        credits_consumed=float(prices.price(operations.BOOST_STYLE.price)),
        credits_remaining=float(charging.left(account)),
        success_flag="1",
        create_time=int(timezone.now().timestamp() * 1000),
    )


def timestamped_lyrics(account: Account, asked: schemas.AudioQuery) -> schemas.TimestampedLyrics:
    """When each word of a finished track is sung: known from the score, so nothing had to be aligned."""
    track = _track(account, asked)
    if track.state != Track.State.DONE:
        raise errors.Invalid("The track is not finished yet")
    return schemas.TimestampedLyrics(
        aligned_words=records.aligned_words(track), waveform_data=track.peaks, hoot_cer=0.0, is_streamed=False
    )


def credits_left(account: Account, asked: schemas.Nothing) -> Decimal:
    """Credits the account may still spend."""
    return charging.left(account)


HANDLERS: dict[Operation[Any, Any], Any] = {
    operations.GENERATE: generate,
    operations.MUSIC_RECORD: music_record,
    operations.LYRICS: lyrics,
    operations.LYRICS_RECORD: lyrics_record,
    operations.BOOST_STYLE: boost_style,
    operations.TIMESTAMPED_LYRICS: timestamped_lyrics,
    operations.CREDITS: credits_left,
}


def _created(
    account: Account,
    operation: Operation[Any, Any],
    asked: schemas.GenerateRequest | schemas.LyricsRequest,
) -> Task:
    return Task.objects.create(
        account=account,
        family=str(operation.callbacks),
        request=asked.model_dump(mode="json", by_alias=True, exclude_none=True),
        callback_url=asked.call_back_url,
        price=prices.price(operation.price),
        seed=secrets.randbelow(2**31),
    )


def _task(account: Account, family: Family, task_id: str) -> Task | None:
    return Task.objects.filter(account=account, family=family, pk=task_id).first()


def _track(account: Account, asked: schemas.AudioQuery) -> Track:
    try:
        audio_id = UUID(asked.audio_id)
    except ValueError as exc:
        raise errors.NotFound("Record does not exist") from exc
    found = Track.objects.filter(pk=audio_id, task__pk=asked.task_id, task__account=account).first()
    if not found:
        raise errors.NotFound("Record does not exist")
    return found
