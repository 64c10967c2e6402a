"""What each call for music comes to: the works of its takes. Two takes differ in all but what was asked for."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from suno_web.engine import musician, personas, sourcing
from suno_web.engine.models import Task
from suno_web.engine.sourcing import Unusable
from suno_web.suno import limits, operations, schemas

if TYPE_CHECKING:
    from suno_web.engine.music.brief import Brief
    from suno_web.engine.music.shelf import Shelf, Work

TAKES = 2


def request_of(task: Task) -> Any:
    """What was asked for, as its operation has it."""
    return operations.OPERATIONS[task.operation].request.model_validate(task.request)


def works(task: Task, shelf: "Shelf") -> "list[Work]":
    """The takes of a task. Raises Unusable where the request names something that nothing can be made of."""
    return _PLANNERS[task.operation](task, request_of(task), shelf)


def title_of(task: Task, work: "Work") -> str:
    """The name asked for, or one that fits."""
    request = request_of(task)
    asked = str(getattr(request, "title", ""))
    if not getattr(request, "custom_mode", True) or not getattr(request, "default_param_flag", True):
        asked = ""
    return asked or work.title


def whole_lyrics(task: Task) -> str:
    """All words of the take, where the request tells them beside those of the new part."""
    return str(task.request.get("fullLyrics", ""))


def _song(task: Task, request: schemas.GenerateRequest, shelf: "Shelf") -> "list[Work]":
    brief = _as_persona(task, musician.understood(request, seed=task.seed), request)
    given = musician.words_given(request)
    first = musician.planned(brief, given, seed=task.seed)
    # The second take sings the same words to another tune.
    return [first, musician.planned(brief, given or first.lyrics, seed=task.seed + 1)]


def _cover(task: Task, request: schemas.UploadCoverRequest, shelf: "Shelf") -> "list[Work]":
    ref = sourcing.music_at(task.account, request.upload_url)
    brief = _as_persona(task, musician.understood(request, seed=task.seed), request)
    said = request.style if request.custom_mode else request.prompt
    words = musician.words_given(request)
    if not words and brief.voice != "none":
        words = musician.words_for(brief, seed=task.seed)
    return [
        musician.covered(
            shelf,
            ref,
            brief=brief,
            words=words,
            audio_weight=request.audio_weight,
            bpm=musician.tempo_named(said),
            seed=seed,
        )
        for seed in _seeds(task)
    ]


def _extension(task: Task, request: schemas.ExtendRequest, shelf: "Shelf") -> "list[Work]":
    return _continued(task, request, sourcing.take(task.account, request.audio_id), shelf)


def _upload_extension(task: Task, request: schemas.UploadExtendRequest, shelf: "Shelf") -> "list[Work]":
    return _continued(task, request, sourcing.music_at(task.account, request.upload_url), shelf)


def _continued(task: Task, request: schemas.ContinuedRequest, ref: str, shelf: "Shelf") -> "list[Work]":
    """With default_param_flag as the request says; without it, in the manner of the source from its end."""
    length = sourcing.seconds(ref)
    at_s = request.continue_at if request.continue_at is not None else length
    if at_s > length or (at_s == length and request.default_param_flag):
        raise Unusable(f"continueAt must be less than the length of the audio, {length:.1f} seconds.")
    brief, words = None, None
    if request.default_param_flag:
        brief = _brief(task, request, request.style, instrumental=request.instrumental)
        words = None if request.instrumental else musician.words(request.prompt, request.title)
    return [
        musician.continued(
            shelf, ref, at_s=at_s, brief=brief, words=words, instrumental=request.instrumental, seed=seed
        )
        for seed in _seeds(task)
    ]


def _added_instrumental(task: Task, request: schemas.AddInstrumentalRequest, shelf: "Shelf") -> "list[Work]":
    ref = sourcing.music_at(task.account, request.upload_url)
    brief = _brief(task, request, request.tags, instrumental=True)
    return [musician.accompanied(shelf, ref, brief=brief, seed=seed) for seed in _seeds(task)]


def _added_vocals(task: Task, request: schemas.AddVocalsRequest, shelf: "Shelf") -> "list[Work]":
    ref = sourcing.music_at(task.account, request.upload_url)
    words = musician.words(request.prompt, request.title) if _is_lyrics(request.prompt) else None
    brief = _brief(task, request, request.style, idea="" if words else request.prompt)
    return [musician.sung_over(shelf, ref, brief=brief, words=words, seed=seed) for seed in _seeds(task)]


def _replacement(task: Task, request: schemas.ReplaceSectionRequest, shelf: "Shelf") -> "list[Work]":
    if request.audio_id:
        ref = sourcing.take(task.account, request.audio_id)
    else:
        ref = sourcing.music_at(task.account, request.upload_url)
    length = sourcing.seconds(ref)
    if request.infill_end_s > length:
        raise Unusable(f"infillEndS must be within the audio, which has {length:.1f} seconds.")
    if request.infill_end_s - request.infill_start_s > limits.LARGEST_SECTION * length:
        raise Unusable("No more than half of the audio can be replaced at once.")
    return [
        musician.replaced(
            shelf,
            ref,
            start_s=request.infill_start_s,
            end_s=request.infill_end_s,
            words=musician.words(request.prompt, request.title),
            style=request.tags,
            seed=task.seed,
        )
    ]


def _mashup(task: Task, request: schemas.MashupRequest, shelf: "Shelf") -> "list[Work]":
    one, other = (sourcing.music_at(task.account, url) for url in request.upload_url_list)
    brief = _as_persona(task, musician.understood(request, seed=task.seed), request)
    words = musician.words_given(request)
    return [musician.mashed(shelf, one, other, brief=brief, words=words, seed=seed) for seed in _seeds(task)]


def _sounds(task: Task, request: schemas.SoundsRequest, shelf: "Shelf") -> "list[Work]":
    return [
        musician.sound(
            request.prompt,
            loop=request.sound_loop,
            tempo=request.sound_tempo,
            key=request.sound_key,
            seed=seed,
        )
        for seed in _seeds(task)
    ]


_PLANNERS: "dict[str, Callable[[Task, Any, Shelf], list[Work]]]" = {
    "generate": _song,
    "extend": _extension,
    "upload_cover": _cover,
    "upload_extend": _upload_extension,
    "add_instrumental": _added_instrumental,
    "add_vocals": _added_vocals,
    "replace_section": _replacement,
    "mashup": _mashup,
    "sounds": _sounds,
}


def _seeds(task: Task) -> range:
    return range(task.seed, task.seed + TAKES)


def _brief(
    task: Task,
    request: schemas.ContinuedRequest | schemas.AddedRequest,
    style: str,
    *,
    idea: str = "",
    instrumental: bool = False,
) -> "Brief":
    """What the style and the tuning of a request ask for."""
    brief = musician.styled(
        style,
        idea=idea,
        negative=request.negative_tags,
        title=request.title,
        instrumental=instrumental,
        sung=not instrumental,
        gender=request.vocal_gender,
        style_weight=request.style_weight,
        weirdness=request.weirdness_constraint,
        model=request.model,
        seed=task.seed,
    )
    return _as_persona(task, brief, request)


def _as_persona(task: Task, brief: "Brief", request: schemas.Request) -> "Brief":
    """In custom mode, the brief as the persona would have it that the request names."""
    persona_id = getattr(request, "persona_id", "")
    if not persona_id or not getattr(request, "custom_mode", True):
        return brief
    return musician.with_persona(brief, personas.traits_of(task.account, persona_id))


def _is_lyrics(prompt: str) -> bool:
    """Whether a prompt that may hold lyrics or a manner holds lyrics: it has lines or section marks."""
    return "\n" in prompt.strip() or prompt.lstrip().startswith("[")
