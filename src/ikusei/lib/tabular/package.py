"""What an XLSX file claims and what it holds, checked before calamine may unpack it.

Calamine keeps a sheet as one dense block from its first to its last filled cell: a file of five kilobytes with a
cell in the last corner makes it ask for 550 GB, and the process is ended. So the corners are measured first, with
the standard library's streaming parser, which also holds every part to the size it declares.
"""

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from xml.parsers import expat

from django.utils.translation import gettext as _

from ikusei.lib.tabular import faults
from ikusei.lib.tabular.cells import MAX_CELLS, TabularError, column_letters

MAX_UNPACKED = 512 * 2**20
_CHUNK = 2**18
_MOST_ERRORS = 10_000
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_MEDIA = ("xl/media/", "xl/drawings/", "xl/charts/", "docProps/", "customXml/")

# What zipfile lets through from damaged archives, beside its own error: seeks to negative places, odd versions.
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, struct.error)

type StartHandler = Callable[[str, dict[str, str]], object]


class Package:
    """The zip archive of an XLSX file: no larger than it says, with a workbook in it.

    Raises TabularError from every method, so that a file is refused before memory is asked for.
    """

    def __init__(self, data: bytes, file: str = "") -> None:
        self.file = file
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except _ZIP_ERRORS as error:
            raise faults.damaged(file) from error
        self._parts = {info.filename.casefold(): info for info in self._archive.infolist()}
        self._refuse_other_kinds()
        self._refuse_excess()

    def check_sheet(self, sheet: str) -> frozenset[tuple[int, int]]:
        """The cells that show an error (#N/A ...) by 0-based row and column, once the sheet is known to be bearable.

        Calamine gives such cells as blanks, which a list must not take for "nothing to say".
        """
        block = _Block()
        self._parse(self._part_of(sheet), block.start)
        if block.broken:
            raise faults.damaged(self.file)
        if block.last_row * block.last_column > MAX_CELLS:
            raise TabularError(
                _("The sheet reaches to cell %(cell)s: more than %(limit)s cells.")
                % {"cell": f"{column_letters(block.last_column - 1)}{block.last_row}", "limit": MAX_CELLS},
                fix=_(
                    "Delete what stands far below or beside the table, or copy the table to a new workbook."
                ),
                row=block.last_row,
                column=column_letters(block.last_column - 1),
                file=self.file,
            )
        return frozenset(block.errors)

    def _refuse_other_kinds(self) -> None:
        if "xl/workbook.xml" in self._parts:
            return
        if "xl/workbook.bin" in self._parts:
            raise faults.other_workbook("XLSB", self.file)
        if "content.xml" in self._parts:
            raise faults.other_workbook("ODS", self.file)
        raise faults.not_a_table(self.file)

    def _refuse_excess(self) -> None:
        """Refuse by the declared sizes; then read what calamine reads at once, to see the declarations kept."""
        infos = self._archive.infolist()
        if any(info.flag_bits & 0x1 for info in infos):
            raise faults.protected(self.file)
        known = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if len(self._parts) < len(infos) or any(info.compress_type not in known for info in infos):
            raise faults.damaged(self.file)
        unpacked = sum(info.file_size for info in infos if not info.filename.startswith(_MEDIA))
        if unpacked > MAX_UNPACKED:
            raise TabularError(
                _("Unpacked, the workbook would take %(size)s MB.") % {"size": unpacked // 2**20},
                fix=_("Copy the table alone to a new workbook."),
                file=self.file,
            )
        for info in infos:
            if not info.filename.startswith((*_MEDIA, "xl/worksheets/")):
                self._read(info, _ignore)

    def _part_of(self, sheet: str) -> str:
        """The name of the part that holds the sheet, by the workbook's own relationships."""
        identifiers: dict[str, str] = {}
        targets: dict[str, str] = {}

        def on_sheet(tag: str, attributes: dict[str, str]) -> None:
            if _local(tag) == "sheet":
                by_local = {_local(name): value for name, value in attributes.items() if ":" in name}
                identifiers[attributes.get("name", "")] = by_local.get("id", "")

        def on_relationship(tag: str, attributes: dict[str, str]) -> None:
            if _local(tag) == "Relationship":
                targets[attributes.get("Id", "")] = attributes.get("Target", "")

        self._parse("xl/workbook.xml", on_sheet)
        self._parse("xl/_rels/workbook.xml.rels", on_relationship)
        target = targets.get(identifiers.get(sheet, ""), "").replace("\\", "/")
        if not target:
            raise faults.damaged(self.file)
        return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")

    def _parse(self, part: str, on_start: StartHandler) -> None:
        """Stream one part through expat; a document type, which Office never writes, is refused."""
        info = self._parts.get(part.casefold())
        if info is None:
            raise faults.damaged(self.file)
        parser = expat.ParserCreate()
        parser.StartElementHandler = on_start
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        try:
            self._read(info, lambda chunk: parser.Parse(chunk, False))
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise faults.damaged(self.file) from error

    def _refuse_doctype(self, *_declaration: object) -> None:
        raise faults.damaged(self.file)

    def _read(self, info: zipfile.ZipInfo, use: Callable[[bytes], object]) -> None:
        """Hand the part over in chunks; zipfile stops at the declared size and compares the checksum."""
        try:
            with self._archive.open(info) as part:
                while chunk := part.read(_CHUNK):
                    use(chunk)
        except _ZIP_ERRORS as error:
            raise faults.damaged(self.file) from error


class _Block:
    """How far the filled cells of a sheet reach, 1-based; cells without a reference follow the one before."""

    def __init__(self) -> None:
        self.last_row = 0
        self.last_column = 0
        self.broken = False
        self.errors: list[tuple[int, int]] = []
        self._row = 0
        self._column = 0
        self._columns: dict[str, int] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take one element's start; v, is and f are what fills a cell."""
        if tag not in _CELL_PARTS:
            tag = _local(tag)
        if tag in {"v", "is"}:
            self.last_row = max(self.last_row, self._row)
            self.last_column = max(self.last_column, self._column)
        elif tag == "c":
            reference = attributes.get("r")
            if reference is None:
                self._column += 1
            else:
                self._go_to(reference)
            if attributes.get("t") == "e" and len(self.errors) < _MOST_ERRORS:
                self.errors.append((self._row - 1, self._column - 1))
        elif tag == "row":
            number = attributes.get("r", "")
            self.broken |= bool(number) and not number.isdecimal()
            self._row = int(number) if number.isdecimal() and len(number) < 9 else self._row + 1
            self._column = 0

    def _go_to(self, reference: str) -> None:
        letters = reference.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None:
            match = _REFERENCE.fullmatch(reference)
            if match is None:
                self.broken = True
                return
            column = 0
            for letter in letters:
                column = column * 26 + ord(letter) - 64
            self._columns[letters] = column
        self._column = column
        row = reference[len(letters) :]
        self._row = int(row) if 0 < len(row) < 9 else self._row


_CELL_PARTS = frozenset({"row", "c", "v", "is", "t", "f"})


def _local(tag: str) -> str:
    """The name without its namespace prefix."""
    return tag.rpartition(":")[2]


def _ignore(_chunk: bytes) -> None:
    """Return nothing: reading alone was the check."""
