from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "suno_web.accounts"
    verbose_name = "Accounts"
