"""How the label of a version, which may hold any character, stands in an address."""

import re

from django.urls.converters import StringConverter


class LabelConverter(StringConverter):
    """A label as one step of a path: "/", "~" and a first "." are written ~2f, ~7e, ~2e.

    Servers take %2F for a slash and browsers take ".." for the step above, so percent signs would not do.
    """

    def to_python(self, value: str) -> str:
        return re.sub(r"~(2f|7e|2e)", lambda found: chr(int(found[1], 16)), value)

    def to_url(self, value: str) -> str:
        return re.sub(r"[/~]|^\.", lambda found: f"~{ord(found[0]):02x}", value)
