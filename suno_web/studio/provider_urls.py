"""Where the provider page was before there was an admin panel."""

from django.urls import path
from django.views.generic import RedirectView

from suno_web.accounts.roles import admins_only

to_the_panel = RedirectView.as_view(pattern_name="panel:provider", permanent=True)
urlpatterns = [path("settings/provider/", admins_only(to_the_panel), name="provider")]
