"""The real settings with a mail server that can be watched, and the clock turned up. Workers of tests run under it."""

from ikusei.config.settings import *  # noqa: F403  # the real ones, that is the point
from ikusei.config.settings import TASKS

MAILERS = {"default": {"BACKEND": "ikusei.notices.tests.slow.backend.Backend"}}
MAIL_RATE = 0
TASKS["default"]["OPTIONS"]["scheduler"]["polling_interval"] = 0.5  # type: ignore[index]
for _clock in ("tick", "mails"):
    TASKS["default"]["OPTIONS"]["recurring"][_clock]["schedule"] = "* * * * * *"  # type: ignore[index]
