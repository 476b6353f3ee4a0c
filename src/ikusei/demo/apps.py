from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "ikusei.demo"
    label = "demo"
