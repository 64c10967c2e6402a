"""Whatever happens in whatever order, alone or at the same moment: the books add up and no limit is slipped past."""

import os
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from suno_web.accounts.models import Team
from suno_web.credits import budgets, ledger
from suno_web.credits.models import Budget, Entry, Pool, Raise
from tests.conftest import person
from tests.credits.racing import end, hold

# A database server answers more slowly than a file.
EXAMPLES = 4 if os.environ.get("DATABASE_URL") else 8
AMOUNTS = st.sampled_from(["0", "0.4", "2.5", "10", "12", "50", "110"])
LIMITS = st.sampled_from([None, "0", "0.8", "30", "60", "250"])
WHO, WHERE = st.integers(0, 2), st.integers(0, 2)
ENDS = st.sampled_from(["settle", "settle", "refund", "give_back"])


class Studio(RuleBasedStateMachine):
    """Three members and two projects of a team. `racers` and `set_clock` come from the test that runs it."""

    def __init__(self) -> None:
        super().__init__()
        self.causes: list[str] = []

    @initialize()
    def begin(self) -> None:
        self.go_to(datetime(2026, 10, 20, 12, tzinfo=UTC))
        self.team = Team.objects.create(name="Machine", time_zone="Europe/Lisbon")
        self.members = [person(f"m{uuid4().hex}", self.team, role) for role in ("admin", "maker", "maker")]
        self.projects = [uuid4(), uuid4(), None]
        ledger.follow_allowance(self.team, Decimal(300))

    def go_to(self, now: datetime) -> None:
        self.now = now
        self.set_clock(now)

    def wish(self, amount: str, who: int, where: int) -> dict:
        self.causes.append(f"machine:{uuid4()}")
        return {
            "team": str(self.team.pk),
            "by": self.members[who].pk,
            "amount": amount,
            "cause": self.causes[-1],
            "project": self.projects[where],
        }

    def judge(self, wishes: list[dict], answers: list[str]) -> None:
        """What was held is within every limit, and what was refused would not have fitted."""
        for wish, answer in zip(wishes, answers, strict=True):
            # What costs nothing is held where nothing is left, and where a limit was set below what is used.
            if answer == "held" and Decimal(wish["amount"]):
                standings = [self.standing(member=wish["by"]), self.standing(project=wish["project"])]
                assert all(one is None or one.limit is None or one.used <= one.limit for one in standings)
                assert Pool.objects.get(team=self.team).available >= 0
            elif answer != "held":
                whose = {"member": {"member": wish["by"]}, "project": {"project": wish["project"]}}
                left = (
                    Pool.objects.get(team=self.team).available
                    if answer == "team"
                    else self.standing(**whose[answer]).left
                )
                assert left < Decimal(wish["amount"])

    def standing(self, **whose):
        budget = Budget.objects.filter(team=self.team, **whose).first() if any(whose.values()) else None
        return budget and budgets.standing(budget)

    @rule(amount=AMOUNTS, who=WHO, where=WHERE)
    def hold(self, amount, who, where):
        wish = self.wish(amount, who, where)
        self.judge([wish], [hold(**wish)])

    @rule(amounts=st.lists(AMOUNTS, min_size=4, max_size=16), who=WHO, where=WHERE)
    def hold_many_at_once(self, amounts, who, where):
        wishes = [self.wish(amount, (who + number) % 2, where) for number, amount in enumerate(amounts)]
        jobs = [{"do": "hold", "now": self.now, **wish} for wish in wishes]
        came = self.racers.run([jobs[number::4] for number in range(4)])
        answers = [came[number % 4][number // 4] for number in range(len(jobs))]
        # Of what was refused nothing is known but that it was too much then: only more was held since.
        self.judge(wishes, answers)

    @rule(kind=ENDS, which=st.integers(0, 50))
    def end(self, kind, which):
        if self.causes:
            end(kind, self.causes[which % len(self.causes)])

    @rule(kinds=st.lists(ENDS, min_size=4, max_size=4), which=st.integers(0, 50))
    def end_at_once(self, kinds, which):
        some = self.causes[which % len(self.causes) :][:5] if self.causes else []
        self.racers.run(
            [[{"do": "end", "kind": kind, "cause": one, "now": self.now} for one in some] for kind in kinds]
        )

    @rule(who=WHO, limit=LIMITS, rolls_over=st.booleans())
    def set_members_budget(self, who, limit, rolls_over):
        self.set_budget(limit, rolls_over, member=self.members[who])

    @rule(where=st.integers(0, 1), limit=LIMITS, rolls_over=st.booleans())
    def set_projects_budget(self, where, limit, rolls_over):
        self.set_budget(limit, rolls_over, project=self.projects[where])

    def set_budget(self, limit, rolls_over, **whose):
        amount = None if limit is None else Decimal(limit)
        budgets.set_amount(self.team, amount=amount, rolls_over=rolls_over, by=self.members[0], **whose)

    @rule(which=st.integers(0, 5), amount=st.sampled_from(["1", "20"]), days=st.integers(1, 40))
    def raise_a_budget(self, which, amount, days):
        limited = Budget.objects.filter(team=self.team, amount__isnull=False)
        if limited:
            budget = limited[which % len(limited)]
            until = self.now + timedelta(days=days)
            budgets.give_raise(budget, Decimal(amount), until=until, by=self.members[0])

    @rule()
    def end_a_raise(self):
        if given := Raise.objects.filter(budget__team=self.team).first():
            budgets.end_raise(given, by=self.members[0])

    @rule(days=st.sampled_from([1, 12, 31, 70]))
    def time_passes(self, days):
        self.go_to(self.now + timedelta(days=days))

    @rule()
    def the_clock_is_set_back(self):
        self.go_to(self.now - timedelta(days=20))

    @rule(allowance=st.sampled_from(["0", "100", "300"]))
    def change_the_allowance(self, allowance):
        ledger.follow_allowance(self.team, Decimal(allowance), by=self.members[0])

    @rule(left=st.sampled_from(["0", "40.5", "500"]))
    def follow_a_provider(self, left):
        ledger.follow_provider(self.team, Decimal(left), not_yet_charged=Decimal(0))

    @rule(amount=st.sampled_from(["5", "100"]))
    def grant_more(self, amount):
        if ledger.pool_of(self.team).allowance is not None:
            ledger.grant(self.team, Decimal(amount), by=self.members[0], note="more")

    @invariant()
    def books_add_up(self):
        if hasattr(self, "team"):
            found = ledger.differences(self.team)
            # A request that runs across months is no matter here.
            assert [said for said in found if "held for more than" not in said] == []
            assert not Entry.objects.filter(team=self.team, amount__lt=0).exclude(kind="adjustment").exists()


def test_books_add_up_and_limits_hold_whatever_happens(racers, monkeypatch):
    Studio.racers = racers
    Studio.set_clock = staticmethod(lambda now: monkeypatch.setattr(timezone, "now", lambda: now))
    profile = settings(
        max_examples=EXAMPLES,
        stateful_step_count=20,
        deadline=None,
        database=None,
        # Made smaller, what failed would be read more easily, but each try takes a second.
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Studio, settings=profile)
