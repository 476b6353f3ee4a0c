from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "ikusei.ui"
    label = "ui"
