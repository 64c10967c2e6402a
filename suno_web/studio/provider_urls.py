"""Where the provider page was before there was an admin panel."""

from django.urls import path
from django.views.generic import RedirectView

urlpatterns = [
    path(
        "settings/provider/",
        RedirectView.as_view(pattern_name="panel:provider", permanent=True),
        name="provider",
    ),
]
