"""Follow a task until it ends. The provider's record is the truth; a callback only makes us look sooner."""

import random
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from suno_web import background
from suno_web.studio import archiving, calls, files, history, outcomes, provider
from suno_web.studio.models import Generation, Track
from suno_web.suno import schemas
from suno_web.suno.errors import SunoError
from suno_web.suno.states import step

Status = Generation.Status

LEASE = timedelta(seconds=90)
# Callbacks bring the news; looking by ourselves is for when they do not come.
INTERVALS = (3, 5, 8, 12, 20, 30)
GIVE_UP_AFTER = timedelta(hours=2)
UNKNOWN_AFTER = timedelta(minutes=10)

PLAIN_WORDS = {
    "SENSITIVE_WORD_ERROR": "The provider’s content filter refused these words. Change them and try again.",
    "CREATE_TASK_FAILED": "The provider could not start this. Try again in a moment.",
    "GENERATE_AUDIO_FAILED": "The provider could not make the audio. Try again.",
    "GENERATE_WAV_FAILED": "The provider could not make the WAV. Try again.",
    "GENERATE_MP4_FAILED": "The provider could not make the video. Try again.",
    "GENERATE_LYRICS_FAILED": "The provider could not write lyrics about this. Describe it in other words.",
    "CALLBACK_EXCEPTION": "The provider stumbled while finishing this. Try again.",
}


def look(generation_id: str) -> None:
    """Ask the provider how far a generation is, and write down the answer. One asker at a time."""
    now = timezone.now()
    claimed = (
        Generation.objects.filter(pk=generation_id, status=Status.WAITING, next_poll_at__isnull=False)
        .exclude(leased_until__gt=now)
        .update(leased_until=now + LEASE)
    )
    if claimed:
        ask(Generation.objects.select_related("project__team").get(pk=generation_id))


def ask(generation: Generation) -> None:
    """Ask about a generation whose lease the caller holds; apply what comes and plan the next look."""
    asked_at = timezone.now()
    call = calls.CALLS[generation.operation]
    try:
        record = (
            provider.client_of(generation).record(call.record, generation.task_id) if call.record else None
        )
    except SunoError as problem:
        history.note(generation, "Looking failed", {"problem": str(problem)})
        give_up_if_old(generation, f"The provider stopped answering about this. {problem}")
    else:
        if record is None:
            unknown_to_provider(generation)
        elif isinstance(record, schemas.LyricsRecord):
            apply_lyrics(generation, record)
        elif isinstance(record, schemas.MusicRecord):
            apply(generation, record)
        else:
            apply_files(generation, record)
    plan_next_look(generation, asked_at)


@transaction.atomic
def apply(generation: Generation, record: schemas.MusicRecord) -> None:
    """Bring a generation up to what the record says: forward only, and the same record again changes nothing."""
    # The row is the lock: of two readers of one record the second sees what the first did.
    generation = Generation.objects.select_for_update().select_related("project__team").get(pk=generation.pk)
    if generation.status != Status.WAITING or step(record.status) < step(generation.stage):
        return
    tracks_changed = _keep_tracks(generation, record.tracks)
    stage_changed = record.status != generation.stage
    if stage_changed:
        history.note(generation, f"Provider: {record.status}", record.wire())
    if stage_changed or tracks_changed:
        _advance(generation, record.status, record.tracks)
    if record.is_success and record.tracks:
        outcomes.settle(generation)
        Generation.objects.filter(pk=generation.pk).update(next_poll_at=None)
        archiving.finish_if_complete(generation)
    elif record.is_success:
        outcomes.fail(generation, "The provider says it is done but sent no song.")
    elif record.is_final:
        outcomes.fail(generation, in_plain_words(record.status, record.error_message))
    elif give_up_if_old(generation, "The provider has not finished this within two hours."):
        return
    if stage_changed or tracks_changed:
        history.announce(generation)


@transaction.atomic
def apply_lyrics(generation: Generation, record: schemas.LyricsRecord) -> None:
    """The same for a lyrics task: its variants become the result."""
    generation = Generation.objects.select_for_update().select_related("project__team").get(pk=generation.pk)
    if generation.status != Status.WAITING:
        return
    if record.status != generation.stage:
        history.note(generation, f"Provider: {record.status}", record.wire())
        Generation.objects.filter(pk=generation.pk).update(stage=record.status[:60])
    variants = [{"title": one.title, "text": one.text} for one in record.variants if one.text.strip()]
    if record.is_success and variants:
        Generation.objects.filter(pk=generation.pk).update(result=variants)
        outcomes.finish(generation)
    elif record.is_final:
        words = in_plain_words(record.status, record.error_message)
        outcomes.fail(generation, words if not record.is_success else "The provider sent no lyrics.")
    else:
        give_up_if_old(generation, "The provider has not written the lyrics within two hours.")


@transaction.atomic
def apply_files(generation: Generation, record: files.Record) -> None:
    """The same for a task that makes files of a take: each becomes an asset that is brought home."""
    generation = Generation.objects.select_for_update().select_related("project__team").get(pk=generation.pk)
    if generation.status != Status.WAITING:
        return
    word, progress = record.status_word[:60], files.progress(record)
    changed = (word, progress) != (generation.stage, generation.progress)
    if word != generation.stage:
        history.note(generation, f"Provider: {word}", files.for_the_timeline(record))
    if changed:
        generation.stage, generation.progress = word, progress
        generation.save(update_fields=["stage", "progress"])
    if record.is_success and files.keep(generation, record):
        outcomes.settle(generation)
        Generation.objects.filter(pk=generation.pk).update(next_poll_at=None, stage=archiving.DELIVERED)
        generation.stage = archiving.DELIVERED
        archiving.finish_if_complete(generation)
    elif record.is_success:
        outcomes.fail(generation, files.NOTHING[generation.operation])
    elif record.is_final:
        outcomes.fail(generation, in_plain_words(word, record.error_message))
    elif give_up_if_old(generation, "The provider has not finished this within two hours."):
        return
    if changed:
        history.announce(generation)


def in_plain_words(status: str, provider_says: str | None) -> str:
    """Why it failed, for a member: what it means, and the provider's own words."""
    meaning = PLAIN_WORDS.get(status, "The provider could not make this.")
    own_words = (provider_says or "").strip()
    return f"{meaning} It says: “{own_words}”" if own_words else meaning


def unknown_to_provider(generation: Generation) -> None:
    """A record may be late to appear; one that never does was lost by the provider."""
    if generation.sent_at and timezone.now() - generation.sent_at > UNKNOWN_AFTER:
        outcomes.fail(generation, "The provider no longer knows this request.")


def give_up_if_old(generation: Generation, problem: str) -> bool:
    """End a generation that nobody can still expect to finish."""
    if generation.sent_at and timezone.now() - generation.sent_at > GIVE_UP_AFTER:
        return outcomes.fail(generation, problem)
    return False


def plan_next_look(generation: Generation, asked_at: Any) -> None:
    """Give the lease back and look again later, sooner if a callback came while we asked."""
    wait = INTERVALS[min(generation.polls, len(INTERVALS) - 1)] * random.uniform(0.9, 1.2)
    waiting = Generation.objects.filter(pk=generation.pk, status=Status.WAITING, next_poll_at__isnull=False)
    waiting.update(leased_until=None, polls=generation.polls + 1)
    waiting.filter(next_poll_at__lte=asked_at).update(next_poll_at=timezone.now() + timedelta(seconds=wait))


def _advance(generation: Generation, status: str, tracks: list[schemas.Track]) -> None:
    generation.stage = status[:60]
    if title := next((track.title for track in tracks if track.title), ""):
        generation.title = title[:200]
    generation.save(update_fields=["stage", "title"])


def _keep_tracks(generation: Generation, tracks: list[schemas.Track]) -> bool:
    """Write down the tracks of a record. Whether anything is new."""
    changed = False
    kept = {track.audio_id: track for track in generation.tracks.all()}
    for told in tracks:
        if not told.id:
            continue
        track = kept.get(told.id) or Track(generation=generation, audio_id=told.id, take=len(kept) + 1)
        is_new, before = track.audio_id not in kept, _told_fields(track)
        _take_over(track, told)
        kept[told.id] = track
        if not is_new and before == _told_fields(track):
            continue
        changed = True
        if track.audio_url and not track.is_archived and track.archive_at is None:
            track.archive_at = timezone.now()
            background.enqueue(archiving.archive, str(track.pk))
        track.save()
    return changed


def _take_over(track: Track, told: schemas.Track) -> None:
    """Fill in what the provider says. What it said before is never emptied by a poorer answer."""
    track.title = told.title[:200] or track.title
    track.tags = told.tags or track.tags
    track.lyrics = told.prompt or track.lyrics
    track.model_name = told.model_name[:60] or track.model_name
    if not track.is_archived:
        track.duration = told.duration or track.duration
    track.audio_url = told.audio_url or told.source_audio_url or track.audio_url
    track.stream_url = told.stream_audio_url or told.source_stream_audio_url or track.stream_url
    track.image_url = told.image_url or told.source_image_url or track.image_url


def _told_fields(track: Track) -> tuple[Any, ...]:
    return (
        track.title, track.tags, track.lyrics, track.model_name, track.duration,
        track.audio_url, track.stream_url, track.image_url,
    )  # fmt: skip
