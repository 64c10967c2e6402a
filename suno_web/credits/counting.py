"""What is counted in each month of a budget: opened when the month begins, guarded at a hold, lowered at a give-back.

What writes here is called with the team's pool locked, so that months open once and in sequence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from suno_web.accounts.models import Team
from suno_web.credits import months
from suno_web.credits.amounts import cents
from suno_web.credits.models import Budget, BudgetMonth, Entry, Raise

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Standing:
    """Where a budget stands in a month: all in credits. name: whose it is, where somebody looked it up.

    amount: what the month has of itself, None for no limit. is_open: whether the month has a row yet. is_default: the
    budget is what everybody has; then `budget` may not be saved yet.
    """

    budget: Budget
    month: str
    amount: Decimal | None
    carried: Decimal
    raised: Decimal
    used: Decimal
    resets_at: datetime
    warned: int = 0
    is_open: bool = True
    is_default: bool = False
    name: str = ""

    @property
    def whose(self) -> str:
        return "member" if self.budget.member_id else "project"

    @property
    def limit(self) -> Decimal | None:
        """What may be used in this month as things are now. None: no limit."""
        return None if self.amount is None else self.amount + self.carried + self.raised

    @property
    def left(self) -> Decimal | None:
        return None if self.limit is None else max(NOTHING, self.limit - self.used)

    @property
    def percent(self) -> int:
        """How much is used, 0 to 100; 100 only when nothing is left."""
        if self.limit is None:
            return 0
        return 100 if not self.left else int(100 * self.used / self.limit)


def stand(team: Team, budgets: Sequence[Budget], *, day: date | None = None) -> list[Standing]:
    """Where budgets of a team stand in the month of a day, else now, in their order: three queries at most.

    Months that are not open stay so.
    """
    month, resets_at = months.of(day) if day else months.current(team), months.end(team)
    kept = [budget.pk for budget in budgets if budget.pk]
    rows = {row.budget_id: row for row in BudgetMonth.objects.filter(budget__in=kept, month=month)}
    if missing := [key for key in kept if key not in rows]:
        newest = BudgetMonth.objects.filter(budget=OuterRef("budget"), month__lt=month).order_by("-month")
        before = BudgetMonth.objects.filter(budget__in=missing, month=Subquery(newest.values("month")[:1]))
        rows |= {row.budget_id: row for row in before}
    raised = _raised(kept)
    return [
        _standing(one, rows.get(one.pk), month, raised.get(one.pk, NOTHING), resets_at) for one in budgets
    ]


def _raised(budgets: Sequence[int]) -> dict[int, Decimal]:
    """The raises of budgets that are in force now."""
    now, sums = timezone.now(), dict[int, Decimal]()
    in_force = Raise.objects.filter(budget__in=budgets, starts_at__lte=now, ends_at__gt=now).order_by()
    for budget, amount in in_force.values_list("budget_id", "amount"):
        sums[budget] = sums.get(budget, NOTHING) + amount
    return sums


def _standing(
    budget: Budget, row: BudgetMonth | None, month: str, raised: Decimal, resets_at: datetime
) -> Standing:
    if row and row.month == month:
        return Standing(budget, month, row.amount, row.carried, raised, row.used, resets_at, row.warned)
    carried = NOTHING
    while row and row.month < month:
        row = _following(budget, row)
        carried = row.carried
    return Standing(budget, month, budget.amount, carried, raised, NOTHING, resets_at, is_open=False)


def _following(budget: Budget, row: BudgetMonth) -> BudgetMonth:
    """The month after a budget's month as it begins, not saved."""
    carried = left_of(row) if budget.rolls_over else NOTHING
    return BudgetMonth(budget=budget, month=months.after(row.month), amount=budget.amount, carried=carried)


def left_of(row: BudgetMonth) -> Decimal:
    """What a month leaves to be carried over. Raises are for their time, so they are not counted."""
    return NOTHING if row.amount is None else max(NOTHING, row.amount + row.carried - row.used)


def open_month(budget: Budget, month: str) -> BudgetMonth:
    """The row of a budget's month, made when it is new. Months without a request are made on the way if they carry."""
    if row := BudgetMonth.objects.filter(budget=budget, month=month).first():
        return row
    last = BudgetMonth.objects.filter(budget=budget, month__lt=month).order_by("-month").first()
    opened = BudgetMonth(budget=budget, month=month, amount=budget.amount)
    while last and budget.rolls_over and last.month < month:
        opened = last = _opened(_following(budget, last))
    return opened if opened.pk else _opened(opened)


def _opened(row: BudgetMonth) -> BudgetMonth:
    row.used = used_in(row.budget, row.month)
    row.save(force_insert=True)
    return row


def used_in(budget: Budget, month: str) -> Decimal:
    """What the entries say was held in a month and not given back."""
    of = {"member": budget.member_id} if budget.member_id else {"project": budget.project}
    kept = _kept_holds(budget.team_id, month).filter(**of)
    return cents(kept.aggregate(sum=Sum("amount"))["sum"])


def used_by_members(team: Team, members: Sequence[int | None]) -> dict[int | None, Decimal]:
    """The same for members this month, whether they have a budget or not: one query."""
    kept = _kept_holds(team.pk, months.current(team)).filter(member__in=members).order_by()
    return {member: cents(amount) for member, amount in kept.values_list("member").annotate(Sum("amount"))}


def _kept_holds(team_id: UUID, month: str) -> QuerySet[Entry]:
    """The holds of a month that were not given back."""
    returned = Entry.objects.filter(
        cause=OuterRef("cause"), kind__in=[Entry.Kind.REFUND, Entry.Kind.ADJUSTMENT]
    )
    return Entry.objects.filter(
        ~Exists(returned),
        team=team_id,
        kind=Entry.Kind.HOLD,
        day__gte=months.first_day(month),
        day__lt=months.first_day(months.after(month)),
    )


# Built by the ORM this takes longer than all else that a hold does, while others wait for the pool's row. SQLite keeps
# decimals as floating point: both sides are rounded to the hundredth before they are compared.
GUARD = """
UPDATE credits_budgetmonth SET used = ROUND(used + %s, 2)
WHERE budget_id = %s AND month = %s AND (amount IS NULL OR ROUND(used + %s, 2) <= ROUND(
    amount + carried + COALESCE((
        SELECT SUM(credits_raise.amount) FROM credits_raise
        WHERE credits_raise.budget_id = credits_budgetmonth.budget_id AND starts_at <= %s AND ends_at > %s
    ), 0), 2))
RETURNING used, amount + carried
"""


def add(budget: Budget, month: str, amount: Decimal) -> float | None:
    """Count a hold if the limit allows it now: one UPDATE, so that of two at once the second sees the first.

    How much of the month, without raises, is used then: 0 to 1, and 0 without a limit; None when it is too much.
    """
    if (share := _counted(budget, month, amount)) is None and not budget.months.filter(month=month).exists():
        open_month(budget, month)
        share = _counted(budget, month, amount)
    return share


def _counted(budget: Budget, month: str, amount: Decimal) -> float | None:
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(GUARD, [amount, budget.pk, month, amount, now, now])
        row = cursor.fetchone()
    if row is None:
        return None
    used, limit = row
    return 0.0 if limit is None else float(used) / float(limit) if limit else 1.0


def take_back(held: Entry) -> None:
    """Lower the month that a hold was counted in: by its own day, however late it is given back."""
    whose = Q(budget__project=held.project) if held.project else Q(pk__in=[])
    if held.member_id:
        whose |= Q(budget__member=held.member_id)
    month = months.of(held.day)
    rows = BudgetMonth.objects.filter(whose, budget__team=held.team_id, month=month)
    for row in rows.select_related("budget").order_by("pk"):
        left = left_of(row)
        row.used = max(NOTHING, row.used - held.amount)
        row.save(update_fields=["used"])
        _carry(row, left_of(row) - left)


def _carry(row: BudgetMonth, more: Decimal) -> None:
    """Let the months after a month have what it left later than they began."""
    following = BudgetMonth.objects.filter(budget=row.budget_id, month=months.after(row.month)).first()
    while more and row.budget.rolls_over and following:
        left = left_of(following)
        following.carried += more
        following.save(update_fields=["carried"])
        more = left_of(following) - left
        following = BudgetMonth.objects.filter(
            budget=row.budget_id, month=months.after(following.month)
        ).first()
