"""The smallest server of the contract, in dictionaries. Also a Django URL configuration."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.urls import include, path

from suno_web.suno import errors, operations, prices, serving
from suno_web.suno.checks import Request
from suno_web.suno.operations import Operation
from suno_web.suno.schemas import (
    AudioQuery,
    BoostedStyle,
    GenerateRequest,
    LyricsRequest,
    MusicRecord,
    MusicResponse,
    Nothing,
    StyleRequest,
    TaskCreated,
    TaskQuery,
    TimestampedLyrics,
    Track,
)


@dataclass
class Account:
    credits: Decimal = Decimal(100)
    requests_left: int = 100
    tasks: dict[str, GenerateRequest | LyricsRequest] = field(default_factory=dict)


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
        price = prices.price(operation.price)
        if account.credits < price:
            raise errors.OutOfCredits
        account.credits -= price
        try:
            yield
        except Exception:
            account.credits += price
            raise


def generate(account: Account, song: GenerateRequest) -> TaskCreated:
    memory.log.append("create")
    if song.prompt == "crash":
        raise RuntimeError("the secret is 12345")
    if song.prompt == "refuse":
        raise errors.Refused("Section is too short", code=422)
    if song.prompt == "unwritable":
        return TaskCreated(task_id="t", bad=object())
    task_id = f"{len(account.tasks):032x}"
    account.tasks[task_id] = song
    return TaskCreated(task_id=task_id)


def music_record(account: Account, query: TaskQuery) -> MusicRecord | None:
    if query.task_id not in account.tasks:
        return None
    response = MusicResponse(
        task_id=query.task_id, suno_data=[Track(id="a1", title="Low Tide", duration=181.2)]
    )
    return MusicRecord(task_id=query.task_id, status="TEXT_SUCCESS", response=response)


def boost_style(account: Account, wish: StyleRequest) -> BoostedStyle:
    return BoostedStyle(task_id="t", param=wish.content, result="warm", credits_consumed=0.4, error_msg="")


def timestamped_lyrics(account: Account, query: AudioQuery) -> TimestampedLyrics:
    raise errors.NotFound("Record does not exist")


def credits(account: Account, query: Nothing) -> Decimal:
    return account.credits


memory = Memory()

urlpatterns = [
    path(
        "engine/",
        include(
            serving.urls(
                memory,
                {
                    operations.GENERATE: generate,
                    operations.MUSIC_RECORD: music_record,
                    operations.BOOST_STYLE: boost_style,
                    operations.TIMESTAMPED_LYRICS: timestamped_lyrics,
                    operations.CREDITS: credits,
                },
            )
        ),
    )
]
