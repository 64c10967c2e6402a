from django.apps import AppConfig


class EngineConfig(AppConfig):
    name = "suno_web.engine"
    verbose_name = "Engine"
