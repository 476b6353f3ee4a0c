"""An employer's staff list in the columns that the import reads, so that it goes round unchanged."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from ikusei.audit import services as audit
from ikusei.lib.tabular import Cell
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.imports.columns import COLUMNS, LEVELS
from ikusei.org.imports.records import KnownPerson, KnownPosting, UnitNode
from ikusei.org.models import Category, Employer, EmploymentKind, PostingKind, UnitKind
from ikusei.org.services.people_import.loading import load_records

_PARTS = {"family_name", "given_name", "family_kana", "given_kana"}
"""Columns that say what others say already."""

_WRITTEN = [column for column in COLUMNS if column.key not in _PARTS]

# Words the import reads back as the same value, whatever the language of whoever exports.
_CATEGORIES = {
    Category.CLERICAL: "事務", Category.ICT: "ICT", Category.ENGINEERING: "技術", Category.WELFARE: "福祉",
    Category.SKILLED: "技能", Category.OTHER: "その他",
}  # fmt: skip
_KINDS = {
    EmploymentKind.REGULAR: "正規", EmploymentKind.FIXED_TERM: "任期付", EmploymentKind.REEMPLOYED: "再任用",
    EmploymentKind.ANNUAL: "会計年度任用",
}  # fmt: skip
_SEXES = {"f": "女", "m": "男", "x": "その他", "": ""}
_LEVELS = {
    UnitKind.BUREAU: "bureau",
    UnitKind.DIVISION: "division",
    UnitKind.SECTION: "section",
    UnitKind.TEAM: "team",
}


def export_people(*, actor: Viewer, employer: Employer, as_of: date) -> list[list[Cell]]:
    """The rows of the file, headings first: everybody the employer employs on the day, by staff number."""
    access.require_tree(actor, Right.PEOPLE_IMPORT, employer)
    records = load_records(employer, as_of)
    people = [person for person in records.people.values() if person.employment is not None]
    rows: list[list[Cell]] = [[column.name_ja for column in _WRITTEN]]
    for person in sorted(people, key=lambda one: one.number):
        cells = dict(_cells(person))
        rows.append([cells.get(column.key, "") for column in _WRITTEN])
    audit.record(
        actor=actor.user,
        verb="org.people.export",
        subject_kind="people",
        subject_id=employer.code,
        count=len(people),
    )
    return rows


def _cells(person: KnownPerson) -> Iterator[tuple[str, Cell]]:
    for key in ("number", "name", "kana", "used_name", "name_latin", "email"):
        yield key, getattr(person, key)
    yield "birth_date", person.birth_date or ""
    yield "sex", _SEXES[person.sex]
    employment = person.employment
    if employment is not None:
        yield "category", _CATEGORIES[Category(employment.category)]
        yield "grade", employment.grade
        yield "kind", _KINDS[EmploymentKind(employment.kind)]
        yield "hired_on", person.hired_on or ""
        if employment.until is not None:
            yield "last_day", employment.until - timedelta(days=1)
    own = [posting for posting in person.postings if posting.post.unit is not None]
    homes = [posting for posting in own if posting.kind == PostingKind.HOME]
    if homes:
        yield from _home(max(homes, key=lambda posting: posting.from_date))
    yield from _seconds([posting for posting in own if posting.kind == PostingKind.CONCURRENT])


def _home(posting: KnownPosting) -> Iterator[tuple[str, Cell]]:
    unit = posting.post.unit
    if unit is not None:
        yield "unit_code", unit.code
        yield from _levels(unit)
    yield "post", posting.post.name
    yield "posted_since", posting.from_date
    yield "share", _share(posting.share)


def _levels(unit: UnitNode) -> Iterator[tuple[str, Cell]]:
    """The unit and those above it by level; as one text where the tree does not follow the levels."""
    way: list[UnitNode] = []
    node: UnitNode | None = unit
    while node is not None:
        way.append(node)
        node = node.parent
    kinds = [_LEVELS[UnitKind(one.kind)] for one in reversed(way)]
    if kinds == sorted(set(kinds), key=LEVELS.index):
        yield from zip(kinds, unit.way, strict=True)
    else:
        yield "unit", "/".join(unit.way)


def _seconds(postings: list[KnownPosting]) -> Iterator[tuple[str, Cell]]:
    units = [posting.post.unit for posting in postings if posting.post.unit is not None]
    if units:
        yield "concurrent_code", ";".join(unit.code for unit in units)
        yield "concurrent", ";".join("/".join(unit.way) for unit in units)
        yield "concurrent_post", ";".join(posting.post.name for posting in postings)
        yield "concurrent_share", ";".join(_share(posting.share) for posting in postings)


def _share(share: Decimal) -> str:
    return f"{share.normalize():f}"
