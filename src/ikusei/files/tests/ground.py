"""Files of every kind, honest and hostile, made in memory."""

import io
import json
import zipfile
from typing import BinaryIO

import openpyxl

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
JPEG = bytes.fromhex("ffd8ffe000104a464946") + bytes(40)
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


def with_macros() -> bytes:
    """A workbook to which somebody added a macro project."""
    out = io.BytesIO(xlsx())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    return out.getvalue()


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
