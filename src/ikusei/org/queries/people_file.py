"""The list of people as a file: the columns of the page, nothing in them runs in a spreadsheet."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from ikusei.lib.tabular import CsvFile, write_csv
from ikusei.org.access import Viewer
from ikusei.org.queries.people import PeopleWanted, PersonRow, everyone_found


def people_csv(viewer: Viewer, wanted: PeopleWanted, *, on: date) -> CsvFile:
    """Everybody found, as CSV with a byte order mark; the look is noted with their number."""
    rows = everyone_found(viewer, wanted, on=on)
    return write_csv(_lines(rows))


def _lines(rows: list[PersonRow]) -> Iterator[list[str]]:
    yield [
        _("Name"),
        _("Reading"),
        _("Staff number"),
        _("Employer"),
        _("Unit"),
        _("Post"),
        _("Grade"),
        _("Category"),
        _("Dispatched"),
        _("Concurrent posts"),
    ]
    yes = _("yes")
    for row in rows:
        yield [
            row.name,
            row.kana,
            row.number,
            row.employer,
            row.unit,
            row.post,
            row.grade,
            row.category,
            yes if row.is_dispatched else "",
            yes if row.is_concurrent else "",
        ]
