from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out


class LiveConfig(AppConfig):
    name = "suno_web.live"
    verbose_name = "Live"

    def ready(self) -> None:
        from suno_web.live import entrance

        user_logged_out.connect(entrance.close_behind)
