"""The WSGI application that `ikusei serve` runs."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ikusei.config.settings")
application = get_wsgi_application()

# What is loaded now stays for the life of the process: the collector need not walk it again and again, nor look at the
# young objects of every request (docs/adr/0007-web-server.md has the figures).
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
