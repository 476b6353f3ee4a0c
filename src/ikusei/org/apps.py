from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "ikusei.org"
    label = "org"
