"""Pictures without what they tell beside the picture: where and when it was taken, by which device, and what hangs behind it.

Nothing is decoded or encoded anew: the parts that make the picture are copied, every other part is left out. Sources:
ITU-T T.81 annex B (JPEG), the PNG specification (W3C, third edition, clause 11).
"""

import struct
import tempfile
from typing import IO, BinaryIO

from django.utils.translation import gettext_lazy as _

from ikusei.files.errors import WrongType
from ikusei.files.kinds import CHUNK, PNG_SIGNATURE, FileType

KINDS = frozenset({FileType.PNG, FileType.JPEG})

_IN_MEMORY = 1 << 22

# JPEG: the byte after 0xFF.
_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_EXIF, _COMMENT = 0xE1, 0xFE
_APPLICATION = range(0xE0, 0xF0)
_ALONE = {0x01, *range(0xD0, 0xD8)}
"""Marks without a length: TEM and the restarts."""
_KEPT_BEGINNINGS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
"""Of what applications add only this is needed to show the picture: its density, its colours."""
_ORIENTATION = 0x0112

# PNG: chunks that make the picture, beside the critical ones.
_KEPT_CHUNKS = frozenset({b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"cICP", b"pHYs", b"bKGD"})
_LARGEST_CHUNK = 1 << 31


def plain(source: BinaryIO, kind: FileType) -> IO[bytes]:
    """The picture without place, time, device, comments and whatever follows its end; the caller closes it.

    The direction in which a photograph is to be shown is kept. Raises WrongType where it is damaged.
    """
    source.seek(0)
    target = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # the caller closes it
    try:
        (_copy_png if kind == FileType.PNG else _copy_jpeg)(source, target)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    return target


def _damaged() -> WrongType:
    return WrongType(_("The picture is damaged. Save it anew, or send it as PDF."))


def _exactly(source: BinaryIO, size: int) -> bytes:
    found = source.read(size)
    if len(found) != size:
        raise _damaged()
    return found


def _copy_png(source: BinaryIO, target: "IO[bytes]") -> None:
    target.write(_exactly(source, len(PNG_SIGNATURE)))
    first = True
    while True:
        head = _exactly(source, 8)
        size, name = struct.unpack(">I4s", head)
        if size >= _LARGEST_CHUNK or (first and name != b"IHDR"):
            raise _damaged()
        first = False
        is_critical = not name[0] & 0x20
        if is_critical or name in _KEPT_CHUNKS:
            target.write(head)
            _copy(source, target, size + 4)
        else:
            _copy(source, None, size + 4)
        if name == b"IEND":
            return


def _copy(source: BinaryIO, target: "IO[bytes] | None", size: int) -> None:
    """Copy (or skip) so many bytes, in pieces."""
    while size:
        piece = source.read(min(size, CHUNK))
        if not piece:
            raise _damaged()
        size -= len(piece)
        if target is not None:
            target.write(piece)


def _copy_jpeg(source: BinaryIO, target: "IO[bytes]") -> None:
    if _exactly(source, 2) != bytes((0xFF, _SOI)):
        raise _damaged()
    target.write(bytes((0xFF, _SOI)))
    mark = _next_mark(source)
    has_scan = False
    while mark != _EOI:
        if mark in _ALONE:
            target.write(bytes((0xFF, mark)))
            mark = _next_mark(source)
            continue
        (length,) = struct.unpack(">H", _exactly(source, 2))
        if length < 2:
            raise _damaged()
        content = _exactly(source, length - 2)
        kept = _kept(mark, content)
        if kept is not None:
            target.write(struct.pack(">BBH", 0xFF, mark, len(kept) + 2) + kept)
        has_scan = has_scan or mark == _SOS
        mark = _copy_scan(source, target) if mark == _SOS else _next_mark(source)
    if not has_scan:
        raise _damaged()
    target.write(bytes((0xFF, _EOI)))


def _next_mark(source: BinaryIO) -> int:
    """The next mark; any number of 0xFF may stand before it."""
    if _exactly(source, 1) != b"\xff":
        raise _damaged()
    while (byte := _exactly(source, 1)) == b"\xff":
        continue
    return byte[0]


def _copy_scan(source: BinaryIO, target: "IO[bytes]") -> int:
    """Copy the coded picture; the mark that ends it (the end of the picture where the file breaks off)."""
    pending = b""
    while True:
        piece = source.read(CHUNK)
        if not piece:
            target.write(pending)
            return _EOI
        piece = pending + piece
        pending = b""
        place = 0
        while (place := piece.find(b"\xff", place)) >= 0:
            if place + 1 == len(piece):
                piece, pending = piece[:place], b"\xff"
                break
            after = piece[place + 1]
            if after == 0xFF:
                place += 1  # a filling byte
            elif after == 0 or after in _ALONE:
                place += 2
            else:
                target.write(piece[:place])
                source.seek(place + 2 - len(piece), 1)
                return after
        target.write(piece)


def _kept(mark: int, content: bytes) -> bytes | None:
    """What stays of a segment: all of it, nothing, or of the camera's notes the direction alone."""
    if mark == _EXIF:
        direction = _direction(content)
        return None if direction == 1 else _exif(direction)
    if mark in _APPLICATION:
        beginning = _KEPT_BEGINNINGS.get(mark)
        return content if beginning is not None and content.startswith(beginning) else None
    return None if mark == _COMMENT else content


def _direction(content: bytes) -> int:
    """The direction (1 to 8) that the camera noted, 1 where there is none: the first directory of the TIFF inside."""
    tiff = content.removeprefix(b"Exif\0\0")
    if tiff == content or tiff[:2] not in (b"II", b"MM"):
        return 1
    order = "<" if tiff[:2] == b"II" else ">"
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for entry in range(count):
            tag, _type, _count, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * entry)
            if tag == _ORIENTATION:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def _exif(direction: int) -> bytes:
    """Notes of a camera that hold nothing but the direction."""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, direction, 0)
    return b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
