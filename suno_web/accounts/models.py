"""Who may do what: people, the team they share, and the role each has in it."""

import uuid
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.secrets import EncryptedTextField


class MemberManager(UserManager["User"]):
    """Makes users that are known by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":  # type: ignore[override]
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "User":  # type: ignore[override]
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractUser):
    """A person. Known by e-mail address; `name` is what colleagues read."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=80, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[MemberManager] = MemberManager()

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name or self.email.partition("@")[0]

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name


def check_time_zone(name: str) -> None:
    """Raise ValidationError unless the name is one of the IANA time zones."""
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Use a name such as Europe/Lisbon."), params={"name": name}
        )


class Team(models.Model):
    """The people who share projects, credits and one provider of music."""

    class Provider(models.TextChoices):
        ENGINE = "engine", _("embedded engine")
        KIE = "kie", _("kie.ai")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=80)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[check_time_zone])
    provider = models.CharField(_("provider"), max_length=10, choices=Provider, default=Provider.ENGINE)
    provider_url = models.URLField(_("API address"), blank=True)
    provider_upload_url = models.URLField(_("upload address"), blank=True)
    provider_key = EncryptedTextField(_("API key"), blank=True)
    provider_webhook_key = EncryptedTextField(_("webhook key"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Membership(models.Model):
    """A person's place in a team. A listener hears, a maker also makes, an admin also governs."""

    class Role(models.TextChoices):
        ADMIN = "admin", _("admin")
        MAKER = "maker", _("maker")
        LISTENER = "listener", _("listener")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MAKER)
    created_at = models.DateTimeField(auto_now_add=True)
    # To some minutes: a page view is not worth a write each time.
    last_seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="membership_once_per_team")]

    def __str__(self) -> str:
        return f"{self.user} · {self.role}"

    @property
    def is_admin(self) -> bool:
        return self.role == self.Role.ADMIN

    @property
    def may_make(self) -> bool:
        return self.role in {self.Role.ADMIN, self.Role.MAKER}


class Departure(models.Model):
    """Somebody who was in a team: what they made stays, and the place can be given back with its role."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="departures")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="departures")
    role = models.CharField(max_length=10, choices=Membership.Role)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="departure_once_per_team")]

    def __str__(self) -> str:
        return f"{self.user} left {self.team}"


class AuditEntry(models.Model):
    """Who changed what in a team, from what to what. Written with the change, never changed."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="audit")
    at = models.DateTimeField(auto_now_add=True)
    # None: the studio itself, or a command of its operator.
    actor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # What was done, as "member.role"; `accounts.audit.ACTIONS` has the words for people.
    action = models.CharField(max_length=40)
    # What it was done to, in words.
    subject = models.CharField(max_length=200, blank=True)
    # The facts that changed, by name; secrets are masked.
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes = [models.Index(fields=["team", "-id"], name="audit_of_team")]

    def __str__(self) -> str:
        return f"{self.actor} {self.action} {self.subject}"


class SetupLink(models.Model):
    """The one-time link printed on first start. At most one is alive; a new start replaces it."""

    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"set-up link until {self.expires_at:%Y-%m-%d %H:%M}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        """Neither accepted nor revoked. An expired one is still open: it can be renewed."""
        return self.filter(accepted_at=None, revoked_at=None)

    def usable(self) -> "InvitationQuerySet":
        return self.open().filter(expires_at__gt=timezone.now())


class Invitation(models.Model):
    """A place in a team offered to an e-mail address, by a link that works once and for a week."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    # What whoever invites calls them; they may write it otherwise.
    name = models.CharField(_("name"), max_length=80, blank=True)
    role = models.CharField(_("role"), max_length=10, choices=Membership.Role, default=Membership.Role.MAKER)
    # Credits a month that wait here until the person joins; what they are for, `credits` knows.
    budget = models.DecimalField(_("budget a month"), max_digits=12, decimal_places=2, null=True, blank=True)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_open_once_per_address",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.team}"

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def is_usable(self) -> bool:
        return self.accepted_at is None and self.revoked_at is None and not self.is_expired
