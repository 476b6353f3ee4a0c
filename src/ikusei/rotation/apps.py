from django.apps import AppConfig


class RotationConfig(AppConfig):
    name = "ikusei.rotation"
    label = "rotation"

    def ready(self) -> None:
        """Tell the organisation's pages since when looks made for placement may be known."""
        from ikusei.org import secrecy
        from ikusei.rotation.queries.notice_days import latest_notice

        secrecy.noticed_by(latest_notice)
