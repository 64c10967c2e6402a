"""The page with all members: which of them it shows, and what else stands on it."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from suno_web.accounts import mailing
from suno_web.accounts.forms import InviteForm
from suno_web.accounts.models import Membership
from suno_web.http import MemberRequest
from suno_web.panel.members import reading
from suno_web.panel.members.forms import MemberForm


def page(
    request: MemberRequest,
    *,
    invite: InviteForm | None = None,
    refused: tuple[int, MemberForm] | None = None,
    **news: Any,
) -> HttpResponse:
    """The page. refused: a row's membership id and the form whose values and errors it shows."""
    search, sort = wanted(request)
    found = reading.rows(request.team, search=search, sort=sort)
    shown = Paginator(found, reading.PAGE).get_page(request.GET.get("page"))
    forms = dict([refused] if refused else [])
    context = {
        "section": "members",
        "page": shown,
        "rows": [(row, forms.get(row.membership.pk) or _form(row)) for row in shown],
        "search": search,
        "sort": sort,
        "query": urlencode({name: value for name, value in (("q", search), ("sort", sort)) if value}),
        "total": request.team.memberships.count(),
        "form": invite or InviteForm(),
        "roles": Membership.Role.choices,
        "open_invitations": request.team.invitations.open()
        .select_related("invited_by")
        .order_by("-created_at"),
        "former": reading.former(request.team),
        "left": request.GET.get("left", ""),
        "can_mail": mailing.can_mail(),
        **news,
    }
    return render(request, "panel/members.html", context)


def wanted(request: MemberRequest) -> tuple[str, str]:
    """What was searched for, and the order; the usual one for any that is not known."""
    sort = request.GET.get("sort", "")
    return request.GET.get("q", "").strip()[:80], sort if sort in reading.SORTS else "name"


def _form(row: reading.Row) -> MemberForm:
    return MemberForm(membership=row.membership, standing=row.standing)
