"""A generation as the contract's record of it, from our rows alone: no provider is asked.

A file counts as there when it is on our disk, so a task succeeds a moment later here than at the provider.
"""

import json
from datetime import UTC, datetime
from typing import Any

from suno_web.gateway import addresses
from suno_web.studio.models import Asset, Generation, Track
from suno_web.suno import limits, schemas
from suno_web.suno.states import Family, LyricsStatus, MusicStatus, outcome

Operation, Status = Generation.Operation, Generation.Status

FAMILIES: dict[str, Family] = {
    Operation.GENERATE: Family.MUSIC,
    Operation.EXTEND: Family.MUSIC,
    Operation.UPLOAD_COVER: Family.MUSIC,
    Operation.UPLOAD_EXTEND: Family.MUSIC,
    Operation.ADD_INSTRUMENTAL: Family.MUSIC,
    Operation.ADD_VOCALS: Family.MUSIC,
    Operation.REPLACE_SECTION: Family.MUSIC,
    Operation.MASHUP: Family.MUSIC,
    Operation.SOUNDS: Family.MUSIC,
    Operation.LYRICS: Family.LYRICS,
    Operation.WAV: Family.WAV,
    Operation.STEMS: Family.STEMS,
    Operation.MIDI: Family.MIDI,
    Operation.VIDEO: Family.MP4,
    Operation.COVER_IMAGES: Family.COVER,
}

# What a code says in a record: it failed. That its credits came back is said by 531, in callbacks of takes.
FAILED, MODERATED, BROKEN = 501, 400, 500


def music(generation: Generation, tracks: list[Track]) -> schemas.MusicRecord:
    """State and takes of a music task."""
    status = music_status(generation, tracks)
    failed = generation.is_failed
    return schemas.MusicRecord(
        task_id=generation.pk.hex,
        parent_music_id=str(asked(generation).get("audioId") or ""),
        param=json.dumps(asked(generation), ensure_ascii=False),
        response=_music_response(generation, tracks, status),
        status=status,
        type=_wire_name(generation),
        operation_type=generation.operation,
        error_code=error_code(generation) if failed else None,
        error_message=generation.problem if failed else None,
        create_time=_epoch(generation.created_at),
    )


def music_status(generation: Generation, tracks: list[Track]) -> MusicStatus:
    """How far it is by what is ours: text from the first row of a take on, success when every file is here."""
    if generation.status == Status.DONE:
        return MusicStatus.SUCCESS
    if generation.is_failed:
        said = generation.stage
        if said in MusicStatus.__members__ and outcome(said) == "failure":
            return MusicStatus(said)
        return MusicStatus.GENERATE_AUDIO_FAILED if generation.task_id else MusicStatus.CREATE_TASK_FAILED
    if generation.status != Status.WAITING or generation.stage in ("", "PENDING") or not tracks:
        return MusicStatus.PENDING
    return MusicStatus.FIRST_SUCCESS if any(one.is_archived for one in tracks) else MusicStatus.TEXT_SUCCESS


def track(take: Track, generation: Generation) -> schemas.Track:
    """One take with every key; `audio_url` is empty until the song is here."""
    audio = addresses.audio(take) if take.is_archived else ""
    stream = addresses.stream(take) if take.is_playable else ""
    image = addresses.image(take) if take.image else ""
    return schemas.Track(
        id=str(take.pk),
        audio_url=audio,
        source_audio_url=audio,
        stream_audio_url=stream,
        source_stream_audio_url=stream,
        image_url=image,
        source_image_url=image,
        prompt=take.lyrics or str(generation.request.get("prompt") or ""),
        model_name=take.model_name or _wire_name(generation),
        title=take.title,
        tags=take.tags,
        create_time=generation.created_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        duration=take.duration,
    )


def lyrics(generation: Generation) -> schemas.LyricsRecord:
    """State and variants of a lyrics task."""
    status = LyricsStatus.PENDING
    if generation.status == Status.DONE:
        status = LyricsStatus.SUCCESS
    elif generation.is_failed:
        said = generation.stage
        is_known = said in LyricsStatus.__members__ and outcome(said, Family.LYRICS) == "failure"
        status = LyricsStatus(said) if is_known else LyricsStatus.GENERATE_LYRICS_FAILED
    response = schemas.LyricsResponse(task_id=generation.pk.hex, data=variants(generation))
    return schemas.LyricsRecord(
        task_id=generation.pk.hex,
        param=json.dumps(asked(generation), ensure_ascii=False),
        response=None if status == LyricsStatus.PENDING else response,
        status=status,
        error_code=error_code(generation) if generation.is_failed else None,
        error_message=generation.problem or None,
    )


def variants(generation: Generation) -> list[schemas.Lyrics]:
    """The sets of lyrics that were written."""
    found: Any = generation.result if isinstance(generation.result, list) else []
    return [schemas.Lyrics(text=one["text"], title=one["title"], status="complete") for one in found]


def processed(generation: Generation, assets: list[Asset]) -> schemas.Record:
    """State and result of what is made from a take."""
    shared: dict[str, Any] = {
        "task_id": generation.pk.hex,
        "callback_url": asked(generation).get("callBackUrl"),
        "create_time": _epoch(generation.created_at),
        "complete_time": _epoch(generation.finished_at) if generation.finished_at else None,
        "error_code": error_code(generation) if generation.is_failed else None,
        "error_message": generation.problem or None,
    }
    done = generation.status == Status.DONE
    match FAMILIES[generation.operation]:
        case Family.WAV:
            url = file_url(assets)
            response = schemas.WavResponse(audio_wav_url=url) if done else None
            return schemas.WavRecord(**shared, **_of_track(generation), response=response)
        case Family.MP4:
            video = schemas.VideoResponse(video_url=file_url(assets)) if done else None
            more = {} if generation.progress is None else {"progress": generation.progress}
            return schemas.VideoRecord(**shared, **_of_track(generation), response=video, **more)
        case Family.STEMS:
            stems = _stems(assets) if done else None
            return schemas.StemsRecord(**shared, **_of_track(generation), response=stems)
        case Family.MIDI:
            return schemas.MidiRecord(
                **shared,
                audio_id=asked(generation).get("audioId"),
                midi_data=schemas.MidiData(state="complete", instruments=instruments(generation))
                if done
                else None,
                success_flag=_number(generation, running=0, failed=3),
            )
        case _:
            images = schemas.CoverResponse(images=image_urls(assets)) if done else None
            # The contract's sample of a success says so with a code.
            shared |= {"error_code": 200, "error_message": ""} if done else {}
            return schemas.CoverRecord(
                **shared,
                parent_task_id=str(asked(generation).get("taskId") or ""),
                response=images,
                success_flag=_number(generation, running=2 if generation.task_id else 0, failed=3),
            )


def asked(generation: Generation) -> dict[str, Any]:
    """The request as its program sent it; of what was asked for in the browser, as the provider got it."""
    call = getattr(generation, "call", None)
    return dict(call.request if call else generation.request)


def error_code(generation: Generation) -> int:
    """The contract's number for why it failed."""
    if generation.stage == "SENSITIVE_WORD_ERROR":
        return MODERATED
    family = FAMILIES.get(generation.operation)
    return FAILED if family in (Family.MUSIC, Family.COVER) else BROKEN


def file_url(assets: list[Asset]) -> str | None:
    """The address of the one file that was made."""
    return next((addresses.asset(one) for one in assets if one.is_archived), None)


def image_urls(assets: list[Asset]) -> list[str]:
    return [addresses.asset(one) for one in assets if one.is_archived]


def stem_urls(assets: list[Asset]) -> dict[str, str]:
    """Address by stem name."""
    return {one.name: addresses.asset(one) for one in assets if one.is_archived}


def instruments(generation: Generation) -> list[schemas.MidiInstrument]:
    """The notes that were found."""
    result = generation.result if isinstance(generation.result, dict) else {}
    return [schemas.MidiInstrument.model_validate(one) for one in result.get("instruments", [])]


def _stems(assets: list[Asset]) -> schemas.StemsResponse:
    found = stem_urls(assets)
    parts = [
        schemas.StemTrack(
            id=str(one.pk), audio_url=found[one.name], stem_type_group_name=one.label, duration=one.duration
        )
        for one in assets
        if one.name in found
    ]
    known = {f"{name}_url": url for name, url in found.items() if name in schemas.STEM_NAMES}
    return schemas.StemsResponse.model_validate({"origin_data": parts, **known})


def _of_track(generation: Generation) -> dict[str, Any]:
    """Which take it is made of, and the state as the families of one take write it."""
    source = next(iter(generation.inputs.all()), None)
    take = source.track if source else None
    word = "PENDING"
    if generation.status == Status.DONE:
        word = "SUCCESS"
    elif generation.is_failed:
        failed = {Operation.WAV: "GENERATE_WAV_FAILED", Operation.VIDEO: "GENERATE_MP4_FAILED"}
        word = failed.get(Operation(generation.operation), "GENERATE_AUDIO_FAILED")
        if not generation.task_id:
            word = "CREATE_TASK_FAILED"
    return {
        "music_id": str(take.pk) if take else asked(generation).get("audioId"),
        "music_index": take.take - 1 if take else None,
        "success_flag": word,
    }


def _number(generation: Generation, *, running: int, failed: int) -> int:
    if generation.is_failed:
        return failed
    return 1 if generation.status == Status.DONE else running


def _music_response(
    generation: Generation, tracks: list[Track], status: MusicStatus
) -> schemas.MusicResponse | None:
    """None while pending: clients take any object for the result. Empty after a failure."""
    if status == MusicStatus.PENDING:
        return None
    if generation.is_failed:
        return schemas.MusicResponse(task_id=generation.pk.hex, error_message=generation.problem)
    return schemas.MusicResponse(
        task_id=generation.pk.hex, suno_data=[track(one, generation) for one in tracks]
    )


def _wire_name(generation: Generation) -> str:
    known = limits.MODELS.get(generation.model)
    return (known and known.wire_name) or generation.model


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
