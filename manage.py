#!/usr/bin/env python
"""Django's own commands, for those who know them; `ikusei --help` lists ours."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ikusei.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
