"""Addresses of the engine, below wherever it is mounted (`/engine/`)."""

from django.urls import path, re_path

from suno_web.engine import views
from suno_web.engine.backend import HANDLERS, EngineBackend
from suno_web.suno import serving

app_name = "engine"
urlpatterns = [
    path("files/<uuid:audio_id>.mp3", views.audio, name="audio"),
    path("files/<uuid:audio_id>.jpeg", views.cover, name="cover"),
    path("files/<uuid:audio_id>/stream.mp3", views.stream, name="stream"),
    re_path(r"^files/(?P<task_id>[0-9a-f]{32})/(?P<name>\w+\.\w+)$", views.made, name="made"),
    path("files/uploads/<str:token>/<path:name>", views.upload, name="upload"),
    path("files/links/<str:signed>/<path:name>", views.link, name="link"),
    *serving.urls(EngineBackend(), HANDLERS),
]
