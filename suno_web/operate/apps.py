from django.apps import AppConfig


class OperateConfig(AppConfig):
    name = "suno_web.operate"
    verbose_name = "Operate"
