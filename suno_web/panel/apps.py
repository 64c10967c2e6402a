from django.apps import AppConfig


class PanelConfig(AppConfig):
    name = "suno_web.panel"
    verbose_name = "Admin panel"
