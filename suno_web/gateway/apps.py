from django.apps import AppConfig


class GatewayConfig(AppConfig):
    name = "suno_web.gateway"
    label = "gateway"
