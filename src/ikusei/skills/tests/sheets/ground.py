"""An office's skill sheets for the tests, and the framework they speak of."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from ikusei.lib.tabular import write_csv
from ikusei.org import access
from ikusei.org.access import Viewer
from ikusei.org.models import Employer, Employment, Person
from ikusei.org.services import people
from ikusei.skills.formats import FrameworkData, GroupData, LevelData, SkillData, Text
from ikusei.skills.models import FrameworkVersion
from ikusei.skills.services.sheets.recording import SheetOrder, SheetResult, check_sheet, import_sheet
from ikusei.skills.sheets.catalogue import Catalogue, CatalogueSkill
from ikusei.skills.sheets.columns import Columns, open_table, read_columns
from ikusei.skills.sheets.reading import Said, read_sheet
from ikusei.skills.sheets.rows import Sheet
from ikusei.skills.sheets.scale import Scale, Step
from ikusei.skills.tests.made_up import published

TODAY = date(2026, 4, 15)
ON = date(2026, 4, 1)

STEPS = (
    (0, "未経験", "Not yet"),
    (1, "知っている", "Knows"),
    (2, "支援があればできる", "Does with support"),
    (3, "一人でできる", "Does alone"),
    (4, "教えられる", "Teaches others"),
)
SKILLS = (
    ("reform", "業務改革（BPR）", "Process reform", ("戦略", "Strategy")),
    ("data", "データ分析", "Data analysis", ("戦略", "Strategy")),
    ("cloud", "クラウド基盤", "Cloud platform", ("技術", "Technology")),
    ("security", "情報セキュリティ", "Information security", ("技術", "Technology")),
)
HEADINGS = ("業務改革（BPR）", "データ分析", "クラウド基盤", "情報セキュリティ")


def catalogue() -> Catalogue:
    """The skills and the scale, without a database."""
    return Catalogue(
        [CatalogueSkill(index, index + 1, *row) for index, row in enumerate(SKILLS)],
        Scale([Step(*step) for step in STEPS]),
    )


def framework() -> FrameworkVersion:
    """The same, published and in use."""
    groups = {skill[3][0]: skill[3] for skill in SKILLS}
    data = FrameworkData(
        key="office",
        version="1",
        name=Text("役所の体系", "Office framework"),
        source="https://example.test/",
        licence="CC BY 4.0",
        levels=tuple(LevelData(number, Text(ja, en), Text(ja, en)) for number, ja, en in STEPS),
        groups=tuple(GroupData(en.lower(), Text(ja, en)) for ja, en in groups.values()),
        skills=tuple(
            SkillData(key=key, name=Text(ja, en), group=group[1].lower()) for key, ja, en, group in SKILLS
        ),
    )
    return published(data, use_from=date(2025, 4, 1))


def csv(*rows: Sequence[Any], encoding: str = "utf-8-sig") -> bytes:
    """The rows as a CSV file."""
    return write_csv(rows, encoding).content


def columns_of(content: bytes, **corrections: str) -> Columns:
    """What the columns of a file are read as."""
    _table, header = open_table(content, catalogue())
    return read_columns(
        header, catalogue(), {key.removeprefix("c"): reads for key, reads in corrections.items()}
    )


def sheet_of(content: bytes, *, on: date = ON, rater: str = "supervisor") -> Sheet:
    """What a file says, before anybody looks for the people."""
    table, header = open_table(content, catalogue())
    said = Said(stated_on=on, rater=rater, today=TODAY)
    return read_sheet(table, read_columns(header, catalogue(), {}), catalogue(), said)


def order(content: bytes, **changes: Any) -> SheetOrder:
    """A sheet of the city, read in the framework in use."""
    given: dict[str, Any] = {
        "source": content,
        "file_name": "sheet.csv",
        "employer": Employer.objects.get(code="city"),
        "version": FrameworkVersion.objects.get(),
        "stated_on": ON,
        "rater": "supervisor",
    }
    return SheetOrder(**given | changes)


def check(content: bytes, *, actor: Viewer | None = None, **changes: Any) -> SheetResult:
    """What a sheet would record."""
    return check_sheet(actor=actor or access.operator(), order=order(content, **changes))


def bring(
    content: bytes, *, actor: Viewer | None = None, good_rows: bool = False, **changes: Any
) -> SheetResult:
    """A sheet, recorded."""
    return import_sheet(
        actor=actor or access.operator(), order=order(content, **changes), good_rows=good_rows
    )


def hire(number: str, name: str, **fields: Any) -> Person:
    """Somebody more whom the city employs."""
    return people.add_person(
        actor=access.operator(),
        name=name,
        employment={
            "employer": Employer.objects.get(code="city"),
            "staff_number": number,
            "category": "ict",
            "grade": "主事",
            "from_date": date(2024, 4, 1),
        },
        **fields,
    )


def number_of(person: Person) -> str:
    """The staff number of somebody."""
    return Employment.objects.get(person=person).staff_number
