"""Office files for the tests, built byte by byte where no library writes them."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence

from openpyxl import Workbook

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def xlsx(rows: Sequence[Sequence[object]], *, merge: Sequence[str] = (), sheet: str = "名簿") -> bytes:
    """The bytes of a workbook of one sheet, as Excel would save it."""
    return xlsx_of({sheet: rows}, merge=merge)


def xlsx_of(
    sheets: Mapping[str, Sequence[Sequence[object]]], *, merge: Sequence[str] = (), hidden: Sequence[str] = ()
) -> bytes:
    """The bytes of a workbook of several sheets; the ranges are merged in each of them."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for merged in merge:
            sheet.merge_cells(merged)
        if name in hidden:
            sheet.sheet_state = "hidden"
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    """The workbook's bytes."""
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def with_part(data: bytes, part: str, content: bytes) -> bytes:
    """The workbook with one part of its archive replaced or added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        new.writestr(part, content)
    return target.getvalue()


def with_shared_strings(data: bytes, strings: str, cells: str) -> bytes:
    """The workbook with shared strings (<si> elements) and cells (a <row> element) as Excel itself writes them."""
    namespace = "http://schemas.openxmlformats.org"
    for part, end, added in (
        ("xl/worksheets/sheet1.xml", "</sheetData>", cells),
        (
            "xl/_rels/workbook.xml.rels",
            "</Relationships>",
            f'<Relationship Id="rId99" Type="{namespace}/officeDocument/2006/relationships/sharedStrings"'
            ' Target="sharedStrings.xml"/>',
        ),
    ):
        text = zipfile.ZipFile(io.BytesIO(data)).read(part).decode()
        data = with_part(data, part, text.replace(end, added + end).encode())
    table = f'<?xml version="1.0"?><sst xmlns="{namespace}/spreadsheetml/2006/main">{strings}</sst>'
    return with_part(data, "xl/sharedStrings.xml", table.encode())


def xls(rows: Sequence[Sequence[str | float]]) -> bytes:
    """The bytes of an Excel 97 workbook of one sheet: BIFF8 records in a compound file."""
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    width = max(map(len, rows))
    sheet += _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(cell, str):
                sheet += _record(0x0204, place + struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le"))
            else:
                sheet += _record(0x0203, place + struct.pack("<d", cell))
    sheet += _record(0x000A, b"")
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    name = "Sheet1"
    start = len(head) + 4 + 8 + len(name) + 4
    bound = struct.pack("<IBBBB", start, 0, 0, len(name), 0) + name.encode("ascii")
    return _compound_file(head + _record(0x0085, bound) + _record(0x000A, b"") + sheet)


def _record(number: int, content: bytes) -> bytes:
    return struct.pack("<HH", number, len(content)) + content


def _compound_file(stream: bytes) -> bytes:
    """A compound file with one stream, Workbook: sector 0 is the FAT, 1 the directory, the stream follows."""
    stream = stream.ljust(4096, b"\0")  # shorter ones would have to live in the mini stream
    sectors = -(-len(stream) // _SECTOR)
    fat = [_FAT, _END, *range(3, sectors + 2), _END]
    fat += [_FREE] * (_SECTOR // 4 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0, 0)
    header += b"\xff" * (_SECTOR - len(header))
    directory = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, 2, len(stream))
    return (
        header
        + struct.pack(f"<{len(fat)}I", *fat)
        + directory.ljust(_SECTOR, b"\0")
        + stream.ljust(sectors * _SECTOR, b"\0")
    )


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(encoded), kind, 1, _FREE, _FREE, child)
        + b"\0" * 36
        + struct.pack("<IQ", start, size)
    )
