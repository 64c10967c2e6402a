"""Which pages a role opens."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpResponse

from suno_web.http import MemberRequest

P = ParamSpec("P")


def admins_only(
    view: Callable[Concatenate[MemberRequest, P], HttpResponse],
) -> Callable[Concatenate[MemberRequest, P], HttpResponse]:
    """For whoever does not govern the team, the page does not exist."""

    @wraps(view)
    def guarded(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.membership.is_admin:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
