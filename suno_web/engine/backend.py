"""Who may ask the engine, how often, and how they pay; and everything it answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.db import transaction

from suno_web.engine import accounts, charging
from suno_web.engine.calls import music, processing, uploads, words
from suno_web.engine.models import Account, Charge
from suno_web.suno import operations, prices, schemas
from suno_web.suno.checks import Request
from suno_web.suno.operations import Operation


class EngineBackend:
    """serving.Backend over the engine's accounts."""

    def authenticate(self, key: str) -> Account | None:
        return accounts.authenticate(key)

    def allowed(self, account: Account, operation: Operation[Any, Any]) -> bool:
        return not operation.creates or charging.within_rate(account)

    @contextmanager
    def charge(
        self, account: Account, operation: Operation[Any, Any], request: Request
    ) -> Iterator[Charge | None]:
        price = prices.price(operation.price_of(request))
        if not price:
            yield None
        elif operation.callbacks:
            # The charge and the task it pays for are there together or not at all.
            with transaction.atomic():
                yield charging.take(account, price, operation=operation.name)
        else:
            # What is answered at once computes too long to hold the database for it.
            charge = charging.take(account, price, operation=operation.name)
            try:
                yield charge
            except BaseException:
                charging.give_back(charge)
                raise


def credits_left(account: Account, asked: schemas.Nothing) -> Decimal:
    """Credits the account may still spend."""
    return charging.left(account)


HANDLERS: dict[Operation[Any, Any], Any] = {
    **music.HANDLERS,
    **words.HANDLERS,
    **processing.HANDLERS,
    **uploads.HANDLERS,
    operations.CREDITS: credits_left,
}
