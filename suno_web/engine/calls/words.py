"""Asking for words: lyrics, styles, and when what is sung. And for personas, whose voice it is sung in."""

import secrets
from typing import Any
from uuid import UUID

from django.utils import timezone

from suno_web.engine import charging, personas, records, styling, writing
from suno_web.engine.calls import tasks
from suno_web.engine.models import Account, Track
from suno_web.suno import errors, operations, prices, schemas
from suno_web.suno.operations import Operation
from suno_web.suno.states import Family


def lyrics(account: Account, asked: schemas.LyricsRequest) -> schemas.TaskCreated:
    """Accept lyrics to be written."""
    task = tasks.created(account, operations.LYRICS, asked)
    writing.queue(task)
    return schemas.TaskCreated(task_id=task.pk)


def lyrics_record(account: Account, asked: schemas.TaskQuery) -> schemas.LyricsRecord | None:
    """A lyrics task of the account, None for strangers' and other families'."""
    task = tasks.found(account, Family.LYRICS, asked.task_id)
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
    """When each word of a finished track is sung, as it was found when the track was made."""
    track = _track(account, asked)
    if track.state != Track.State.DONE:
        raise errors.Invalid("The track is not finished yet")
    return schemas.TimestampedLyrics(
        aligned_words=records.aligned_words(track), waveform_data=track.peaks, hoot_cer=0.0, is_streamed=False
    )


HANDLERS: dict[Operation[Any, Any], Any] = {
    operations.LYRICS: lyrics,
    operations.LYRICS_RECORD: lyrics_record,
    operations.BOOST_STYLE: boost_style,
    operations.TIMESTAMPED_LYRICS: timestamped_lyrics,
    operations.PERSONA: personas.create,
}


def _track(account: Account, asked: schemas.AudioQuery) -> Track:
    try:
        audio_id = UUID(asked.audio_id)
    except ValueError as exc:
        raise errors.NotFound("Record does not exist") from exc
    found = Track.objects.filter(pk=audio_id, task__pk=asked.task_id, task__account=account).first()
    if not found:
        raise errors.NotFound("Record does not exist")
    return found
