"""The engine and nothing else, as `serve --only engine` needs no more."""

from django.urls import include, path

urlpatterns = [path("engine/", include("suno_web.engine.urls"))]
