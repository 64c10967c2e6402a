"""The smallest server of the contract, in dictionaries. Also a Django URL configuration."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.urls import include, path

from suno_web.suno import errors, operations, prices, schemas, serving
from suno_web.suno.checks import Request
from suno_web.suno.operations import Operation


@dataclass
class Account:
    """files: what was uploaded, by path: its size, its hash, and its announced type."""

    credits: Decimal = Decimal(100)
    requests_left: int = 100
    tasks: dict[str, Request] = field(default_factory=dict)
    files: dict[str, tuple[int, str, str]] = field(default_factory=dict)


class Memory:
    """Accounts by key. log notes in which order it was asked."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.accounts = {"good-key": Account()}
        self.log: list[str] = []

    def authenticate(self, key: str) -> Account | None:
        self.log.append("key")
        return self.accounts.get(key)

    def allowed(self, account: Account, operation: Operation[Any, Any]) -> bool:
        self.log.append("rate")
        account.requests_left -= 1
        return account.requests_left >= 0

    @contextmanager
    def charge(self, account: Account, operation: Operation[Any, Any], request: Request) -> Iterator[None]:
        self.log.append("credits")
        price = prices.price(operation.price_of(request))
        if account.credits < price:
            raise errors.OutOfCredits
        account.credits -= price
        try:
            yield
        except Exception:
            account.credits += price
            raise


def create(account: Account, asked: Any) -> schemas.TaskCreated:
    """A task of any family. A song's prompt can order trouble."""
    memory.log.append("create")
    prompt = getattr(asked, "prompt", "")
    if prompt == "crash":
        raise RuntimeError("the secret is 12345")
    if prompt == "refuse":
        raise errors.Refused("Section is too short", code=422)
    if prompt == "cap":
        raise errors.CapReached
    if prompt == "maintenance":
        raise errors.Maintenance
    if prompt == "unwritable":
        return schemas.TaskCreated(task_id="t", bad=object())
    task_id = f"{len(account.tasks):032x}"
    account.tasks[task_id] = asked
    return schemas.TaskCreated(task_id=task_id)


def cover(account: Account, asked: schemas.CoverRequest) -> schemas.TaskCreated:
    """Once for each song: a repeat is told of the task there is."""
    for task_id, task in account.tasks.items():
        if isinstance(task, schemas.CoverRequest) and task.task_id == asked.task_id:
            raise errors.Duplicate("Cover already exists", code=400, data={"taskId": task_id})
    return create(account, asked)


def record(result: type[schemas.Record], request: type[Request] | tuple[type[Request], ...]) -> Any:
    """Answers a family's record-info, for tasks of the family only."""

    def answer(account: Account, query: schemas.TaskQuery) -> schemas.Record | None:
        is_known = isinstance(account.tasks.get(query.task_id), request)
        return result(task_id=query.task_id) if is_known else None

    return answer


def music_record(account: Account, query: schemas.TaskQuery) -> schemas.MusicRecord | None:
    if query.task_id not in account.tasks:
        return None
    track = schemas.Track(id="a1", title="Low Tide", duration=181.2)
    response = schemas.MusicResponse(task_id=query.task_id, suno_data=[track])
    return schemas.MusicRecord(task_id=query.task_id, status="TEXT_SUCCESS", response=response)


def boost_style(account: Account, wish: schemas.StyleRequest) -> schemas.BoostedStyle:
    return schemas.BoostedStyle(
        task_id="t",
        param=wish.content,
        result="warm",
        credits_consumed=0.4,
        credits_remaining=99.6,
        error_msg="",
    )


def timestamped_lyrics(account: Account, query: schemas.AudioQuery) -> schemas.TimestampedLyrics:
    raise errors.NotFound("Record does not exist")


def persona(account: Account, wish: schemas.PersonaRequest) -> schemas.Persona:
    return schemas.Persona(persona_id="p1", name=wish.name, description=wish.description)


def download_url(account: Account, wish: schemas.DownloadUrlRequest) -> str:
    if not wish.url.startswith("https://files.example/"):
        raise errors.Invalid("url is wrong")
    return f"{wish.url}?token=1"


def upload(account: Account, sent: schemas.StreamUploadRequest | schemas.Base64UploadRequest) -> Any:
    """Notes what came, a block at a time."""
    digest, file = hashlib.sha256(), sent.file
    while block := file.read(2**16):
        digest.update(block)
    name = sent.name or "1767225600000-x.bin"
    account.files[f"{sent.upload_path}/{name}"] = (sent.size, digest.hexdigest(), sent.content_type)
    return uploaded(sent.upload_path, name, sent.size, sent.content_type)


def upload_url(account: Account, sent: schemas.UrlUploadRequest) -> schemas.UploadedFile:
    if sent.file_url.endswith("/gone"):
        raise errors.Unfetchable
    return uploaded(sent.upload_path, sent.name or "fetched.mp3", 3, "audio/mpeg")


def uploaded(folder: str, name: str, size: int, content_type: str) -> schemas.UploadedFile:
    return schemas.UploadedFile(
        file_name=name,
        file_path=f"kieai/1001/{folder}/{name}",
        download_url=f"https://files.example/kieai/1001/{folder}/{name}",
        file_size=size,
        mime_type=content_type,
        uploaded_at="2026-01-01T12:00:00.000Z",
    )


def credits(account: Account, query: schemas.Nothing) -> Decimal:
    return account.credits


memory = Memory()

HANDLERS: dict[Operation[Any, Any], Any] = {
    **{operation: create for operation in operations.OPERATIONS.values() if operation.callbacks},
    operations.COVER_IMAGES: cover,
    operations.MUSIC_RECORD: music_record,
    operations.LYRICS_RECORD: record(schemas.LyricsRecord, schemas.LyricsRequest),
    operations.WAV_RECORD: record(schemas.WavRecord, schemas.WavRequest),
    operations.STEMS_RECORD: record(schemas.StemsRecord, schemas.StemsRequest),
    operations.MIDI_RECORD: record(schemas.MidiRecord, schemas.MidiRequest),
    operations.VIDEO_RECORD: record(schemas.VideoRecord, schemas.VideoRequest),
    operations.COVER_RECORD: record(schemas.CoverRecord, schemas.CoverRequest),
    operations.BOOST_STYLE: boost_style,
    operations.TIMESTAMPED_LYRICS: timestamped_lyrics,
    operations.PERSONA: persona,
    operations.DOWNLOAD_URL: download_url,
    operations.UPLOAD_BASE64: upload,
    operations.UPLOAD_URL: upload_url,
    operations.UPLOAD_STREAM: upload,
    operations.CREDITS: credits,
}

urlpatterns = [path("engine/", include(serving.urls(memory, HANDLERS)))]
