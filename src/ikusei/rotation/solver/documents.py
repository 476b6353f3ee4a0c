"""JSON files of the planner, plain or compressed: read within limits, written whole or not at all."""

from __future__ import annotations

import gzip
import json
import os
import tempfile
import zlib
from io import BufferedReader
from pathlib import Path

from ikusei.rotation.solver.fields import InvalidDocument, object_of

MOST_BYTES = 64 * 1024 * 1024
"""The longest text that is read, unpacked: 20,000 people with 40 options each take about 36 MB."""
CHUNK = 1024 * 1024
GZIP = b"\x1f\x8b"
MOST_DIGITS = 20


def read_json(path: Path) -> object:
    """What a JSON file holds; a packed one is known by its first two bytes.

    Raises InvalidDocument with an empty path where it is too long (`MOST_BYTES` unpacked), not JSON or damaged, and
    OSError where it cannot be opened. No more than `MOST_BYTES` are ever held, whatever a packed file says it unpacks to.
    """
    text = _decoded(_read_limited(path))
    try:
        return json.loads(text, object_pairs_hook=object_of, parse_int=_whole)
    except json.JSONDecodeError as error:
        raise InvalidDocument(
            "", f"The file is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from None
    except RecursionError:
        raise InvalidDocument("", "The file is nested too deeply to be one of ours.") from None


def write_json(path: Path, document: object) -> None:
    """Write the document beside the path and put it in its place at once: a reader sees the old file or the new one.

    Packed where the name ends in .gz (without a time stamp: the same plan makes the same file). Raises OSError.
    """
    content = (
        json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"
    )
    if path.suffix == ".gz":
        content = gzip.compress(content, mtime=0)
    target = path.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:60]}.", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(_mode(target))
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _mode(target: Path) -> int:
    """The rights of the file that stood there, else those that any new file gets."""
    try:
        return target.stat().st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _read_limited(path: Path) -> bytes:
    with path.open("rb") as file:
        is_packed = file.peek(2)[:2] == GZIP
        if path.suffix == ".gz" and not is_packed:
            raise InvalidDocument("", "The file is named .gz and is not packed with gzip.")
        return _unpacked(file) if is_packed else _limited(file)


def _limited(file: BufferedReader) -> bytes:
    parts, length = [], 0
    while part := file.read(CHUNK):
        length += len(part)
        if length > MOST_BYTES:
            raise _too_long()
        parts.append(part)
    return b"".join(parts)


def _unpacked(file: BufferedReader) -> bytes:
    parts, length = [], 0
    try:
        with gzip.GzipFile(fileobj=file) as packed:
            while part := packed.read(CHUNK):
                length += len(part)
                if length > MOST_BYTES:
                    raise _too_long()
                parts.append(part)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InvalidDocument("", f"The packed file is damaged or cut off: {error}.") from None
    return b"".join(parts)


def _too_long() -> InvalidDocument:
    return InvalidDocument(
        "", f"The file is too long: unpacked, at most {MOST_BYTES // (1024 * 1024)} MiB are read."
    )


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidDocument(
            "", f"The file is not text in UTF-8: byte {error.start} cannot be read."
        ) from None


def _whole(digits: str) -> int | float:
    """The whole number of these digits; one longer than any that is allowed as a float, so that its field refuses it."""
    return int(digits) if len(digits) <= MOST_DIGITS else float(digits)
