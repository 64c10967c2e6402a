"""Keys: made and shown once, recognised by their digest, metered, revoked."""

import hashlib
import secrets
import string
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Greatest, Round
from django.utils import timezone

from suno_web.accounts import audit
from suno_web.accounts.models import Membership, Team, User
from suno_web.gateway.models import ApiKey
from suno_web.studio.models import Project

MARK, LENGTH = "sw_", 40
# Nobody needs it to the second, and every request would otherwise write.
LAST_USE_EVERY = timedelta(minutes=1)
DEFAULT_PROJECT = "API"


@dataclass(frozen=True)
class Wanted:
    """What a key is to be. cap: credits in all it may spend; None: no more than the team has."""

    name: str
    scope: str = ApiKey.Scope.EVERYTHING
    expires_at: datetime | None = None
    cap: Decimal | None = None
    webhook_secret: str = ""


@transaction.atomic
def make(project: Project, *, owner: User, wanted: Wanted, by: User | None = None) -> tuple[ApiKey, str]:
    """A key for a member's programs, and its text, which is known only now. by: None for the studio's operator."""
    text = MARK + "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(LENGTH))
    key = ApiKey.objects.create(
        owner=owner,
        project=project,
        name=wanted.name,
        prefix=text[: len(MARK) + 5],
        digest=digest(text),
        scope=wanted.scope,
        expires_at=wanted.expires_at,
        cap=wanted.cap,
        webhook_secret=wanted.webhook_secret,
    )
    audit.record(project.team, "key.make", by=by, subject=_in_words(key), after=_facts(key))
    return key, text


def recognise(text: str) -> ApiKey | None:
    """The valid key of this text; None for any other.

    One query, and a small one, because every request of a program makes it: who the owner is and where the key lands
    is read when something is made.
    """
    if not text.startswith(MARK):
        return None
    works_here = Project.members.through.objects.filter(
        project=OuterRef("project_id"), user=OuterRef("owner_id")
    )
    role = "project__team__memberships__role"
    may_make = Q((role, Membership.Role.ADMIN)) | Q(Exists(works_here), (role, Membership.Role.MAKER))
    found = ApiKey.objects.order_by().filter(
        may_make,
        digest=digest(text),
        revoked_at=None,
        project__team__memberships__user=F("owner"),
        owner__is_active=True,
    )
    key = next(iter(found), None)
    if key is None or key.is_expired:
        return None
    _note_use(key)
    return key


def digest(text: str) -> str:
    """What is kept of a key. It has more than 200 random bits, so a plain hash is enough."""
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def revoke(key: ApiKey, *, by: User | None = None) -> bool:
    """End a key for good. False when it had ended before. by: None for the studio's operator."""
    if not ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
        return False
    audit.record(key.project.team, "key.revoke", by=by, subject=_in_words(key))
    return True


def spend(key: ApiKey, credits: Decimal) -> bool:
    """Count credits against the key's cap before they are held. False, and nothing counted, if it would be exceeded.

    The guard is in the UPDATE: of several requests at once only as many pass as the cap allows.
    """
    fits = Q(cap=None) | Q(cap__gte=Round(F("spent") + credits, 2))
    counted = ApiKey.objects.filter(fits, pk=key.pk).update(spent=Round(F("spent") + credits, 2))
    return counted == 1


def give_back(key_id: UUID, credits: Decimal) -> None:
    """Take credits off the count again: what they were for has failed."""
    ApiKey.objects.filter(pk=key_id).update(spent=Greatest(Round(F("spent") - credits, 2), Decimal(0)))


def count_instead(key_id: UUID, credits: Decimal, *, of: Decimal) -> None:
    """Count other credits than before for a request that was changed. A lead has agreed, so the cap is no obstacle."""
    spent = Greatest(Round(F("spent") + credits - of, 2), Decimal(0))
    key = ApiKey.objects.filter(pk=key_id)
    if not key.filter(Q(cap=None) | Q(cap__gte=spent)).update(spent=spent):
        key.update(spent=F("cap"))


def left(key: ApiKey) -> Decimal | None:
    """What the cap leaves; None without a cap."""
    return None if key.cap is None else max(key.cap - key.spent, Decimal(0))


@transaction.atomic
def usual_project(team: Team, user: User) -> Project:
    """Where a key lands when nobody says: the member's newest project in the team, else one made for programs."""
    mine = Project.objects.visible_to(user).filter(team=team).order_by("-created_at")
    if newest := mine.first():
        return newest
    project = Project.objects.create(team=team, name=DEFAULT_PROJECT, created_by=user)
    project.members.add(user)
    return project


def may_have_keys(membership: Membership) -> bool:
    """Listeners spend nothing, so their programs do not either."""
    return membership.may_make


def _in_words(key: ApiKey) -> str:
    """Which key: its name, the beginning that its owner knows it by, and whose it is."""
    return f"{key.name} ({key.prefix}…) of {key.owner}"


def _facts(key: ApiKey) -> dict[str, object]:
    facts = {"project": key.project, "may": key.get_scope_display(), "expires": key.expires_at}
    secret = audit.MASK if key.webhook_secret else None
    return {**facts, "credit limit": key.cap, "callback secret": secret}


def _note_use(key: ApiKey) -> None:
    now = timezone.now()
    if key.last_used_at is None or now - key.last_used_at >= LAST_USE_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - LAST_USE_EVERY)
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
