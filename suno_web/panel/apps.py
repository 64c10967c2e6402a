from django.apps import AppConfig


class PanelConfig(AppConfig):
    name = "suno_web.panel"
    verbose_name = "Admin panel"

    def ready(self) -> None:
        # Its duties know models, which may be imported only once every app is there.
        from suno_web.panel.usage import duties

        duties.register()
