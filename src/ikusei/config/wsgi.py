"""The WSGI application that `ikusei serve` runs."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ikusei.config.settings")
application = get_wsgi_application()

# What is loaded by now stays for the life of the process. Searched again and again for garbage it made every sixteenth
# move on the board, which leaves much behind it, wait for a tenth of a second more than the others.
get_resolver().url_patterns  # noqa: B018  # reading it loads every view
gc.collect()
gc.freeze()
