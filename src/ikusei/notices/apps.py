from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "ikusei.notices"
    label = "notices"
