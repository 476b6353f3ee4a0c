from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "ikusei.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Let the worker's processes end with their parent, and hand their work back when told to end."""
        from ikusei.jobs import worker

        worker.register()
