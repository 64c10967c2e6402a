"""Taking and giving back an account's credits. Races are settled by conditional UPDATEs."""

import datetime
import uuid
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from suno_web.engine.models import Account, Charge, Task
from suno_web.suno import errors

RATE, RATE_SECONDS = 20, 10


def left(account: Account) -> Decimal:
    """Credits the account may still spend this month."""
    account.refresh_from_db()
    spent = account.spent if account.month == _month(timezone.now()) else Decimal(0)
    return max(account.allowance - spent, Decimal(0))


def within_rate(account: Account) -> bool:
    """Whether the account may start something now: no more than 20 in 10 seconds, paid for or free."""
    since = timezone.now() - datetime.timedelta(seconds=RATE_SECONDS)
    paid = Charge.objects.filter(account=account, kind=Charge.Kind.CHARGE, created_at__gt=since)
    free = Task.objects.filter(account=account, price=0, created_at__gt=since)
    return paid.count() + free.count() < RATE


@transaction.atomic
def take(account: Account, price: Decimal, *, operation: str) -> Charge:
    """Charge a call. Raises OutOfCredits and takes nothing when too little is left."""
    now = timezone.now()
    row = Account.objects.filter(pk=account.pk)
    row.exclude(month=_month(now)).update(month=_month(now), spent=0)
    if not row.filter(spent__lte=F("allowance") - price).update(spent=F("spent") + price):
        raise errors.OutOfCredits
    return Charge.objects.create(
        account=account,
        kind=Charge.Kind.CHARGE,
        amount=price,
        operation=operation,
        reference=f"{operation}:{uuid.uuid4().hex}",
        created_at=now,
    )


def give_back_task(task: Task) -> None:
    """Give back what a task was charged, once however often it is asked."""
    if task.price:
        _give_back(task.account_id, task.price, task.operation, task.reference, task.created_at)


def give_back(charge: Charge) -> None:
    """Undo a charge, once however often it is asked."""
    _give_back(charge.account_id, charge.amount, charge.operation, charge.reference, charge.created_at)


@transaction.atomic
def _give_back(
    account_id: int, amount: Decimal, operation: str, reference: str, charged_at: datetime.datetime
) -> None:
    _, is_new = Charge.objects.get_or_create(
        kind=Charge.Kind.REFUND,
        reference=reference,
        defaults={"account_id": account_id, "amount": amount, "operation": operation},
    )
    if is_new:
        # A charge of an earlier month is not in `spent` any more.
        charged = Account.objects.filter(pk=account_id, month=_month(charged_at), spent__gte=amount)
        charged.update(spent=F("spent") - amount)


def _month(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).strftime("%Y-%m")
