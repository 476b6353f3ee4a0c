from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "ikusei.portal"
    label = "portal"
