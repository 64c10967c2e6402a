from django.apps import AppConfig


class CreditsConfig(AppConfig):
    name = "suno_web.credits"
    verbose_name = "Credits"
