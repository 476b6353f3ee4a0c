"""Staff lists for tests, built as offices build them."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook

from ikusei.lib.tabular import write_csv
from ikusei.org import access
from ikusei.org.models import Employer, EmployerKind
from ikusei.org.services import people_import, units

HEADINGS = ("職員番号", "氏名", "生年月日", "局", "課", "職名", "職級", "職種")
AS_OF = date(2026, 4, 1)

TARO = ("1001", "青木 太郎", "S60.5.1", "総務局", "人事課", "主任", "2級", "事務")
HANA = ("1002", "髙橋 花", "H2.12.24", "総務局", "人事課", "主事", "1級", "事務")
JIRO = ("1003", "渡邉 次郎", "1980/1/31", "デジタル局", "基盤課", "課長", "4級", "ICT")
YUKI = ("1004", "山﨑 雪", "平成7年7月7日", "デジタル局", "基盤課", "主事", "1級", "ICT")
SORA = ("1005", "林 空", "平成8年8月8日", "デジタル局", "企画課", "主事", "1級", "ICT")
RIKU = ("1006", "森 陸", "平成9年9月9日", "デジタル局", "企画課", "主事", "1級", "ICT")
STAFF = (TARO, HANA, JIRO, YUKI, SORA, RIKU)


def csv_of(*rows: Sequence[Any], headings: Sequence[str] = HEADINGS, encoding: str = "utf-8-sig") -> bytes:
    """A CSV file with a heading."""
    return write_csv([list(headings), *map(list, rows)], encoding=encoding).content


def changed(row: Sequence[Any], **values: Any) -> tuple[Any, ...]:
    """The row with some cells changed, by heading."""
    return tuple(values.get(heading, cell) for heading, cell in zip(HEADINGS, row, strict=True))


def workbook_of(rows: Sequence[Sequence[Any]], merged: Sequence[str] = ()) -> bytes:
    """An XLSX file with these rows and merged ranges."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def new_employer(code: str = "town") -> Employer:
    """An employer without anybody."""
    return units.create_employer(
        actor=access.operator(),
        code=code,
        kind=EmployerKind.MUNICIPALITY,
        name_ja="みどり町",
        name_en="Midori",
    )


def check(employer: Employer, source: bytes, *, as_of: date = AS_OF, **options: Any) -> people_import.Result:
    """A dry run as the operator."""
    return people_import.check_list(
        actor=access.operator(), employer=employer, source=source, as_of=as_of, **options
    )


def load(employer: Employer, source: bytes, *, as_of: date = AS_OF, **options: Any) -> people_import.Result:
    """An import as the operator."""
    return people_import.import_list(
        actor=access.operator(),
        employer=employer,
        source=source,
        as_of=as_of,
        file_name="list.csv",
        **options,
    )
