"""What money costs in a busy team: reading the balance, holding under many writers, proving the books.

    .venv/bin/python -m benchmarks.ledger

Writes a million entries of 200 members in 50 projects, all with budgets; takes some minutes.
"""

import multiprocessing
import os
import random
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from statistics import median, quantiles
from uuid import uuid4

import django

import tests.environment  # noqa: F401 - data of its own, before Django looks for any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "suno_web.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Sum  # noqa: E402

from benchmarks.ledger_data import BusyTeam  # noqa: E402
from suno_web.accounts.models import Team, User  # noqa: E402
from suno_web.credits import amounts, book, budgets, checking, counting, ledger, months, pools  # noqa: E402
from suno_web.credits.models import Budget, Entry, Pool  # noqa: E402
from suno_web.studio.models import Project  # noqa: E402

ENTRIES, RUNS, WRITERS, HOLDS = 1_000_000, 200, 8, 100
BALANCE_MS, HOLD_MS = 5, 10
ENOUGH = Decimal(50_000_000)


def main(entries: int = ENTRIES) -> None:
    team = prepare(entries)
    told("balance", times(lambda: ledger.balance(team)), BALANCE_MS)
    member, project = User.objects.first(), Project.objects.first()
    assert member
    assert project
    told("tightest of three", times(lambda: budgets.tightest(team, member=member, project=project.pk)), None)
    told("standings of 200 members", times(lambda: budgets.of_members(team), 9), None)
    connection.close()
    with multiprocessing.get_context("fork").Pool(1) as pool:
        told("hold, one writer", pool.map(write, [0])[0], None)
    with multiprocessing.get_context("fork").Pool(WRITERS) as pool:
        began = time.perf_counter()
        took = [one for writer in pool.map(write, range(WRITERS), chunksize=1) for one in writer]
        each = (time.perf_counter() - began) / len(took)
    told(f"hold, {WRITERS} writers", took, HOLD_MS)
    print(f"{'':<26} {1 / each:9.0f} holds a second in all")
    began = time.perf_counter()
    found = checking.differences(team)
    print(f"{'proof of the books':<26} {time.perf_counter() - began:9.1f} s, {len(found)} differences")
    assert not found, found


def prepare(entries: int) -> Team:
    """A year of entries, a budget for everybody with its twelve months, and a pool that agrees with it all."""
    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    busy = BusyTeam()
    busy.fill(entries, music=False)
    team = busy.team
    first = Entry.objects.earliest("day").day
    with transaction.atomic():
        book.enter(team, Entry.Kind.GRANT, ENOUGH, "benchmark")
        for whose in [{"member": one} for one in busy.members] + [
            {"project": one.pk} for one in busy.projects
        ]:
            budget = Budget.objects.create(team=team, amount=ENOUGH, **whose)
            month = months.of(first)
            while month <= months.current(team):
                counting.open_month(budget, month)
                month = months.after(month)
        in_step(team)
    print(
        f"{Entry.objects.count():,} entries and their budgets written in {time.perf_counter() - began:.0f} s"
    )
    return team


def in_step(team: Team) -> None:
    """Make the pool of entries that were written past the ledger."""
    rows = Entry.objects.order_by().values_list("kind").annotate(Sum("amount"))
    sums = {kind: amounts.cents(amount) for kind, amount in rows}
    gone = sums["hold"] - sums["refund"] - sums["adjustment"]
    month = months.current(team)
    spent = pools.spent_in(Entry.objects.all(), month)
    Pool.objects.create(
        team=team, available=sums["grant"] - gone, allowance=ENOUGH, month=month, spent=spent, held=0
    )


def write(number: int) -> list[float]:
    """Milliseconds that each of many holds takes in this process, for members and projects as they come."""
    connection.close()
    pick, team = random.Random(number), Team.objects.get()
    members, projects = list(User.objects.all()), list(Project.objects.values_list("pk", flat=True))
    wanted = [(pick.choice(members), pick.choice(projects)) for _ in range(HOLDS)]

    def hold() -> object:
        member, project = wanted.pop()
        return ledger.hold(team, Decimal(12), cause=f"benchmark:{uuid4()}", by=member, project=project)

    return times(hold, HOLDS)


def times(work: Callable[[], object], runs: int = RUNS) -> list[float]:
    """Milliseconds of each run."""
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return took


def told(what: str, took: list[float], goal_ms: float | None) -> None:
    middle, late = median(took), quantiles(took, n=20)[-1]
    goal = "" if goal_ms is None else f"   goal {goal_ms} ms {'met' if middle <= goal_ms else 'MISSED'}"
    print(f"{what:<26} {middle:9.2f} ms median {late:9.2f} ms in 19 of 20{goal}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES)
