from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "suno_web.live"
    verbose_name = "Live"
