"""A year of a busy team, written straight into the tables: entries, requests and takes by the hundred thousand."""

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from suno_web.accounts.models import Membership, Team, User
from suno_web.credits.models import Entry
from suno_web.studio.models import Generation, Project, Track

DAYS = 365
# What is asked for: operation, whether it has a model, credits, share of all requests.
WANTED = [("generate", True, "12", 60), ("extend", True, "12", 8), ("lyrics", False, "0.4", 14),
          ("wav", False, "0.4", 8), ("stems", False, "10", 6), ("mp4", False, "2", 4)]  # fmt: skip
MODELS = ["V5", "V5", "V5", "V4_5PLUS", "V4_5"]
MAKING_TAKES = {"generate", "extend"}
FAILED, GIVEN_BACK = 0.1, 0.02
BATCH = 50_000


class BusyTeam:
    """A team with so many members and projects, and its entries of the last year, today included."""

    def __init__(self, *, members: int = 200, projects: int = 50, seed: int = 7) -> None:
        self.pick = random.Random(seed)
        self.team = Team.objects.create(name="Harbour Sound", time_zone="Europe/Lisbon")
        self.members = User.objects.bulk_create(
            User(email=f"member{number}@example.com", name=f"Member {number}", password="!")
            for number in range(members)
        )
        Membership.objects.bulk_create(
            Membership(team=self.team, user=user, role="maker" if number else "admin")
            for number, user in enumerate(self.members)
        )
        self.projects = Project.objects.bulk_create(
            Project(team=self.team, name=f"Project {number}", created_by=self.members[0])
            for number in range(projects)
        )
        for number, project in enumerate(self.projects):
            project.members.add(*self.members[number % members :: projects])

    def fill(self, entries: int, *, days: int = DAYS, music: bool = True) -> None:
        """Write about so many entries, the oldest first; with `music` the requests and takes they are about too."""
        lines: list[tuple[Any, ...]] = []
        songs: list[tuple[Any, ...]] = []
        takes: list[tuple[Any, ...]] = []
        for request in self._requests(entries, days):
            lines += request.lines()
            if music:
                songs.append(request.song())
                takes += request.takes()
            if len(lines) >= BATCH:
                self._write(lines, songs, takes)
        self._write(lines, songs, takes)

    def _requests(self, entries: int, days: int) -> Iterator["Request"]:
        today = timezone.localdate(timezone=self.team.zone)
        midnight = datetime.combine(today - timedelta(days=days - 1), time.min, tzinfo=self.team.zone)
        number = int(entries / (2 + (1 - FAILED) * GIVEN_BACK))
        weights = [one[3] for one in WANTED]
        for count in range(number):
            at = midnight + timedelta(seconds=count * days * 86400 // number)
            yield Request(
                self.pick,
                self.team,
                self._member(),
                self._project(),
                at,
                *self.pick.choices(WANTED, weights)[0][:3],
            )

    def _member(self) -> int:
        # Some people make far more than others.
        return int(self.members[int(len(self.members) * self.pick.random() ** 2)].pk)

    def _project(self) -> UUID:
        return self.projects[int(len(self.projects) * self.pick.random() ** 1.5)].pk

    def _write(self, lines: list[Any], songs: list[Any], takes: list[Any]) -> None:
        with transaction.atomic():
            insert(Generation(project=self.projects[0], status="done"), Request.SONG, songs)
            insert(Track(generation=Generation(), take=1, tags="synthwave"), Request.TAKE, takes)
            insert(Entry(team=self.team, amount=0, day=timezone.localdate()), Request.LINE, lines)
        for rows in (lines, songs, takes):
            rows.clear()


class Request:
    """One request and what became of it."""

    LINE = (
        "kind",
        "amount",
        "cause",
        "member_id",
        "actor_id",
        "project",
        "operation",
        "model",
        "created_at",
        "day",
    )
    SONG = (
        "id",
        "project_id",
        "requested_by_id",
        "operation",
        "model",
        "status",
        "callback_token",
        "created_at",
        "finished_at",
    )
    TAKE = ("id", "generation_id", "take", "audio_id", "duration", "archived_at", "created_at")

    def __init__(self, pick: random.Random, team: Team, member: int, project: UUID, at: datetime, operation: str,
                 has_model: bool, price: str) -> None:  # fmt: skip
        self.pick, self.team, self.member, self.project = pick, team, member, project
        self.at, self.operation, self.price = at, operation, price
        self.model = pick.choice(MODELS) if has_model else ""
        self.id = UUID(int=pick.getrandbits(128), version=4)
        self.has_failed = pick.random() < FAILED

    def lines(self) -> list[tuple[Any, ...]]:
        kinds = ["hold", "refund" if self.has_failed else "settle"]
        if not self.has_failed and self.pick.random() < GIVEN_BACK:
            kinds.append("adjustment")
        day = self.at.date().isoformat()
        return [
            (kind, self.price, f"generation:{self.id}", self.member, self.member, self.project.hex, self.operation,
             self.model, stored(self.at), day)
            for kind in kinds
        ]  # fmt: skip

    def song(self) -> tuple[Any, ...]:
        state = "failed" if self.has_failed else "done"
        return (self.id.hex, self.project.hex, self.member, self.operation, self.model, state, self.id.hex,
                stored(self.at), stored(self.at))  # fmt: skip

    def takes(self) -> list[tuple[Any, ...]]:
        number = 2 if self.operation in MAKING_TAKES and not self.has_failed else 0
        return [
            (UUID(int=self.pick.getrandbits(128), version=4).hex, self.id.hex, take, f"a{take}",
             self.pick.uniform(60, 240), stored(self.at), stored(self.at))
            for take in range(1, number + 1)
        ]  # fmt: skip


def stored(at: datetime) -> Any:
    """A moment as the database keeps it."""
    return connection.ops.adapt_datetimefield_value(at)


def insert(like: Model, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Add rows that differ from a row in some columns only. Rows have the values of the columns, as they are kept."""
    same = {
        field.column: field.get_db_prep_save(field.pre_save(like, add=True), connection)
        for field in like._meta.concrete_fields
        if field.column not in columns
        and not (field.primary_key and field.get_internal_type() == "BigAutoField")
    }
    names = ", ".join(f'"{name}"' for name in (*columns, *same))
    places = ", ".join(["%s"] * (len(columns) + len(same)))
    values = [(*row, *same.values()) for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(f'INSERT INTO "{like._meta.db_table}" ({names}) VALUES ({places})', values)
