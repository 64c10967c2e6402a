"""The contract's operations for programs: who may ask, how often, how they pay, and what answers each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from suno_web.credits import budgets, ledger, warning
from suno_web.gateway import addresses, keys, making, records, sources, storing
from suno_web.gateway.models import ApiKey
from suno_web.studio import balances, calls, pricing
from suno_web.studio.models import Generation, Input
from suno_web.suno import errors, operations, schemas
from suno_web.suno.checks import Request
from suno_web.suno.operations import Operation as Asked
from suno_web.suno.pacing import CREATING, FilePacer

Operation = Generation.Operation


class GatewayBackend:
    """serving.Backend over members' keys."""

    def authenticate(self, key: str) -> ApiKey | None:
        return keys.recognise(key)

    def allowed(self, account: ApiKey, operation: Asked[Any, Any]) -> bool:
        """Counts what creates, across all processes of this machine. Raises Unauthorized when the key may only look."""
        if not account.may_make and (operation.creates or operation.uploads):
            raise errors.Unauthorized("This key may only look")
        if not operation.creates:
            return True
        pacer = FilePacer(settings.DATA_DIR / "pace")
        return pacer.reserve(f"gateway:{account.pk}", CREATING, at_most=0) is not None

    @contextmanager
    def charge(self, account: ApiKey, operation: Asked[Any, Any], request: Request) -> Iterator[None]:
        """Counts the price against the key's cap; the team's own credits are held when the generation is made."""
        if operation not in making.OPERATION_OF:
            yield
            return
        team = account.project.team
        price = pricing.price_of(team, making.OPERATION_OF[operation], request.wire())
        # Before the transaction, because it may ask the provider.
        balances.refresh_before(team, price)
        try:
            if operation.callbacks:
                # The count and the generation are there together or not at all.
                with transaction.atomic():
                    _spend(account, price)
                    yield
                return
            # What is answered at once asks a provider, which no transaction may wait for.
            _spend(account, price)
            try:
                yield
            except BaseException:
                keys.give_back(account.pk, price)
                raise
        except ledger.InsufficientCredits as problem:
            warning.of_refusal(team, problem)
            raise errors.OutOfCredits from problem


def music_record(key: ApiKey, asked: schemas.TaskQuery) -> schemas.MusicRecord | None:
    """A music task of the key's project, None for strangers' and other families'."""
    task = sources.generation(key, asked.task_id, calls.MAKING_TAKES)
    if task is None:
        return None
    return records.music(task, list(task.tracks.defer("peaks", "words")))


def lyrics_record(key: ApiKey, asked: schemas.TaskQuery) -> schemas.LyricsRecord | None:
    task = sources.generation(key, asked.task_id, [Operation.LYRICS])
    return records.lyrics(task) if task else None


def processing_record(
    operation: Generation.Operation, key: ApiKey, asked: schemas.TaskQuery
) -> schemas.Record:
    """What is made of a take. Raises errors.Invalid where music records would be null, as the live service does."""
    task = sources.generation(key, asked.task_id, [operation])
    if task is None:
        raise errors.Invalid(sources.UNKNOWN)
    prefetch_related_objects([task], Prefetch("inputs", Input.objects.select_related("track")))
    return records.processed(task, list(task.assets.defer("peaks")))


def boost_style(key: ApiKey, asked: schemas.StyleRequest) -> schemas.BoostedStyle:
    """A richer style text."""
    made = making.boosted_style(key, asked)
    return schemas.BoostedStyle(
        task_id=made.pk.hex,
        param=asked.content,
        result=(made.result or {}).get("style", ""),
        credits_consumed=float(made.price),
        credits_remaining=float(credits_left(key)),
        success_flag="1",
        create_time=int(timezone.now().timestamp() * 1000),
    )


def timestamped_lyrics(key: ApiKey, asked: schemas.AudioQuery) -> schemas.TimestampedLyrics:
    """When each word of a take is sung. An instrumental has no words."""
    source = sources.track(key, asked.audio_id, asked.task_id)
    if source is None:
        raise errors.Invalid(sources.UNKNOWN)
    sources.must_be_possible(source)
    made = making.timed_words(key, source, asked)
    return schemas.TimestampedLyrics.model_validate(made.result or {})


def persona(key: ApiKey, asked: schemas.PersonaRequest) -> schemas.Persona:
    made = making.persona(key, asked)
    return schemas.Persona(persona_id=made.pk.hex, name=made.name, description=made.description)


def credits_left(key: ApiKey, asked: schemas.Nothing | None = None) -> Decimal:
    """What the key's owner can spend in its project, or what the key's cap leaves if that is less."""
    team = key.project.team
    available = budgets.tightest(team, member=key.owner, project=key.project_id).available
    key.refresh_from_db(fields=["spent", "cap"])
    cap = keys.left(key)
    return available if cap is None else min(available, cap)


def download_url(key: ApiKey, asked: schemas.DownloadUrlRequest) -> str:
    """One of our addresses for 20 minutes. Raises errors.Invalid for all others."""
    if not sources.is_ours(key, asked.url):
        raise errors.Invalid("url is wrong")
    try:
        return addresses.link(asked.url)
    except signing.BadSignature as problem:
        raise errors.Invalid("url is wrong") from problem


def _song(operation: Generation.Operation) -> Callable[[ApiKey, Any], schemas.TaskCreated]:
    return lambda key, asked: making.song(key, operation, asked)


def _from_audio(operation: Generation.Operation) -> Callable[[ApiKey, Any], schemas.TaskCreated]:
    return lambda key, asked: making.from_audio(key, operation, asked)


HANDLERS: dict[Asked[Any, Any], Callable[[ApiKey, Any], Any]] = {
    operations.GENERATE: _song(Operation.GENERATE),
    operations.EXTEND: making.extension,
    operations.UPLOAD_COVER: _from_audio(Operation.UPLOAD_COVER),
    operations.UPLOAD_EXTEND: _from_audio(Operation.UPLOAD_EXTEND),
    operations.ADD_INSTRUMENTAL: _from_audio(Operation.ADD_INSTRUMENTAL),
    operations.ADD_VOCALS: _from_audio(Operation.ADD_VOCALS),
    operations.REPLACE_SECTION: making.replacement,
    operations.MASHUP: making.mashup,
    operations.SOUNDS: _song(Operation.SOUNDS),
    operations.MUSIC_RECORD: music_record,
    operations.TIMESTAMPED_LYRICS: timestamped_lyrics,
    operations.LYRICS: _song(Operation.LYRICS),
    operations.LYRICS_RECORD: lyrics_record,
    operations.BOOST_STYLE: boost_style,
    operations.PERSONA: persona,
    operations.WAV: making.wav,
    operations.WAV_RECORD: partial(processing_record, Operation.WAV),
    operations.STEMS: making.stems,
    operations.STEMS_RECORD: partial(processing_record, Operation.STEMS),
    operations.MIDI: making.midi,
    operations.MIDI_RECORD: partial(processing_record, Operation.MIDI),
    operations.VIDEO: making.video,
    operations.VIDEO_RECORD: partial(processing_record, Operation.VIDEO),
    operations.COVER_IMAGES: making.cover_images,
    operations.COVER_RECORD: partial(processing_record, Operation.COVER_IMAGES),
    operations.CREDITS: credits_left,
    operations.DOWNLOAD_URL: download_url,
    operations.UPLOAD_BASE64: storing.sent,
    operations.UPLOAD_URL: storing.fetched,
    operations.UPLOAD_STREAM: storing.sent,
}


def _spend(key: ApiKey, price: Decimal) -> None:
    if not keys.spend(key, price):
        raise errors.CapReached
