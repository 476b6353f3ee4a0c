from django.apps import AppConfig


class GrowthConfig(AppConfig):
    name = "ikusei.growth"
    label = "growth"
