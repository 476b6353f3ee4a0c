from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "ikusei.audit"
    label = "audit"
