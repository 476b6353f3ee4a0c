"""Text that a spreadsheet would run as a formula: guarded on the way out, unguarded on the way in."""

import re

# The full-width signs count too: Excel in Japanese takes them for the plain ones.
_GUARDED = re.compile(r"'*[=+\-@\t\r\n＝＋－＠].", re.DOTALL)
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def guard(text: str) -> str:
    """The text with ' before it where a spreadsheet would run it; numbers and a lone sign stay as they are.

    A text that itself looks guarded gets one more ', so that unguard(guard(text)) is the text again.
    """
    if _GUARDED.match(text) and not _PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text


def unguard(text: str) -> str:
    """The text as it was before guard()."""
    if text.startswith("'") and _GUARDED.match(text):
        return text[1:]
    return text
