"""Who sees the panel: admins all of it, leads the part that is about their projects."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase

from suno_web.http import MemberRequest
from suno_web.studio.models import Project

P = ParamSpec("P")


def led_projects(request: MemberRequest) -> list[UUID] | None:
    """The projects of the team whose part of the panel this member sees; None for an admin: all and the team itself."""
    if request.membership.is_admin:
        return None
    return list(Project.objects.led_by(request.user).filter(team=request.team).values_list("pk", flat=True))


def leads_only(
    view: Callable[Concatenate[MemberRequest, P], HttpResponse | HttpResponseBase],
) -> Callable[Concatenate[MemberRequest, P], HttpResponse | HttpResponseBase]:
    """For whoever neither governs the team nor leads a project of it, the page does not exist."""

    @wraps(view)
    def guarded(
        request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse | HttpResponseBase:
        if led_projects(request) == []:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
