"""The columns that an export of orders may have: what each is called and what it holds."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ikusei.lib.dates import era_date
from ikusei.lib.tabular import Cell
from ikusei.org.grades import grade_label
from ikusei.org.models import Category
from ikusei.rotation.queries.orders import OrderRow

type Read = Callable[[OrderRow], Cell | None]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key as layouts keep it, the heading unless a layout has its own, and where its value is read."""

    key: str
    label: Promise
    read: Read


def _number(row: OrderRow) -> str:
    return row.employment.staff_number if row.employment else ""


def _category(row: OrderRow) -> str:
    return str(Category(row.employment.category).label) if row.employment else ""


def _grade(row: OrderRow) -> str:
    return grade_label(row.employment.grade) if row.employment else ""


def _last_day(row: OrderRow) -> Cell | None:
    return row.order.until - timedelta(days=1) if row.order.until else None


def _last_day_by_era(row: OrderRow) -> str:
    return era_date(row.order.until - timedelta(days=1)) if row.order.until else ""


def _percent(row: OrderRow) -> float:
    return float(row.order.share * Decimal(100))


COLUMNS: Mapping[str, Column] = {
    column.key: column
    for column in (
        Column("number", _("Decision number"), lambda row: row.order.number),
        Column("decided-on", _("Decided on"), lambda row: row.order.decided_on),
        Column("decided-on-era", _("Decided on (era)"), lambda row: era_date(row.order.decided_on)),
        Column("effective-on", _("In force on"), lambda row: row.order.effective_on),
        Column("effective-on-era", _("In force on (era)"), lambda row: era_date(row.order.effective_on)),
        Column("staff-number", _("Staff number"), _number),
        Column("name", _("Name"), lambda row: row.order.person.name),
        Column("used-name", _("Name used at work"), lambda row: row.order.person.used_name),
        Column("kana", _("Reading"), lambda row: row.order.person.kana),
        Column("name-latin", _("Name in Latin letters"), lambda row: row.order.person.name_latin),
        Column("category", _("Category"), _category),
        Column("grade", _("Grade"), _grade),
        Column("kind", _("Kind"), lambda row: "" if row.is_cancellation else row.order.get_kind_display()),
        Column("from-employer", _("From: employer"), lambda row: row.words.origin.employer),
        Column("from-bureau", _("From: bureau"), lambda row: row.words.origin.bureau),
        Column("from-unit", _("From: unit"), lambda row: row.words.origin.unit),
        Column("from-units", _("From: all units"), lambda row: row.words.origin.units),
        Column("from-post", _("From: post"), lambda row: row.words.origin.post),
        Column("to-employer", _("To: employer"), lambda row: row.words.target.employer),
        Column("to-bureau", _("To: bureau"), lambda row: row.words.target.bureau),
        Column("to-unit", _("To: unit"), lambda row: row.words.target.unit),
        Column("to-units", _("To: all units"), lambda row: row.words.target.units),
        Column("to-post", _("To: post"), lambda row: row.words.target.post),
        Column("to-grade", _("To: grade of the post"), lambda row: row.words.target.grade),
        Column("share", _("Share of time in percent"), _percent),
        Column("until", _("Last day"), _last_day),
        Column("until-era", _("Last day (era)"), _last_day_by_era),
        Column("return-post", _("Post kept for the return"), lambda row: row.words.back.whole),
        Column("state", _("State"), lambda row: str(row.order.get_state_display())),
        Column("reason", _("Reason of the correction"), lambda row: row.order.reason),
        Column(
            "replaces",
            _("Replaces the order"),
            lambda row: row.order.corrects.number if row.order.corrects else "",
        ),
        Column(
            "restores",
            _("Brings back the order"),
            lambda row: row.order.restores.number if row.order.restores else "",
        ),
    )
}
"""Key -> column, in the order in which the editor offers them."""

STANDARD = (
    "number",
    "decided-on",
    "effective-on",
    "staff-number",
    "name",
    "kana",
    "grade",
    "from-units",
    "from-post",
    "to-units",
    "to-post",
    "kind",
    "until",
    "state",
)
"""The columns of an export where no layout is chosen."""

type Layout = list[tuple[str, str]]
"""[(key, heading)], as `OrderLayout.columns` keeps them; an empty heading is the column's own."""


def standard() -> Layout:
    """The columns where no layout is chosen."""
    return [(key, "") for key in STANDARD]


def table(layout: Iterable[tuple[str, str]], rows: Iterable[OrderRow]) -> list[list[Cell | None]]:
    """Heading and rows of an export; a column that this version does not know stays empty."""
    columns = [(COLUMNS.get(key), heading) for key, heading in layout]
    head: list[Cell | None] = [
        heading or (str(column.label) if column is not None else "") for column, heading in columns
    ]
    body = [[column.read(row) if column is not None else "" for column, _heading in columns] for row in rows]
    return [head, *body]
