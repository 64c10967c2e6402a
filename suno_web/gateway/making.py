"""Operations that make something: a generation of the key's project each, with a call that follows it.

Ids of ours are translated into the provider's before anything is sent; what is asked for an unknown take fails in the
way the contract says, and never reaches a provider.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from suno_web import background
from suno_web.gateway import sources
from suno_web.gateway.models import ApiKey, Call
from suno_web.studio import calls, generating, outcomes, processing, sending
from suno_web.studio.models import Generation, Persona, Track, Upload
from suno_web.suno import errors, schemas
from suno_web.suno.operations import Operation as Asked

Operation, Status = Generation.Operation, Generation.Status
Source = Track | Upload

OPERATION_OF: dict[Asked[Any, Any], Generation.Operation] = {
    call.make: Operation(name) for name, call in calls.CALLS.items()
}


def song(key: ApiKey, operation: Generation.Operation, asked: Any) -> schemas.TaskCreated:
    """Takes from words alone: a song, a sound, lyrics."""
    request = _translated(key, asked)
    return _created(_begin(key, operation, asked, request))


def extension(key: ApiKey, asked: schemas.ExtendRequest) -> schemas.TaskCreated:
    """A take continued. An unknown one still gets a task, which fails; one still being made is waited for.

    Programs ask so early because they may: the first samples ever published extend a take as soon as it has text.
    """
    request = _translated(key, asked)
    source = sources.track(key, asked.audio_id)
    if source is None:
        return _created(_stillborn(key, Operation.EXTEND, asked, request, sources.UNKNOWN))
    waits = sources.is_being_made(source)
    problem = "" if waits else processing.obstacle(source)
    if problem:
        return _created(_stillborn(key, Operation.EXTEND, asked, request, problem))
    request |= {"audioId": source.audio_id}
    return _created(_begin(key, Operation.EXTEND, asked, request, inputs=[source], send=not waits))


def send_what_waited() -> None:
    """Send what was asked of takes that were still being made then and are not any more."""
    waited = Generation.objects.filter(
        call__is_open=True, status=Status.QUEUED, inputs__track__generation__status__in=Generation.FINAL
    )
    for pk in waited.filter(operation=Operation.EXTEND).values_list("pk", flat=True)[:100]:
        background.enqueue(sending.send, str(pk))


def replacement(key: ApiKey, asked: schemas.ReplaceSectionRequest) -> schemas.TaskCreated:
    """A section of a take, or of an upload, made anew."""
    request = _translated(key, asked)
    if not asked.audio_id:
        return from_audio(key, Operation.REPLACE_SECTION, asked)
    source = sources.finished_track(key, asked.audio_id, asked.task_id)
    request |= {"taskId": source.generation.task_id, "audioId": source.audio_id}
    return _created(_begin(key, Operation.REPLACE_SECTION, asked, request, inputs=[source]))


def from_audio(key: ApiKey, operation: Generation.Operation, asked: Any) -> schemas.TaskCreated:
    """Takes made from audio at an address: what is ours becomes an input, what is elsewhere is passed on."""
    request = _translated(key, asked)
    source = sources.audio_at(key, asked.upload_url)
    if source is None:
        return _created(_begin(key, operation, asked, request))
    request.pop("uploadUrl")
    return _created(_begin(key, operation, asked, request, inputs=[source]))


def mashup(key: ApiKey, asked: schemas.MashupRequest) -> schemas.TaskCreated:
    """Two recordings in one. Both ours, or both elsewhere: one of each is passed on by our signed address."""
    request = _translated(key, asked)
    found = [sources.audio_at(key, url) for url in asked.upload_url_list]
    inputs = [one for one in found if one is not None]
    if len(inputs) < len(found):
        return _created(_begin(key, Operation.MASHUP, asked, request))
    request.pop("uploadUrlList")
    return _created(_begin(key, Operation.MASHUP, asked, request, inputs=inputs))


def wav(key: ApiKey, asked: schemas.WavRequest) -> schemas.TaskCreated:
    """A take as WAV, once."""
    source = sources.finished_track(key, asked.audio_id, asked.task_id)
    if _made_before(Operation.WAV, source):
        raise errors.Duplicate("WAV record already exists")
    made = _begin(key, Operation.WAV, asked, _of(source), inputs=[source], form_key=_once("wav", source))
    return _created(made)


def video(key: ApiKey, asked: schemas.VideoRequest) -> schemas.TaskCreated:
    source = sources.finished_track(key, asked.audio_id, asked.task_id)
    more = {"author": asked.author, "domainName": asked.domain_name}
    request = _of(source) | {name: value for name, value in more.items() if value}
    return _created(_begin(key, Operation.VIDEO, asked, request, inputs=[source]))


def stems(key: ApiKey, asked: schemas.StemsRequest) -> schemas.TaskCreated:
    """A take, or audio at an address, taken apart."""
    how = {"type": asked.type} | ({"stemName": asked.stem_name} if asked.stem_name else {})
    if not asked.audio_id:
        upload = sources.audio_at(key, asked.audio_url)
        request = how | {"audioUrl": asked.audio_url}
        return _created(_begin(key, Operation.STEMS, asked, request, inputs=[upload] if upload else []))
    source = sources.finished_track(key, asked.audio_id, asked.task_id)
    return _created(_begin(key, Operation.STEMS, asked, _of(source) | how, inputs=[source]))


def midi(key: ApiKey, asked: schemas.MidiRequest) -> schemas.TaskCreated:
    """The notes of a finished separation, or of one stem of it."""
    separation = sources.generation(key, asked.task_id, [Operation.STEMS])
    if separation is None or separation.status != Status.DONE:
        raise errors.Invalid(sources.UNKNOWN)
    request, settings = {"taskId": separation.task_id}, {"stem": ""}
    if asked.audio_id:
        stem = sources.stem(key, separation, asked.audio_id)
        request["audioId"], settings["stem"] = stem.audio_id, stem.name
    inputs = [one.source for one in separation.inputs.select_related("track", "upload") if one.source]
    return _created(_begin(key, Operation.MIDI, asked, request, inputs=inputs, settings=settings))


def cover_images(key: ApiKey, asked: schemas.CoverRequest) -> schemas.TaskCreated:
    """Images for a song, once: a repeat is told which task has them."""
    source = sources.finished_song(key, asked.task_id)
    if before := _made_before(Operation.COVER_IMAGES, source):
        raise errors.Duplicate("Cover already exists", code=400, data={"taskId": before.pk.hex})
    request = {"taskId": source.generation.task_id}
    made = _begin(
        key, Operation.COVER_IMAGES, asked, request, inputs=[source], form_key=_once("cover", source)
    )
    return _created(made)


def boosted_style(key: ApiKey, asked: schemas.StyleRequest) -> Generation:
    """A richer style text, at once. Raises errors.Unavailable with the reason when there is none."""
    return _at_once(_begin(key, Operation.STYLE, asked, asked.wire(), send=False))


def timed_words(key: ApiKey, source: Track, asked: schemas.AudioQuery) -> Generation:
    """When each word is sung, at once."""
    settings = {"track": str(source.pk)}
    made = _begin(
        key,
        Operation.TIMESTAMPED_LYRICS,
        asked,
        _of(source),
        inputs=[source],
        settings=settings,
        send=False,
    )
    return _at_once(made)


def persona(key: ApiKey, asked: schemas.PersonaRequest) -> Persona:
    """Voice and style of a take, kept, at once. Once a take."""
    source = sources.finished_track(key, asked.audio_id, asked.task_id)
    if Persona.objects.filter(track=source).exists():
        raise errors.Duplicate("Persona already exists")
    request = asked.wire() | _of(source)
    made = _at_once(_begin(key, Operation.PERSONA, asked, request, inputs=[source], send=False))
    return made.persona


def _begin(
    key: ApiKey,
    operation: Generation.Operation,
    asked: Any,
    request: dict[str, Any],
    *,
    inputs: Sequence[Source] = (),
    settings: dict[str, Any] | None = None,
    form_key: str | None = None,
    send: bool = True,
    may_wait: bool = True,
) -> Generation:
    """The generation and its call, both or neither. Raises InsufficientCredits, errors.Duplicate."""
    sent = {name: value for name, value in request.items() if name != "callBackUrl"}
    with transaction.atomic():
        generation = generating.write_down(
            key.project,
            by=key.owner,
            operation=operation,
            request=sent,
            inputs=inputs,
            title=_title(asked, inputs),
            settings=settings,
            form_key=form_key,
            via=key.name,
            send=send,
            may_wait=may_wait,
        )
        if form_key and Call.objects.filter(generation=generation).exists():
            raise errors.Duplicate
        callback_url = getattr(asked, "call_back_url", "")
        # What is answered at once is never called back about.
        Call.objects.create(
            key=key,
            generation=generation,
            request=asked.wire(),
            callback_url=callback_url,
            charged=generation.price,
            is_open=calls.CALLS[operation].record is not None,
        )
    return generation


def _stillborn(
    key: ApiKey, operation: Generation.Operation, asked: Any, request: dict[str, Any], problem: str
) -> Generation:
    """A task that fails before anybody is asked, its credits given back."""
    generation = _begin(key, operation, asked, request, send=False, may_wait=False)
    outcomes.fail(generation, problem)
    return generation


def _at_once(generation: Generation) -> Generation:
    made = generating.at_once(generation)
    if made.status != Status.DONE:
        raise errors.Unavailable(made.problem or errors.Unavailable.default)
    return made


def _translated(key: ApiKey, asked: Any) -> dict[str, Any]:
    """The request in the provider's ids, as far as they need no row of their own."""
    request: dict[str, Any] = asked.wire()
    if persona_id := request.get("personaId"):
        request["personaId"] = sources.persona(key.project, persona_id)
    return request


def _of(source: Track) -> dict[str, Any]:
    return {"taskId": source.generation.task_id, "audioId": source.audio_id}


def _made_before(operation: Generation.Operation, source: Track) -> Generation | None:
    """What was made of this take, or is being made, and has not failed."""
    of = {"inputs__track": source} if operation == Operation.WAV else {
        "inputs__track__generation": source.generation_id
    }  # fmt: skip
    return (
        Generation.objects.filter(operation=operation, **of)
        .exclude(status=Status.FAILED)
        .order_by("created_at")
        .first()
    )


def _once(word: str, source: Track) -> str:
    """The same for two requests at the same moment, so that one of them is refused; another after a failure."""
    operation = Operation.WAV if word == "wav" else Operation.COVER_IMAGES
    failures = Generation.objects.filter(
        operation=operation, inputs__track=source, status=Status.FAILED
    ).count()
    return f"{word[0]}{source.pk.hex}{failures}"


def _title(asked: Any, inputs: Sequence[Source]) -> str:
    for field in ("title", "name", "prompt", "content"):
        if text := getattr(asked, field, ""):
            return str(text)
    source = next(iter(inputs), None)
    return source.title if isinstance(source, Track) else source.name if source else ""


def _created(generation: Generation) -> schemas.TaskCreated:
    return schemas.TaskCreated(task_id=generation.pk.hex)
