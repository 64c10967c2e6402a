"""Addresses of the engine, below wherever it is mounted (`/engine/`)."""

from django.urls import path

from suno_web.engine import views
from suno_web.engine.backend import HANDLERS, EngineBackend
from suno_web.suno import serving

app_name = "engine"
urlpatterns = [
    path("files/<uuid:audio_id>.mp3", views.audio, name="audio"),
    path("files/<uuid:audio_id>.jpeg", views.cover, name="cover"),
    path("files/<uuid:audio_id>/stream.mp3", views.stream, name="stream"),
    *serving.urls(EngineBackend(), HANDLERS),
]
