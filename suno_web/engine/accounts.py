"""Who a key belongs to. The key in the settings has an account of its own, made when it is first used."""

import hashlib
import hmac
from decimal import Decimal

from django.conf import settings

from suno_web.engine.models import Account

# Far more than one machine can render in a month: the studio's own credits decide what a team may spend.
EMBEDDED_ALLOWANCE = Decimal(100_000)


def authenticate(key: str) -> Account | None:
    """The account of a key, or None."""
    if found := Account.objects.filter(key_digest=digest(key)).first():
        return found
    if key and hmac.compare_digest(key.encode(), settings.ENGINE_KEY.encode()):
        return _embedded(digest(key))
    return None


def digest(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def _embedded(key_digest: str) -> Account:
    """The account of the configured key. It keeps its balance when the key changes."""
    made = {"key_digest": key_digest, "allowance": EMBEDDED_ALLOWANCE}
    account, _ = Account.objects.update_or_create(
        name="embedded", defaults={"key_digest": key_digest}, create_defaults=made
    )
    return account
