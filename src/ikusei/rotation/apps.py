from django.apps import AppConfig


class RotationConfig(AppConfig):
    name = "ikusei.rotation"
    label = "rotation"
