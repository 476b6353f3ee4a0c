"""Makes the worker hang in the middle of an order: its postings are written, its state is not, nothing is committed."""

import os
import threading
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings

_never = threading.Event()

HANGS_AT = 4
"""The order at which it hangs, counted from 1."""


class SlowOrdersConfig(AppConfig):
    name = "ikusei.rotation.tests.slow"
    label = "rotation_slow"

    def ready(self) -> None:
        """Put a stop into the carrying out of orders, unless the file "patient" exists."""
        from ikusei.rotation.services import applying

        place = vars(applying)["place"]
        count = 0

        def slow(**given: Any) -> Any:
            nonlocal count
            done = place(**given)
            count += 1
            folder = Path(settings.DATA_DIR)
            if count == HANGS_AT and not (folder / "patient").exists():
                (folder / "hanging").write_text(str(os.getpid()), encoding="ascii")
                _never.wait(120)
            return done

        vars(applying)["place"] = slow
