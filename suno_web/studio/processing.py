"""Ask for what is made from a finished take: its WAV, stems, notes, a video, images, timed words, a persona."""

from typing import Any

from suno_web.accounts.models import User
from suno_web.studio import generating, provider
from suno_web.studio.models import Asset, Generation, Track
from suno_web.suno.states import outcome

Operation = Generation.Operation


class Impossible(Exception):
    """A take of which this cannot be made. Its text is for the member; nothing was charged."""


def obstacle(track: Track) -> str:
    """Why the team's provider cannot work on this take; empty when it can.

    A provider knows only what it made itself, so a take from elsewhere can be covered or extended as audio, but not
    be taken apart there.
    """
    source = track.generation
    if not source.task_id or not source.provider_url:
        return "This take was not made by a provider, so none can work on it. Cover or extend it instead."
    if source.provider_url != provider.connection(source.project.team).base_url:
        return (
            "Another provider made this take, and only that one can work on it. Cover or extend it instead."
        )
    if source.stage and outcome(source.stage) == "running":
        return "This take is still being made."
    return ""


def ask(
    track: Track, *, by: User, operation: Generation.Operation, form_key: str | None = None, **extra: Any
) -> Generation:
    """Ask for a file of a take. Raises Impossible, InsufficientCredits.

    extra: further fields in the contract's words: `type` of stems, `author` and `domainName` of a video.
    """
    _must_be_possible(track)
    request: dict[str, Any] = {"taskId": track.generation.task_id}
    if operation != Operation.COVER_IMAGES:
        request["audioId"] = track.audio_id
    return generating.ask(
        track.generation.project,
        by=by,
        operation=operation,
        request=request | {name: value for name, value in extra.items() if value},
        inputs=[track],
        title=track.title,
        form_key=form_key,
    )


def midi(
    stems: Generation, *, by: User, stem: Asset | None = None, form_key: str | None = None
) -> Generation:
    """Ask for the notes of a take that was taken apart, or of one stem. Raises Impossible, InsufficientCredits."""
    source = stems.inputs.select_related("track__generation__project__team").first()
    track = source.track if source else None
    if track is None:
        raise Impossible("The take of these stems has been deleted.")
    _must_be_possible(track)
    if stems.provider_url != track.generation.provider_url or not stems.task_id:
        raise Impossible("The provider does not know these stems any more. Take the song apart again.")
    request = {"taskId": stems.task_id} | ({"audioId": stem.audio_id} if stem and stem.audio_id else {})
    return generating.ask(
        stems.project,
        by=by,
        operation=Operation.MIDI,
        request=request,
        inputs=[track],
        title=track.title,
        settings={"stem": stem.name if stem else ""},
        form_key=form_key,
    )


def sync_lyrics(track: Track, *, by: User) -> Generation:
    """Have the words of a track timed, at once; they land in the track. Raises Impossible, InsufficientCredits."""
    _must_be_possible(track)
    source = track.generation
    return generating.at_once(
        generating.ask(
            source.project,
            by=by,
            operation=Operation.TIMESTAMPED_LYRICS,
            title=track.title,
            request={"taskId": source.task_id, "audioId": track.audio_id},
            settings={"track": str(track.pk)},
            inputs=[track],
            send=False,
        )
    )


def make_persona(
    track: Track, *, by: User, name: str, description: str, start: float = 0, end: float = 30, style: str = ""
) -> Generation:
    """Have a track's voice and style kept under a name, at once; it becomes a Persona of the project.

    start, end: seconds of the part to take it from. Raises Impossible, InsufficientCredits.
    """
    _must_be_possible(track)
    source = track.generation
    request = {
        "taskId": source.task_id,
        "audioId": track.audio_id,
        "name": name,
        "description": description,
        "vocalStart": start,
        "vocalEnd": end,
    }
    return generating.at_once(
        generating.ask(
            source.project,
            by=by,
            operation=Operation.PERSONA,
            title=name,
            request=request | ({"style": style} if style else {}),
            inputs=[track],
            send=False,
        )
    )


def can_extend(track: Track) -> bool:
    """Whether the provider can continue this take as its own; any other take it continues as audio handed in."""
    return not obstacle(track)


def _must_be_possible(track: Track) -> None:
    if problem := obstacle(track):
        raise Impossible(problem)
