"""Other people's programs that hear of alerts: kept, tried out, and what is sent to them."""

from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from suno_web.accounts import addresses, audit
from suno_web.accounts.models import Team, User
from suno_web.alerts.models import Alert, Delivery, Webhook
from suno_web.suno import callbacks

SECRETS = ("url", "secret")


@transaction.atomic
def add(team: Team, *, by: User, **values: Any) -> Webhook:
    """Have alerts sent to an address from now on."""
    hook = Webhook.objects.create(team=team, created_by=by, **values)
    audit.record(team, "webhook.add", by=by, subject=hook.name, after=_facts(hook))
    return hook


@transaction.atomic
def change(hook: Webhook, *, by: User, **values: Any) -> None:
    """Change these values of a webhook."""
    stored = Webhook.objects.get(pk=hook.pk)
    before = _facts(stored)
    for name, value in values.items():
        setattr(hook, name, value)
    hook.save(update_fields=list(values))
    after = _facts(hook)
    for name in SECRETS:
        if getattr(hook, name) != getattr(stored, name):
            after[name] = f"{audit.MASK} (another)" if getattr(hook, name) else ""
    audit.record(hook.team, "webhook.change", by=by, subject=hook.name, before=before, after=after)


@transaction.atomic
def remove(hook: Webhook, *, by: User) -> None:
    """Send nothing there any more; what was on its way goes with it."""
    audit.record(hook.team, "webhook.remove", by=by, subject=hook.name, before=_facts(hook))
    hook.delete()


def test(hook: Webhook) -> Delivery:
    """Have a message sent that says it is a test, whether the webhook is on or not."""
    return Delivery.objects.create(webhook=hook)


def sample(hook: Webhook) -> dict[str, Any]:
    """What a test would post, to show people who write a receiver."""
    return body(Delivery(pk=1, webhook=hook))


def host(hook: Webhook) -> str:
    """As much of the address as a page may show."""
    return urlsplit(hook.url).hostname or ""


def body(delivery: Delivery) -> dict[str, Any]:
    """What is posted, in the webhook's format."""
    told = _told(delivery)
    return _slack(told) if delivery.webhook.style == Webhook.Style.SLACK else told


def headers(delivery: Delivery) -> dict[str, str]:
    """The signature over the id of what is posted, as the contract's callbacks have it; none without a secret.

    Chats check none: their message has no id, and who knows their address may write.
    """
    hook = delivery.webhook
    signs = hook.secret and hook.style == Webhook.Style.JSON
    return callbacks.headers(hook.secret, identity(delivery)) if signs else {}


def identity(delivery: Delivery) -> str:
    """What a receiver knows it by: the same for every attempt, and for every webhook that hears of an alert."""
    return f"alert-{delivery.alert_id}" if delivery.alert_id else f"test-{delivery.pk}"


def _told(delivery: Delivery) -> dict[str, Any]:
    """The message as JSON: event, team, title, text, url, at (ISO 8601, UTC), id."""
    alert = delivery.alert or Alert(
        kind="test",
        title="A test from Suno Web",
        text=f"If you can read this, “{delivery.webhook.name}” works.",
        created_at=timezone.now(),
    )
    return {
        "event": str(alert.kind),
        "team": delivery.webhook.team.name,
        "title": alert.title,
        "text": alert.text,
        "url": addresses.public(alert.path) if alert.path else "",
        "at": alert.created_at.isoformat(timespec="seconds"),
        "id": identity(delivery),
    }


def _slack(told: dict[str, Any]) -> dict[str, Any]:
    # A line break or a star in the title would end its bold type.
    lines = [f"*{_escaped(' '.join(told['title'].replace('*', ' ').split()))}*"]
    link = f"<{_escaped(told['url'])}|Open>" if told["url"] else ""
    if rest := " ".join(part for part in (_escaped(told["text"]), link) if part):
        lines.append(rest)
    return {"text": "\n".join(lines)}


def _escaped(text: str) -> str:
    """Slack reads <…> as links and calls to everybody, unless these three are written as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _facts(hook: Webhook) -> dict[str, Any]:
    """What the audit log may know of a webhook."""
    return {
        "name": hook.name,
        "format": hook.style,
        "address": host(hook),
        "url": audit.MASK if hook.url else "",
        "secret": audit.MASK if hook.secret else "",
        "kinds": hook.kinds,
        "is_on": hook.is_on,
    }
