from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "ikusei.accounts"
    label = "accounts"
