"""Offering people a place in the team, by a link."""

from datetime import timedelta
from decimal import Decimal

from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from suno_web.accounts import addresses, audit, mailing, teams, tokens
from suno_web.accounts.models import Invitation, Membership, Team, User

LIFETIME = timedelta(days=7)


class InvitationClosed(Exception):
    """The invitation was accepted, revoked or has expired, perhaps a moment ago."""


class AlreadyMember(Exception):
    """The address belongs to somebody who is in the team."""


@transaction.atomic
def invite(
    team: Team, *, email: str, role: str, by: User, name: str = "", budget: Decimal | None = None
) -> tuple[Invitation, str]:
    """Offer a place and return the invitation with its token. Inviting again replaces the link.

    name: what they may be called, theirs to change. budget: credits a month for whoever joins; None for what the
    team's rules give. Raises AlreadyMember.
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
        defaults={"role": role, "name": name, "budget": budget, "invited_by": by, **_fresh(token)},
    )
    facts = {"role": role} if budget is None else {"role": role, "budget a month": budget}
    audit.record(team, "member.invite", by=by, subject=email, after=facts)
    return invitation, token


@transaction.atomic
def renew(invitation: Invitation, *, by: User) -> str:
    """A new token for another week; the old link stops working. Raises InvitationClosed."""
    token = tokens.new()
    if not Invitation.objects.open().filter(pk=invitation.pk).update(**_fresh(token)):
        raise InvitationClosed
    invitation.refresh_from_db()
    audit.record(invitation.team, "invitation.renew", by=by, subject=invitation.email)
    return token


@transaction.atomic
def revoke(invitation: Invitation, *, by: User) -> None:
    """Close the offer. Raises InvitationClosed when it was accepted or revoked before."""
    if not Invitation.objects.open().filter(pk=invitation.pk).update(revoked_at=timezone.now()):
        raise InvitationClosed
    audit.record(invitation.team, "invitation.revoke", by=by, subject=invitation.email)


def find(token: str) -> Invitation | None:
    """The invitation behind a link, in whatever state it is."""
    return Invitation.objects.select_related("team", "invited_by").filter(digest=tokens.digest(token)).first()


@transaction.atomic
def accept(invitation: Invitation, user: User) -> Membership:
    """Take the offered place. Raises InvitationClosed."""
    claimed = Invitation.objects.usable().filter(pk=invitation.pk)
    if not claimed.update(accepted_at=timezone.now(), accepted_by=user):
        raise InvitationClosed
    return teams.join(invitation.team, user, role=invitation.role)


@transaction.atomic
def accept_as_new(invitation: Invitation, *, name: str, password: str) -> User:
    """Make the account of the invited address and take the place. Raises InvitationClosed."""
    user = User.objects.create_user(invitation.email, password, name=name)
    accept(invitation, user)
    return user


def link(token: str) -> str:
    """The path of the page that accepts the invitation."""
    return reverse("accounts:invitation", args=[token])


def mail(invitation: Invitation, token: str) -> bool:
    """Send the link to the invited address. False when no mail server took it."""
    return bool(mailing.send([letter(invitation, token)]))


def letter(invitation: Invitation, token: str) -> EmailMessage:
    """The mail that carries the link."""
    context = {"invitation": invitation, "url": addresses.public(link(token)), "days": LIFETIME.days}
    subject = f"Join {invitation.team} on Suno Web"
    return mailing.letter(
        [invitation.email], subject=subject, template="mail/invitation.txt", context=context
    )


def _fresh(token: str) -> dict[str, object]:
    return {"digest": tokens.digest(token), "expires_at": timezone.now() + LIFETIME}
