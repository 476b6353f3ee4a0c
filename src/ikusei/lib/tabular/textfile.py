"""CSV and its relatives -> Table: encoding, delimiter and quotes found out, damage named by row."""

import codecs
import csv
import io
import re
from collections import Counter
from contextlib import suppress
from itertools import islice

from django.utils.translation import gettext as _

from ikusei.lib.tabular import faults
from ikusei.lib.tabular.cells import MAX_CELLS, Cell, Table, TabularError, is_blank
from ikusei.lib.tabular.formulas import unguard

_DELIMITERS = (",", "\t", ";")
_SAMPLE_ROWS = 60
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")
# Bytes 80, FD, FE and FF mean nothing in CP932; Python gives them these places rather than an error.
_UNASSIGNED_IN_CP932 = re.compile("[\x80\uf8f1-\uf8f3]")
_JAPANESE = re.compile("[\u3041-\u30ff\u4e00-\u9fff]")
_KANA = re.compile("[\u3041-\u30fa]")


def read_text_table(data: bytes, *, file: str = "", encoding: str | None = None) -> Table:
    """The table of a delimited text file; rows may differ in length (body() reports those that matter).

    Raises TabularError: neither UTF-8, CP932 nor UTF-16 (row and byte named), NUL bytes, binary content, a
    quotation mark that is never closed or stands inside a cell.
    """
    found, text = _decode(data, encoding, file)
    delimiter = _delimiter(text)
    return Table(_rows(text, delimiter, file), found, delimiter=delimiter, file=file)


def _decode(data: bytes, encoding: str | None, file: str) -> tuple[str, str]:
    """The encoding's plain name and the text without byte order mark."""
    if encoding is None and data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    if encoding is None:
        _refuse_binary(data, file)
        encoding = _guess(data, file)
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    try:
        return encoding, data.decode(codec)
    except UnicodeDecodeError as error:
        raise _undecodable(data, error.start, encoding, file) from error


def _refuse_binary(data: bytes, file: str) -> None:
    nul = data.find(b"\0")
    if nul >= 0:
        raise TabularError(
            _("Byte %(byte)s is a NUL: this is not a text file.") % {"byte": nul + 1},
            fix=_save_again(),
            row=_row_of(data, nul),
            file=file,
        )
    if _ISO_2022_JP.search(data):
        raise TabularError(_("The text is in ISO-2022-JP (JIS)."), fix=_save_again(), file=file)
    if len(_CONTROL.findall(data[:4096])) > len(data[:4096]) // 50:
        raise TabularError(_("This is not a text file."), fix=_save_again(), file=file)


def _guess(data: bytes, file: str) -> str:
    """Utf-8 where it fits, else cp932, unless the text is plainly broken UTF-8 or EUC-JP."""
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(_JAPANESE.findall(data[: error.start].decode("utf-8-sig", "ignore"))) >= 3:
            # Bytes of CP932 do not spell Japanese in UTF-8 by chance: this is UTF-8 with damage.
            raise _undecodable(data, error.start, "utf-8", file) from error
        first_bad = error.start
    else:
        return "utf-8"
    if _is_euc_jp(data):
        raise TabularError(_("The text is in EUC-JP."), fix=_save_again(), file=file)
    try:
        text = data.decode("cp932")
    except UnicodeDecodeError as error:
        raise _undecodable(data, max(first_bad, error.start), None, file) from error
    if unassigned := _UNASSIGNED_IN_CP932.search(text):
        start = len(text[: unassigned.start()].encode("cp932"))
        raise _undecodable(data, start, None, file)
    return "cp932"


def _is_euc_jp(data: bytes) -> bool:
    """Whether EUC-JP fits and gives kana; real CP932 kanji never fit it, half-width kana give no kana in it."""
    try:
        text = data.decode("euc_jp")
    except UnicodeDecodeError:
        return False
    return len(_KANA.findall(text)) * 10 > sum(not sign.isascii() for sign in text)


def _undecodable(data: bytes, start: int, encoding: str | None, file: str) -> TabularError:
    values = {
        "byte": start + 1,
        "encoding": {"utf-8": "UTF-8", "utf-16": "UTF-16"}.get(encoding or "", "CP932"),
    }
    if encoding:
        reason = _("Byte %(byte)s of the file does not belong to %(encoding)s text.") % values
    else:
        reason = _("Byte %(byte)s of the file is neither UTF-8 nor CP932 (Shift_JIS) text.") % values
    line = data[data.rfind(b"\n", 0, start) + 1 : start]
    return TabularError(
        reason,
        fix=_save_again(),
        row=_row_of(data, start),
        value=line.decode("ascii", "replace")[-20:] if line.isascii() else f"0x{data[start]:02X}",
        file=file,
    )


def _row_of(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def _save_again() -> str:
    return _("Save it again as an Excel workbook (.xlsx) or as CSV in UTF-8.")


def _delimiter(text: str) -> str:
    """The delimiter under which most of the first rows agree on a width above one; a comma where none does."""
    if text.startswith("sep=") and len(text) > 4:
        return text[4]
    best, best_score = ",", (0, 0)
    for delimiter in _DELIMITERS:
        widths: Counter[int] = Counter()
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        with suppress(csv.Error):  # a quote that runs on: the rows before it still tell
            widths.update(len(row) for row in islice(reader, _SAMPLE_ROWS) if len(row) > 1)
        if widths:
            width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
            if (count, width) > best_score:
                best, best_score = delimiter, (count, width)
    return best


def _rows(text: str, delimiter: str, file: str) -> list[list[Cell]]:
    """Every record of the text; a cell's equal texts share one object, which halves the memory of a staff list."""
    share: dict[str, str] = {}
    shared = share.setdefault
    guarded = "'" in text
    rows: list[list[Cell]] = []
    cells = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for record in reader:
            plain = map(unguard, record) if guarded else record
            rows.append([shared(cell, cell) for cell in plain])
            cells += len(record)
            if cells > MAX_CELLS:
                raise faults.too_many_cells(file)
    except csv.Error as error:
        raise _broken_quote(len(rows) + 1, reader.line_num, file) from error
    if text.startswith("sep="):
        rows[0] = []
    while rows and is_blank(rows[-1]):
        rows.pop()
    return rows


def _broken_quote(row: int, line: int, file: str) -> TabularError:
    """The error of a record the reader gave up on: it began at `row` and was given up at the file's `line`."""
    return TabularError(
        _("A quotation mark in this row is not closed, or stands inside a cell (noticed at line %(line)s).")
        % {"line": line},
        fix=_('Remove the stray quotation mark, or write it twice ("") inside a quoted cell.'),
        row=row,
        file=file,
    )
