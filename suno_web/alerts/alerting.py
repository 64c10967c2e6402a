"""Tell people something once: written down where it happened, mailed and sent on afterwards."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from suno_web.accounts import mailing
from suno_web.accounts.models import Membership, Team, User
from suno_web.alerts.models import Alert, Delivery, Webhook


@transaction.atomic
def tell(
    team: Team,
    kind: str,
    *,
    key: str,
    title: str,
    text: str = "",
    path: str = "",
    people: Iterable[User] = (),
) -> Alert | None:
    """Write an alert down for mail and webhooks; call it in the transaction of what happened. None if told before.

    kind: an Alert.Kind. key: what it is about; a team is told each key once. path: the page to go to.
    people: who gets a mail; without any, the team's admins.
    """
    alert, is_new = Alert.objects.get_or_create(
        team=team,
        key=key[:120],
        defaults={
            "kind": Alert.Kind(kind),
            "title": title[:160],
            "text": text,
            "path": path[:300],
            # Without a mail server it is not owed either: one set up next week must not send last month's news.
            "mail_due_at": timezone.now() if mailing.can_mail() else None,
        },
    )
    if not is_new:
        return None
    alert.people.set(list(people) or admins(team))
    hooks = [hook for hook in Webhook.objects.filter(team=team, is_on=True) if alert.kind in hook.kinds]
    Delivery.objects.bulk_create([Delivery(webhook=hook, alert=alert) for hook in hooks])
    return alert


def admins(team: Team) -> list[User]:
    """Who governs the team and can log in."""
    places = Membership.objects.filter(team=team, role=Membership.Role.ADMIN, user__is_active=True)
    return [place.user for place in places.select_related("user").order_by("pk")]
