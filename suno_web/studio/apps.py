from django.apps import AppConfig


class StudioConfig(AppConfig):
    name = "suno_web.studio"
    verbose_name = "Studio"
