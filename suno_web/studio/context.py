"""What every page of a member shows around its content."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from suno_web.accounts.models import Membership, Team
from suno_web.credits import budgets
from suno_web.live import reading
from suno_web.studio import leading
from suno_web.studio.models import Project

MOST_PROJECTS = 40

# The sections of the admin panel: name, address, icon, what it is called. The first ones are for leads too.
FOR_LEADS = (
    ("usage", "panel:usage", "chart-column", "Usage"),
    ("requests", "panel:requests", "inbox", "Requests"),
    ("jobs", "panel:jobs", "list-checks", "Jobs"),
)
FOR_ADMINS = (
    ("members", "panel:members", "users", "Members"),
    ("budgets", "panel:budgets", "wallet", "Budgets"),
    ("prices", "panel:prices", "tag", "Prices"),
    ("provider", "panel:provider", "plug", "Provider"),
    ("health", "panel:health", "heart-pulse", "Health"),
    ("alerts", "panel:alerts", "bell", "Alerts"),
    ("audit", "panel:audit", "scroll-text", "Audit"),
)


class Frame:
    """The side bar's data, each read when a template first asks: partials and error pages cost nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._tightest: dict[UUID | None, budgets.Tightest | None] = {}
        # The project that the page is about, for what refreshes itself.
        self.is_about: UUID | None = None

    @cached_property
    def membership(self) -> Membership | None:
        return getattr(self._request, "membership", None)

    @cached_property
    def team(self) -> Team | None:
        return getattr(self._request, "team", None)

    @cached_property
    def projects(self) -> list[Project]:
        """The newest projects of the team that this member may see."""
        mine = Project.objects.visible_to(self._request.user)  # type: ignore[arg-type]
        return list(mine.filter(team=self.team).order_by("-created_at")[:MOST_PROJECTS])

    @cached_property
    def is_lead(self) -> bool:
        """Whether the admin panel has anything for this member."""
        if self.membership is None:
            return False
        return self.membership.is_admin or (
            Project.objects.led_by(self._request.user).filter(team=self.team).exists()  # type: ignore[arg-type]
        )

    @cached_property
    def panel_sections(self) -> tuple[tuple[str, str, str, str], ...]:
        """What the panel shows this member."""
        if not self.is_lead or self.membership is None:
            return ()
        return FOR_LEADS + FOR_ADMINS if self.membership.is_admin else FOR_LEADS

    def tightest(self, project: UUID | None) -> budgets.Tightest | None:
        """What this member can spend in a project, or in any: the least that pool and budgets leave."""
        if self.team is None:
            return None
        if project not in self._tightest:
            member = self._request.user
            self._tightest[project] = budgets.tightest(self.team, member=member, project=project)  # type: ignore[arg-type]
        self.is_about = project
        return self._tightest[project]

    @cached_property
    def waiting(self) -> int:
        """How many asks and requests wait for this member to decide."""
        if self.team is None or not self.is_lead:
            return 0
        return leading.waiting(self._request.user, self.team)  # type: ignore[arg-type]

    @cached_property
    def may_make(self) -> bool:
        return self.membership is not None and self.membership.may_make


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context for the frame. Harmless for strangers and on error pages: nothing is read until it is shown."""
    # Every moment on a page is told in the team's time.
    team = getattr(request, "team", None)
    timezone.activate(team.zone) if team else timezone.deactivate()
    return {"frame": Frame(request), "live_last_id": SimpleLazyObject(reading.last_id)}
