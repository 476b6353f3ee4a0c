"""Any office table file -> Table, told by its content and not by its name."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from ikusei.lib.tabular import faults
from ikusei.lib.tabular.cells import MAX_BYTES, Table, TabularError
from ikusei.lib.tabular.header import Header, find_header
from ikusei.lib.tabular.legacy import LegacyBook
from ikusei.lib.tabular.textfile import read_text_table
from ikusei.lib.tabular.workbook import Book, opened

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_OTHER_DOCUMENTS = (b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"{\\rtf", b"PK\x05\x06")
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<meta")


def read_table(
    source: bytes | Path, *, file: str = "", sheet: str | None = None, encoding: str | None = None
) -> Table:
    """The table of a CSV, XLSX or XLS file; without `sheet` the first visible sheet that holds something.

    `encoding` (utf-8, cp932, utf-16) overrules the guess for a text file. Raises TabularError, whose problem is
    for people.
    """
    name, data = _load(source, file)
    if _is_workbook(data, name):
        with opened(data, file=name) as book:
            return _wanted_sheet(book, sheet, name)
    table = read_text_table(data, file=name, encoding=encoding)
    if not table.rows:
        raise faults.empty(name)
    return table


def read_with_header(
    source: bytes | Path,
    wanted: Mapping[str, Sequence[str]],
    *,
    file: str = "",
    sheet: str | None = None,
    encoding: str | None = None,
) -> tuple[Table, Header]:
    """The table and its header; without `sheet` the visible sheet whose headings answer best to what is wanted.

    So a workbook that begins with a cover or an instruction sheet is read all the same.
    """
    name, data = _load(source, file)
    if sheet is None and _is_workbook(data, name):
        with opened(data, file=name) as book:
            return _best_sheet(book, wanted, name)
    table = read_table(data, file=name, sheet=sheet, encoding=encoding)
    return table, find_header(table, wanted)


def list_sheets(source: bytes | Path, *, file: str = "") -> list[str]:
    """The names of a workbook's visible sheets in order; empty for a text file."""
    name, data = _load(source, file)
    if not _is_workbook(data, name):
        return []
    with opened(data, file=name) as book:
        return book.visible


def _wanted_sheet(book: Book | LegacyBook, sheet: str | None, file: str) -> Table:
    for candidate in book.visible if sheet is None else [sheet]:
        table = book.table(candidate)
        if table.rows:
            return table
    raise faults.empty(file)


def _best_sheet(
    book: Book | LegacyBook, wanted: Mapping[str, Sequence[str]], file: str
) -> tuple[Table, Header]:
    best: tuple[Table, Header] | None = None
    for candidate in book.visible:
        table = book.table(candidate)
        if not table.rows:
            continue
        header = find_header(table, wanted)
        if best is None or header.score > best[1].score:
            best = table, header
        if len(best[1].columns) == len(wanted):
            break
    if best is None:
        raise faults.empty(file)
    return best


def _load(source: bytes | Path, file: str) -> tuple[str, bytes]:
    """The file's name for problems, and its content, once its size is known to be bearable."""
    name = file or (source.name if isinstance(source, Path) else "")
    size = source.stat().st_size if isinstance(source, Path) else len(source)
    if size > MAX_BYTES:
        raise TabularError(
            _("The file is larger than %(limit)s MB.") % {"limit": MAX_BYTES // 2**20},
            fix=_("Split it into several files."),
            file=name,
        )
    data = source.read_bytes() if isinstance(source, Path) else source
    if not data.strip():
        raise faults.empty(name)
    return name, data


def _is_workbook(data: bytes, file: str) -> bool:
    """Whether the content is an Excel workbook; raises where it is another kind of document."""
    if data.startswith(_ZIP):
        return True
    if data.startswith(_OLE):
        if _ENCRYPTED_PACKAGE in data:
            raise faults.protected(file)
        return True
    if data.startswith(_OTHER_DOCUMENTS):
        raise faults.not_a_table(file)
    if data[:64].removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_MARKUP):
        raise TabularError(
            _("This is a web page or XML under another name."),
            fix=_("Open it in Excel and save it as an Excel workbook (.xlsx)."),
            file=file,
        )
    return False
