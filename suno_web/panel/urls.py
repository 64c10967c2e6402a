"""The admin panel: a section each, at nouns."""

from django.urls import include, path

app_name = "panel"
urlpatterns = [
    path("", include("suno_web.panel.usage.urls")),
    path("", include("suno_web.panel.members.urls")),
    path("", include("suno_web.panel.budgets.urls")),
    path("", include("suno_web.panel.requests.urls")),
    path("", include("suno_web.panel.provider.urls")),
    path("", include("suno_web.panel.jobs.urls")),
    path("", include("suno_web.panel.health.urls")),
    path("", include("suno_web.panel.alerts.urls")),
    path("", include("suno_web.panel.audit.urls")),
]
