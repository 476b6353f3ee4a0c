"""Names of files as people gave them, made harmless."""

import re
import unicodedata
from urllib.parse import quote

from ikusei.files.kinds import FileType

LONGEST = 120
_UNSAFE = re.compile(r'[\\/:*?"<>|]')
_UNSEEN = {"Cc", "Cf", "Cs", "Cn"}
"""Categories of signs that nobody sees; those of private use stay: they are the office's own characters (gaiji)."""
_COMPOSABLE = re.compile("[^\uf900-\ufaff\U0002f800-\U0002fa1f]+")
"""Everything but the compatibility ideographs, which composing would replace by other characters."""


def safe_name(name: str, kind: FileType) -> str:
    """The name without folders, control and direction signs, at most LONGEST characters, with an ending that fits.

    A file whose content is a text stays a text: "list.exe" becomes "list.exe.csv".
    """
    last = re.split(r"[\\/]", name)[-1]
    visible = "".join(sign for sign in last if unicodedata.category(sign) not in _UNSEEN)
    plain = _UNSAFE.sub("_", _composed(visible)).strip(" .") or "file"
    stem, dot, ending = plain.rpartition(".")
    if not stem or f"{dot}{ending.lower()}" not in kind.endings:
        stem, ending = plain, kind.endings[0].removeprefix(".")
    return f"{stem[: LONGEST - len(ending) - 1].rstrip(' .')}.{ending}"


def _composed(name: str) -> str:
    return _COMPOSABLE.sub(lambda run: unicodedata.normalize("NFC", run.group()), name)


def disposition(name: str) -> str:
    """The value of Content-Disposition that offers a download under this name (RFC 6266, the name by RFC 5987)."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
