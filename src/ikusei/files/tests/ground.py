"""Files of every kind, honest and hostile, made in memory."""

import io
import json
import struct
import zipfile
import zlib
from typing import BinaryIO

import openpyxl


def chunk(name: bytes, content: bytes = b"") -> bytes:
    """A chunk of a PNG picture."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(*between: bytes) -> bytes:
    """A grey point, with chunks of one's own in the middle."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    ends = chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND")
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(between) + ends


def segment(mark: int, content: bytes) -> bytes:
    """A segment of a JPEG photograph."""
    return struct.pack(">BBH", 0xFF, mark, len(content) + 2) + content


SCAN = b"\x12\xff\x00\x34\xff\xd0\x56"
"""A coded picture with a stuffed byte and a restart."""


def jpeg(*between: bytes, scan: bytes = SCAN, tail: bytes = b"") -> bytes:
    """A photograph by its structure, with segments of one's own after the head and something behind the end."""
    head = segment(0xE0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0")
    frame = segment(0xDB, bytes(65)) + segment(0xC0, bytes(9)) + segment(0xDA, bytes(6))
    return b"\xff\xd8" + head + b"".join(between) + frame + scan + b"\xff\xd9" + tail


PNG = png()
JPEG = jpeg()
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
CSV = "職員番号,氏名\n1,髙橋 花\n".encode()
CSV_CP932 = "職員番号,氏名\r\n1,高橋 花\r\n".encode("cp932")
CSV_UTF16 = "職員番号\t氏名\r\n".encode("utf-16")
JSON = json.dumps({"format": "ikusei-framework/1"}).encode()
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
XLS = OLE + "Root Entry\0Workbook\0".encode("utf-16-le") + bytes(512)
LOCKED = OLE + "Root Entry\0EncryptedPackage\0".encode("utf-16-le") + bytes(512)
DOC = OLE + "Root Entry\0WordDocument\0".encode("utf-16-le") + bytes(512)


def xlsx() -> bytes:
    """A workbook with one cell."""
    book = openpyxl.Workbook()
    book["Sheet"]["A1"] = "氏名"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(**parts: bytes) -> bytes:
    """A zip archive of these parts; "__" in a name stands for "/"."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def with_part(*names: str) -> bytes:
    """A workbook to which somebody added parts."""
    out = io.BytesIO(xlsx())
    with zipfile.ZipFile(out, "a") as archive:
        for name in names:
            archive.writestr(name, b"MZ")
    return out.getvalue()


def with_macros() -> bytes:
    """A workbook to which somebody added a macro project."""
    return with_part("xl/vbaProject.bin")


def bomb() -> bytes:
    """A small workbook of whose last part the directory says that it unpacks to four gigabytes."""
    content = bytearray(with_part("xl/worksheets/sheet2.xml"))
    entry = content.rindex(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = b"\xfe\xff\xff\xff"
    return bytes(content)


class Endless:
    """A sender that never stops."""

    def __init__(self) -> None:
        self.sent = 0

    def read(self, size: int = -1, /) -> bytes:
        self.sent += size
        return b"a" * size


def clean(_file: BinaryIO) -> str:
    """A scanner that finds nothing."""
    return ""


def finds_eicar(file: BinaryIO) -> str:
    """A scanner that knows the one harmless virus everybody tests with."""
    return "Eicar-Test-Signature" if b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE" in file.read() else ""


def breaks_down(_file: BinaryIO) -> str:
    """A scanner that is not there."""
    raise ConnectionError("no scanner at home")
