from django.apps import AppConfig


class SlowConfig(AppConfig):
    name = "ikusei.jobs.tests.slow"
    label = "jobs_slow"
