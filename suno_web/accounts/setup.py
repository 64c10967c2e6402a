"""The first start: a one-time link that makes the first admin and team, or both from the environment."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from suno_web.accounts import addresses, tokens
from suno_web.accounts.models import Membership, SetupLink, Team, User

LINK_LIFETIME = timedelta(hours=24)


class SetupClosed(Exception):
    """The link is wrong, old or used, or the studio has an admin already."""


@dataclass(frozen=True)
class Founding:
    """What the set-up page asks for."""

    team_name: str
    time_zone: str
    name: str
    email: str
    password: str


def is_needed() -> bool:
    """Whether nobody can govern the studio yet."""
    return not Membership.objects.filter(role=Membership.Role.ADMIN).exists()


@transaction.atomic
def setup_link() -> str | None:
    """A fresh link to the set-up page, which voids any earlier one; None once there is an admin."""
    SetupLink.objects.filter(used_at=None).delete()
    if not is_needed():
        return None
    token = tokens.new()
    SetupLink.objects.create(digest=tokens.digest(token), expires_at=timezone.now() + LINK_LIFETIME)
    return addresses.public(reverse("accounts:setup", args=[token]))


def is_open(token: str) -> bool:
    """Whether this token may set up the studio."""
    return _usable(token).exists() and is_needed()


@transaction.atomic
def found(token: str, founding: Founding) -> User:
    """Make the first admin and team. Raises SetupClosed, also for the slower of two who submit at once."""
    # One UPDATE decides who was first; the other waits for this transaction and then matches no row.
    if not _usable(token).update(used_at=timezone.now()) or not is_needed():
        raise SetupClosed
    return _found(founding)


def ensure_first_admin() -> User | None:
    """Make the first admin from the environment if there is none. Raises ImproperlyConfigured."""
    email, password = settings.FIRST_ADMIN_EMAIL, settings.FIRST_ADMIN_PASSWORD
    if not email and not password:
        return None
    _check_first_admin(email, password)
    if not is_needed():
        return None
    try:
        with transaction.atomic():
            return _found(Founding("Studio", settings.TIME_ZONE, "", email, password))
    except IntegrityError:
        # Another start made the same person a moment ago.
        return None


def _usable(token: str) -> QuerySet[SetupLink]:
    return SetupLink.objects.filter(digest=tokens.digest(token), used_at=None, expires_at__gt=timezone.now())


def _check_first_admin(email: str, password: str) -> None:
    try:
        validate_email(email)
    except ValidationError as problem:
        raise ImproperlyConfigured(
            f"SUNO_WEB_ADMIN_EMAIL must be an e-mail address such as ana@example.com, not “{email}”."
        ) from problem
    try:
        validate_password(password, User(email=email))
    except ValidationError as problem:
        # The password itself is not repeated: this ends up on a terminal and in logs.
        raise ImproperlyConfigured(f"SUNO_WEB_ADMIN_PASSWORD: {' '.join(problem.messages)}") from problem


def _found(founding: Founding) -> User:
    team = Team.objects.create(name=founding.team_name, time_zone=founding.time_zone, **_provider())
    user = User.objects.filter(email__iexact=founding.email).first() or User(email=founding.email.lower())
    user.name = founding.name
    user.set_password(founding.password)
    # Whoever sets up the studio runs the machine, so Django's admin is theirs too.
    user.is_staff = user.is_superuser = True
    user.save()
    Membership.objects.create(team=team, user=user, role=Membership.Role.ADMIN)
    return user


def _provider() -> dict[str, str]:
    """kie.ai, or another server of the same API, when the operator named one in the environment."""
    if not (settings.SUNO_API_KEY or settings.SUNO_API_BASE_URL):
        return {}
    return {
        "provider": Team.Provider.KIE,
        "provider_url": settings.SUNO_API_BASE_URL,
        "provider_upload_url": settings.SUNO_API_UPLOAD_URL,
        "provider_key": settings.SUNO_API_KEY,
        "provider_webhook_key": settings.SUNO_API_WEBHOOK_KEY,
    }
