"""People and teams in Django's admin, entered by allauth's login: its limits and second factor hold."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin

from suno_web.accounts import operators
from suno_web.accounts.models import Invitation, Membership, Team, User

admin.site.site_header = admin.site.site_title = "Suno Web"
operators.guard(admin.site)


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Passwords are set by their owners, through the reset mail, and are not shown."""

    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    search_fields = ("email", "name")
    fields = ("email", "name", "is_active", "is_staff", "is_superuser", "last_login", "date_joined")
    readonly_fields = ("last_login", "date_joined")

    def has_add_permission(self, request: object) -> bool:
        # People come in by invitation: an account made here would have no password and no team.
        return False


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Membership
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Keys are entered on the provider page and shown nowhere."""

    list_display = ("name", "time_zone", "provider", "created_at")
    fields = ("name", "time_zone", "provider", "provider_url", "provider_upload_url", "created_at")
    readonly_fields = ("provider", "provider_url", "provider_upload_url", "created_at")
    inlines = (MembershipInline,)


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """To look at only: a link can be made on the members page and nowhere else."""

    list_display = ("email", "team", "role", "created_at", "expires_at", "accepted_at", "revoked_at")
    list_filter = ("team",)
    fields = ("team", "email", "role", "invited_by", "created_at", "expires_at", "accepted_at", "revoked_at")

    def has_add_permission(self, request: object) -> bool:
        return False

    def has_change_permission(self, request: object, obj: Invitation | None = None) -> bool:
        return False


# allauth's own pages show session keys and the seeds of second factors; its address book is not used here.
for model in (Authenticator, UserSession, EmailAddress):
    admin.site.unregister(model)


@admin.register(Authenticator)
class AuthenticatorAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """To take away the second factor of somebody who lost phone and codes."""

    list_display = ("user", "type", "created_at", "last_used_at")
    search_fields = ("user__email",)
    fields = ("user", "type", "created_at", "last_used_at")

    def has_add_permission(self, request: object) -> bool:
        return False

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        return False
