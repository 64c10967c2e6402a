"""The alerts page as it is shown, after whatever was done on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import render

from suno_web.accounts import mailing
from suno_web.accounts.models import Team
from suno_web.alerts import webhooks
from suno_web.alerts.models import Alert, Delivery, Webhook
from suno_web.http import MemberRequest
from suno_web.panel.alerts.forms import WebhookForm

MOST_ALERTS = 30
MOST_DELIVERIES = 20
Kind = Alert.Kind
TONES = {
    Kind.BUDGET_80: "warning",
    Kind.POOL_80: "warning",
    Kind.BALANCE_LOW: "warning",
    Kind.RECONCILIATION: "warning",
    Kind.BUDGET_100: "bad",
    Kind.POOL_100: "bad",
    Kind.BOOKS: "bad",
    Kind.PROVIDER_DOWN: "bad",
    Kind.PROVIDER_UP: "good",
}
ICONS = {"": "bell", "good": "circle-check", "warning": "triangle-alert", "bad": "circle-alert"}


@dataclass(frozen=True)
class State:
    """How far something on its way is: a word, its tone, what went wrong, and whether it can be sent again."""

    word: str
    tone: str = ""
    problem: str = ""
    again: bool = False


@dataclass(frozen=True)
class Sent:
    delivery: Delivery
    state: State


@dataclass(frozen=True)
class Row:
    """An alert, who it was mailed to and how that went, and its way to each webhook."""

    alert: Alert
    tone: str
    people: str
    mail: State
    sent: Sequence[Sent]

    @property
    def icon(self) -> str:
        return ICONS[self.tone]

    @property
    def css(self) -> str:
        return f"tone {self.tone}".strip()


@dataclass(frozen=True)
class Hook:
    """A webhook, the host it is at, and how its last delivery went."""

    webhook: Webhook
    host: str
    last: Sent | None


def rendered(request: MemberRequest, *, form: WebhookForm | None = None) -> HttpResponse:
    """The page; form: a webhook to add that was filled in."""
    found = Alert.objects.filter(team=request.team).prefetch_related("people", "deliveries__webhook")
    older = request.GET.get("older", "")
    if older.isdecimal():
        found = found.filter(pk__lt=min(int(older), 2**62))
    alerts = list(found[: MOST_ALERTS + 1])
    context = {
        "section": "alerts",
        "form": form or WebhookForm(),
        "hooks": _hooks(request.team),
        "rows": [_row(alert) for alert in alerts[:MOST_ALERTS]],
        "older": alerts[MOST_ALERTS - 1].pk if len(alerts) > MOST_ALERTS else None,
        "is_first": not older,
        "can_mail": mailing.can_mail(),
        "mail_from": settings.DEFAULT_FROM_EMAIL,
    }
    return render(request, "panel/alerts.html", context)


def webhook(request: MemberRequest, hook: Webhook, form: WebhookForm) -> HttpResponse:
    """The page of one webhook: what it is, and what was sent there."""
    deliveries = hook.deliveries.select_related("alert")[:MOST_DELIVERIES]
    context: dict[str, Any] = {
        "section": "alerts",
        "form": form,
        "hook": hook,
        "host": webhooks.host(hook),
        "sample": webhooks.sample(hook),
        "sent": [Sent(one, _state(one)) for one in deliveries],
    }
    return render(request, "panel/alerts_webhook.html", context)


def _hooks(team: Team) -> list[Hook]:
    newest = Delivery.objects.filter(webhook=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    hooks: QuerySet[Webhook] = Webhook.objects.filter(team=team)
    found = list(hooks.annotate(newest=Subquery(newest)))
    last = Delivery.objects.in_bulk([hook.newest for hook in found if hook.newest])
    return [
        Hook(
            hook,
            webhooks.host(hook),
            Sent(last[hook.newest], _state(last[hook.newest])) if hook.newest else None,
        )
        for hook in found
    ]


def _row(alert: Alert) -> Row:
    return Row(
        alert=alert,
        tone=TONES.get(Kind(alert.kind), ""),
        people=", ".join(str(person) for person in alert.people.all()),
        mail=_mail(alert),
        sent=[Sent(one, _state(one)) for one in alert.deliveries.all()],
    )


def _mail(alert: Alert) -> State:
    if alert.mailed_at:
        return State("mailed", "good")
    if alert.mail_due_at:
        return State("tried again soon", "warning") if alert.mail_attempts > 1 else State("on its way")
    if not alert.people.all():
        return State("nobody to mail")
    return State("not mailed", "bad" if alert.mail_attempts else "", again=mailing.can_mail())


def _state(delivery: Delivery) -> State:
    if delivery.delivered_at:
        return State("delivered", "good", again=True)
    if delivery.due_at:
        word = "tried again soon" if delivery.problem else "on its way"
        return State(word, "warning" if delivery.problem else "", delivery.problem)
    return State("not delivered", "bad", delivery.problem, again=True)
