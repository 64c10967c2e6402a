"""Rows as the contract's records."""

import json
from datetime import UTC

from suno_web.engine import addresses
from suno_web.engine.models import Task, Track
from suno_web.suno import limits, schemas
from suno_web.suno.states import MusicStatus


def music(task: Task) -> schemas.MusicRecord:
    """State and takes of a music task."""
    return schemas.MusicRecord(
        task_id=task.pk,
        parent_music_id=str(task.source_id or "") if task.operation == "extend" else "",
        param=json.dumps(task.request, ensure_ascii=False),
        response=_music_response(task),
        status=task.status,
        type=_wire_name(task),
        operation_type=task.operation,
        error_code=task.error_code,
        error_message=task.error_message or None,
        create_time=int(task.created_at.timestamp() * 1000),
    )


def track(take: Track, task: Task) -> schemas.Track:
    """One take with every key; `audio_url` is empty until it is finished."""
    audio = addresses.take(take.pk, ".mp3") if take.state == Track.State.DONE else ""
    stream, image = addresses.take(take.pk, "/stream.mp3"), addresses.take(take.pk, ".jpeg")
    return schemas.Track(
        id=str(take.pk),
        audio_url=audio,
        source_audio_url=audio,
        stream_audio_url=stream,
        source_stream_audio_url=stream,
        image_url=image,
        source_image_url=image,
        prompt=take.lyrics or task.request.get("prompt", ""),
        model_name=_wire_name(task),
        title=take.title,
        tags=take.tags,
        create_time=task.created_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        duration=take.seconds,
    )


def lyrics(task: Task) -> schemas.LyricsRecord:
    """State and variants of a lyrics task."""
    return schemas.LyricsRecord(
        task_id=task.pk,
        param=json.dumps(task.request, ensure_ascii=False),
        response=None
        if task.status == "PENDING"
        else schemas.LyricsResponse(task_id=task.pk, data=task.variants),
        status=task.status,
        type="LYRICS",
        error_code=task.error_code,
        error_message=task.error_message or None,
    )


def aligned_words(take: Track) -> list[schemas.AlignedWord]:
    """When each word is sung. The first of a section carries its mark, the last of a line its line break."""
    aligned = []
    for before, word, after in zip([None, *take.words], take.words, [*take.words[1:], None], strict=False):
        text = word["text"]
        if before is None or before["section"] != word["section"]:
            text = f"[{word['section']}]\n{text}"
        if after is None or after["line"] != word["line"]:
            text += "\n"
        if after is not None and after["section"] != word["section"]:
            text += "\n"
        aligned.append(schemas.AlignedWord(word=text, start_s=word["start"], end_s=word["end"]))
    return aligned


def _music_response(task: Task) -> schemas.MusicResponse | None:
    """None while pending: clients take any object for the result. Empty after a failure."""
    if task.status == MusicStatus.PENDING:
        return None
    if task.error_code:
        return schemas.MusicResponse(task_id=task.pk, error_message=task.error_message)
    return schemas.MusicResponse(
        task_id=task.pk, suno_data=[track(take, task) for take in task.tracks.defer("plan")]
    )


def _wire_name(task: Task) -> str:
    # Replacing a section asks for no model: it is the source's.
    model = task.request.get("model") or (task.source.task.request.get("model", "") if task.source else "")
    known = limits.MODELS.get(model)
    return (known and known.wire_name) or model
