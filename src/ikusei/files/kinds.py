"""What kinds of files there are, told by their content. A file's name and what the browser says of it count for nothing."""

import codecs
import json
import re
import zipfile
from enum import StrEnum
from typing import BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ikusei.files.errors import Protected, TooLarge, WrongType

UNPACKED_LIMIT = 1 << 30
"""Bytes to which a workbook may unpack: more is a bomb, no office's list."""

CHUNK = 1 << 16

_HEAD = 1024
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_JPEG = bytes.fromhex("ffd8ff")
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MARKUP = re.compile(
    r"<(!doctype|!--|\?xml|html|head|body|script|svg|iframe|object|embed|style|meta|link)", re.I
)
_MACROS = re.compile(r"vbaproject\.bin$|^xl/(macrosheets|dialogsheets|activex)/", re.I)
"""Parts of a workbook that run: Visual Basic, the sheets of Excel 4 macros, controls."""
_INSIDE = re.compile(r"^xl/embeddings/.*\.(bin|exe|dll|js|vbs|hta|html?|svg)$", re.I)
"""Packages in a workbook: whatever a program put into one, programs not excepted."""
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f]")
_ENCODINGS = ("utf-8-sig", "cp932")


class FileType(StrEnum):
    """A kind of file that Ikusei takes or makes."""

    XLSX = "xlsx"
    XLS = "xls"
    CSV = "csv"
    """Text: columns parted by commas, tabs or semicolons; any plain text."""
    JSON = "json"
    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"

    @property
    def content_type(self) -> str:
        """The media type it is sent as."""
        return _CONTENT_TYPES[self]

    @property
    def endings(self) -> tuple[str, ...]:
        """The endings that fit its content, the usual one first."""
        return _ENDINGS[self]

    @property
    def label(self) -> Promise:
        """What people call it."""
        return _LABELS[self]


_CONTENT_TYPES = {
    FileType.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileType.XLS: "application/vnd.ms-excel",
    FileType.CSV: "text/csv",
    FileType.JSON: "application/json",
    FileType.PDF: "application/pdf",
    FileType.PNG: "image/png",
    FileType.JPEG: "image/jpeg",
}
_ENDINGS = {
    FileType.XLSX: (".xlsx",),
    FileType.XLS: (".xls",),
    FileType.CSV: (".csv", ".txt", ".tsv"),
    FileType.JSON: (".json",),
    FileType.PDF: (".pdf",),
    FileType.PNG: (".png",),
    FileType.JPEG: (".jpg", ".jpeg"),
}
_LABELS = {
    FileType.XLSX: _("Excel workbook (.xlsx)"),
    FileType.XLS: _("old Excel workbook (.xls)"),
    FileType.CSV: _("text (.csv, .txt)"),
    FileType.JSON: _("JSON (.json)"),
    FileType.PDF: _("PDF (.pdf)"),
    FileType.PNG: _("picture (.png)"),
    FileType.JPEG: _("photograph (.jpg)"),
}


def detect(file: BinaryIO) -> FileType | None:
    """What the file is by its content, None for anything else.

    Raises Protected for a workbook with a password, TooLarge for one that unpacks to more than UNPACKED_LIMIT, WrongType
    for one with macros or with packages inside.
    """
    file.seek(0)
    head = file.read(_HEAD)
    if head.startswith(b"PK\x03\x04"):
        return _detect_zip(file)
    if head.startswith(_OLE):
        return _detect_ole(file)
    for beginning, kind in ((b"%PDF-", FileType.PDF), (PNG_SIGNATURE, FileType.PNG), (_JPEG, FileType.JPEG)):
        if head.startswith(beginning):
            return kind
    return _detect_text(file, head)


def _detect_zip(file: BinaryIO) -> FileType | None:
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError):
        return None
    names = {part.filename for part in parts}
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        return None
    if any(_MACROS.search(name) for name in names):
        raise WrongType(_("The workbook holds macros. Save it as a workbook without macros (.xlsx)."))
    if any(_INSIDE.search(name) for name in names):
        raise WrongType(_("Another file is hidden in the workbook. Take it out, and send it by itself."))
    if sum(part.file_size for part in parts) > UNPACKED_LIMIT:
        raise TooLarge(_("The workbook unpacks to more than can be read. Split it into smaller ones."))
    return FileType.XLSX


def _detect_ole(file: BinaryIO) -> FileType | None:
    """Old Office files and locked new ones share a container; the names in its directory tell them apart."""
    found = _search(file, {"EncryptedPackage": "locked", "Workbook": "xls", "Book": "xls"})
    if "locked" in found:
        raise Protected(_("The workbook is locked with a password. Save it without one."))
    return FileType.XLS if "xls" in found else None


def _search(file: BinaryIO, names: dict[str, str]) -> set[str]:
    """The meanings of the names that stand somewhere in the file as a directory of an OLE container writes them."""
    wanted = {f"{name}\0".encode("utf-16-le"): meaning for name, meaning in names.items()}
    found: set[str] = set()
    file.seek(0)
    before = b""
    while chunk := file.read(CHUNK):
        window = before + chunk
        found |= {meaning for pattern, meaning in wanted.items() if pattern in window}
        before = window[-64:]
    return found


def _detect_text(file: BinaryIO, head: bytes) -> FileType | None:
    encodings = ("utf-16",) if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else _ENCODINGS
    encoding = next((name for name in encodings if _is_text(file, name)), None)
    if encoding is None:
        return None
    beginning = head.decode(encoding, errors="ignore").lstrip("\ufeff").lstrip()
    if beginning.startswith("<") or _MARKUP.search(beginning):
        return None  # HTML, SVG and XML never come in: a browser might run them
    if beginning.startswith(("{", "[")) and _is_json(file, encoding):
        return FileType.JSON
    return FileType.CSV


def _is_text(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            if _CONTROLS.search(decoder.decode(chunk)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_json(file: BinaryIO, encoding: str) -> bool:
    file.seek(0)
    try:
        json.loads(file.read().decode(encoding))
    except (ValueError, RecursionError):
        return False
    return True
