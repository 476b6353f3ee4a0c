"""The real settings with the slow tasks, and the clock of the housekeeping turned up. Workers of tests run under it."""

from ikusei.config.settings import *  # noqa: F403  # the real ones, that is the point
from ikusei.config.settings import INSTALLED_APPS, TASKS

INSTALLED_APPS = [*INSTALLED_APPS, "ikusei.jobs.tests.slow"]
TASKS["default"]["OPTIONS"]["scheduler"]["polling_interval"] = 0.5  # type: ignore[index]
TASKS["default"]["OPTIONS"]["recurring"]["tick"]["schedule"] = "* * * * * *"  # type: ignore[index]
