"""Keys from a terminal: for whoever sets up programs beside the studio."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from suno_web.accounts.models import Membership
from suno_web.gateway import keys
from suno_web.gateway.models import ApiKey
from suno_web.studio.models import Project


class Command(BaseCommand):
    help = "Make, list or revoke the API keys of members. `create` prints the key alone, and only this once."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="Make a key and print it.")
        create.add_argument("--email", required=True, help="Whose key it is.")
        create.add_argument("--name", required=True, help="What its takes are marked with.")
        create.add_argument("--cap", help="Credits it may spend in all.")
        create.add_argument(
            "--project", help="The project it lands in; made when there is none of that name."
        )
        show = actions.add_parser("list", help="Show keys.")
        show.add_argument("--email", help="Only this member's.")
        revoke = actions.add_parser("revoke", help="End a key.")
        revoke.add_argument("key", help="The beginning of the key, as `list` shows it.")

    def handle(self, *args: Any, **options: Any) -> None:
        match options["action"]:
            case "create":
                self._create(options)
            case "list":
                self._list(options["email"])
            case "revoke":
                self._revoke(options["key"])

    def _create(self, options: dict[str, Any]) -> None:
        membership = self._membership(options["email"])
        project = self._project(membership, options["project"])
        wanted = keys.Wanted(name=options["name"][:80], cap=self._cap(options["cap"]))
        _, text = keys.make(project, owner=membership.user, wanted=wanted)
        self.stdout.write(text)

    def _list(self, email: str | None) -> None:
        rows = ApiKey.objects.select_related("owner", "project").filter(revoked_at=None)
        for key in rows.filter(owner__email=email.lower()) if email else rows:
            used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never used"
            cap = f" of {key.cap}" if key.cap is not None else ""
            self.stdout.write(
                f"{key.prefix}…  {key.name}  {key.owner.email}  {key.project.name}  spent {key.spent}{cap}  {used}"
            )

    def _revoke(self, prefix: str) -> None:
        found = list(ApiKey.objects.filter(prefix=prefix.rstrip("…")[:12], revoked_at=None))
        if len(found) != 1:
            raise CommandError(f"{len(found)} keys begin with “{prefix}”. See `manage.py apikey list`.")
        keys.revoke(found[0])
        self.stdout.write(f"“{found[0].name}” is revoked.")

    def _membership(self, email: str) -> Membership:
        rows = Membership.objects.select_related("user", "team").filter(user__email=email.lower())
        found = rows.order_by("created_at").first()
        if found is None:
            raise CommandError(f"Nobody with the address {email} is in a team.")
        if not found.may_make:
            raise CommandError(f"{found.user} is a listener, and listeners’ programs make nothing.")
        return found

    def _project(self, membership: Membership, name: str | None) -> Project:
        if not name:
            return keys.usual_project(membership.team, membership.user)
        mine = Project.objects.visible_to(membership.user).filter(team=membership.team, name=name)
        if found := mine.first():
            return found
        made = Project.objects.create(team=membership.team, name=name[:80], created_by=membership.user)
        made.members.add(membership.user)
        return made

    def _cap(self, text: str | None) -> Decimal | None:
        if text is None:
            return None
        try:
            cap = Decimal(text).quantize(Decimal("0.01"))
        except InvalidOperation as problem:
            raise CommandError(f"--cap must be a number of credits, not “{text}”.") from problem
        if not cap.is_finite() or cap <= 0:
            raise CommandError("--cap must be more than 0.")
        return cap
