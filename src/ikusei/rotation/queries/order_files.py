"""Orders as files: CSV for Excel, CSV for systems that know CP932 only, XLSX; in the columns of an office."""

from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ikusei.lib.tabular import Unwritten, write_csv, write_xlsx
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.rotation.models import OrderLayout
from ikusei.rotation.queries.order_columns import Layout, standard, table
from ikusei.rotation.queries.orders import OrdersWanted, order_rows, wanted_orders

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FileKind(StrEnum):
    """A kind of file."""

    XLSX = "xlsx"
    CSV = "csv"
    CP932 = "cp932"


KINDS = (
    (FileKind.XLSX, gettext_lazy("Excel workbook (XLSX)")),
    (FileKind.CSV, gettext_lazy("CSV in UTF-8 with a byte order mark")),
    (FileKind.CP932, gettext_lazy("CSV in Shift_JIS (CP932), for older systems")),
)


@dataclass(frozen=True, slots=True)
class OrderFile:
    """A file of orders, and the characters that its encoding could not write (外字): in the file they are 〓."""

    name: str
    content_type: str
    content: bytes
    count: int
    unwritten: list[Unwritten] = field(default_factory=list)


def layouts() -> list[OrderLayout]:
    """The layouts that were made, by name."""
    return list(OrderLayout.objects.order_by("name"))


def layout_of(row: OrderLayout | None) -> Layout:
    """The columns of a layout; the standard ones without one."""
    return standard() if row is None else [(key, heading) for key, heading in row.columns]


def order_file(
    viewer: Viewer, wanted: OrdersWanted, *, kind: FileKind, layout: OrderLayout | None
) -> OrderFile:
    """The orders asked for as a file, the look noted with their number."""
    rows = order_rows(wanted_orders(viewer, wanted))
    access.note_list(viewer, Right.ROTATION_PLAN, verb="rotation.orders.export", count=len(rows))
    cells = table(layout_of(layout), rows)
    name = f"orders-{wanted.year or 'all'}"
    if kind == FileKind.XLSX:
        content = write_xlsx(cells, sheet_name=_("Orders"), widths=[18.0] * len(cells[0]))
        return OrderFile(f"{name}.xlsx", XLSX_TYPE, content, len(rows))
    plain = kind == FileKind.CP932
    written = write_csv(cells, encoding="cp932" if plain else "utf-8-sig")
    charset = "Shift_JIS" if plain else "utf-8"
    return OrderFile(
        f"{name}.csv", f"text/csv; charset={charset}", written.content, len(rows), written.unwritten
    )
