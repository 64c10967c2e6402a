from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "suno_web.alerts"
    verbose_name = "Alerts"
