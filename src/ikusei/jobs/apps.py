from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "ikusei.jobs"
    label = "jobs"
