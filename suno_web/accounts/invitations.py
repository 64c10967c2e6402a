"""Offering people a place in the team, by a link."""

from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from suno_web.accounts import addresses, tokens
from suno_web.accounts.models import Invitation, Membership, Team, User

LIFETIME = timedelta(days=7)


class InvitationClosed(Exception):
    """The invitation was accepted, revoked or has expired, perhaps a moment ago."""


class AlreadyMember(Exception):
    """The address belongs to somebody who is in the team."""


@transaction.atomic
def invite(team: Team, *, email: str, role: str, by: User) -> tuple[Invitation, str]:
    """Offer a place and return the invitation with its token. Inviting again replaces the link.

    Raises AlreadyMember.
    """
    email = email.lower()
    if Membership.objects.filter(team=team, user__email__iexact=email).exists():
        raise AlreadyMember
    token = tokens.new()
    invitation, _ = Invitation.objects.update_or_create(
        team=team,
        email=email,
        accepted_at=None,
        revoked_at=None,
        defaults={"role": role, "invited_by": by, **_fresh(token)},
    )
    return invitation, token


def renew(invitation: Invitation) -> str:
    """A new token for another week; the old link stops working. Raises InvitationClosed."""
    token = tokens.new()
    if not Invitation.objects.open().filter(pk=invitation.pk).update(**_fresh(token)):
        raise InvitationClosed
    invitation.refresh_from_db()
    return token


def revoke(invitation: Invitation) -> None:
    """Close the offer. Raises InvitationClosed when it was accepted or revoked before."""
    if not Invitation.objects.open().filter(pk=invitation.pk).update(revoked_at=timezone.now()):
        raise InvitationClosed


def find(token: str) -> Invitation | None:
    """The invitation behind a link, in whatever state it is."""
    return Invitation.objects.select_related("team", "invited_by").filter(digest=tokens.digest(token)).first()


@transaction.atomic
def accept(invitation: Invitation, user: User) -> Membership:
    """Take the offered place. Raises InvitationClosed."""
    claimed = Invitation.objects.usable().filter(pk=invitation.pk)
    if not claimed.update(accepted_at=timezone.now(), accepted_by=user):
        raise InvitationClosed
    membership, _ = Membership.objects.get_or_create(
        team=invitation.team, user=user, defaults={"role": invitation.role}
    )
    return membership


@transaction.atomic
def accept_as_new(invitation: Invitation, *, name: str, password: str) -> User:
    """Make the account of the invited address and take the place. Raises InvitationClosed."""
    user = User.objects.create_user(invitation.email, password, name=name)
    accept(invitation, user)
    return user


def link(token: str) -> str:
    """The path of the page that accepts the invitation."""
    return reverse("accounts:invitation", args=[token])


def can_mail() -> bool:
    """Whether mail reaches people. Printed to a log, it would only leave the token there."""
    return not settings.EMAIL_BACKEND.endswith(("console.EmailBackend", "dummy.EmailBackend"))


def mail(invitation: Invitation, token: str) -> bool:
    """Send the link to the invited address. False when no mail server took it."""
    if not can_mail():
        return False
    context = {"invitation": invitation, "url": addresses.public(link(token)), "days": LIFETIME.days}
    subject = " ".join(render_to_string("mail/invitation_subject.txt", context).split())
    try:
        send_mail(subject, render_to_string("mail/invitation.txt", context), None, [invitation.email])
    except (OSError, SMTPException):
        return False
    return True


def _fresh(token: str) -> dict[str, object]:
    return {"digest": tokens.digest(token), "expires_at": timezone.now() + LIFETIME}
