"""The settings of the suite: the real ones, with a data folder of its own, a fixed day and nothing slow or outward."""

import atexit
import os
import shutil
import tempfile
from datetime import date

_folder = tempfile.mkdtemp(prefix="ikusei-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

TODAY = date(2026, 4, 15)

os.environ["IKUSEI_DATA_DIR"] = _folder
os.environ["IKUSEI_TODAY"] = TODAY.isoformat()
os.environ["IKUSEI_SECRET_KEY"] = "only for tests"
for _name in ("IKUSEI_DEMONSTRATION", "IKUSEI_DEBUG", "IKUSEI_HTTPS", "IKUSEI_HOSTS", "IKUSEI_BEHIND_PROXY"):
    os.environ.pop(_name, None)

from ikusei.config.settings import *  # noqa: E402, F403  # the environment has to be set first
from ikusei.config.settings import STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
# Pages are tested before anything is collected.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
