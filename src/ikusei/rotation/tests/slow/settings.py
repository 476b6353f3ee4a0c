"""The real settings with orders that hang, on the day of the moves. Workers of tests run under it."""

from ikusei.config.settings import *  # noqa: F403  # the real ones, that is the point
from ikusei.config.settings import INSTALLED_APPS, TASKS

INSTALLED_APPS = [*INSTALLED_APPS, "ikusei.rotation.tests.slow"]
TASKS["default"]["OPTIONS"]["scheduler"]["polling_interval"] = 0.5  # type: ignore[index]
TASKS["default"]["OPTIONS"]["recurring"]["tick"]["schedule"] = "* * * * * *"  # type: ignore[index]
