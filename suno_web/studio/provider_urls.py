"""Where the provider page was before there was an admin panel."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from suno_web.accounts.roles import admins_only
from suno_web.http import MemberRequest


@admins_only
def moved(request: MemberRequest) -> HttpResponse:
    return redirect("panel:provider", permanent=True)


urlpatterns = [path("settings/provider/", moved, name="provider")]
