"""Inviting everybody of a list at once."""

from collections.abc import Sequence

from django.db import transaction

from suno_web.accounts import invitations, mailing
from suno_web.accounts.models import Invitation, Team, User
from suno_web.panel.members.guestlist import Guest

Offer = tuple[Invitation, str]


@transaction.atomic
def invite(team: Team, guests: Sequence[Guest], *, by: User) -> list[Offer]:
    """Offer each a place and return the invitations with their tokens. All of them, or none if the studio fails.

    Who joined since the list was checked is left out.
    """
    offers = []
    for guest in guests:
        try:
            offers.append(
                invitations.invite(
                    team, email=guest.email, role=guest.role, by=by, name=guest.name, budget=guest.budget
                )
            )
        except invitations.AlreadyMember:
            continue
    return offers


def mail(offers: Sequence[Offer]) -> int:
    """Send the links, and return how many of the first ones the mail server took. Not for inside a transaction."""
    return mailing.send(invitations.letter(invitation, token) for invitation, token in offers)
