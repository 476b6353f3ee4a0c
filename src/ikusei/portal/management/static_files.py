"""Static files made ready for serving: named by their content, compressed, and made again only when one changed."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

NOT_SERVED = (
    # What packages carry besides the files that pages ask for: 45 MB of them, ten seconds of compressing.
    "*.map", "*.mjs", "*.ts", "*.scss", "*.md", "*.gz", "*.esm.*", "*.cjs.js", "*.amd.js",
    "package.json", "metadata.json", "unicode.json", "extension", "ext",
    "echarts.js", "echarts.common.js", "echarts.simple.js", "htmx.js",
)  # fmt: skip


def collect_static_files() -> bool:
    """Whether anything had changed since the last time, and was collected into STATIC_ROOT."""
    stamp = Path(settings.STATIC_ROOT).with_suffix(".stamp")
    now = _fingerprint()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == now:
        return False
    # From nothing: collectstatic goes by time, and files from packages are often older than those they replace.
    call_command(
        "collectstatic", interactive=False, verbosity=0, clear=True, ignore_patterns=list(NOT_SERVED)
    )
    stamp.write_text(now, encoding="ascii")
    return True


def _fingerprint() -> str:
    """A digest over path, size and time of every file that can be collected."""
    digest = hashlib.sha256(repr(NOT_SERVED).encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
