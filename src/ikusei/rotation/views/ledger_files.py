"""Ledgers and planes as files."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.http import HttpResponse
from django.utils.translation import gettext as _

from ikusei.lib.fields import pick
from ikusei.lib.tabular import Cell, write_csv
from ikusei.org.models import CreditKind
from ikusei.rotation.queries.person_ledger import Line, PersonLedger
from ikusei.rotation.templatetags.ledger import parts

type Row = Sequence[Cell | None]


def csv(name: str, rows: Iterable[Row], on: date) -> HttpResponse:
    """A CSV file for Excel, which runs nothing in it."""
    return HttpResponse(
        write_csv(rows).content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}-{on.isoformat()}.csv"'},
    )


def ledger_rows(page: PersonLedger) -> Iterable[Row]:
    """A person's ledger, one line a row, with every factor of its multiplication; the sums at the end."""
    yield [_("As of"), page.on]
    yield [_("Counted from"), page.book.since]
    yield [
        _("In the balance"),
        _("Posting"),
        _("Employer"),
        _("Kind"),
        _("From"),
        _("Until (exclusive)"),
        _("How the years come about"),
        _("Years"),
        _("Share of time"),
        _("GQ share"),
        _("GQ years"),
        _("DQ share"),
        _("DQ years"),
    ]
    for line in page.lines:
        yield _line(line)
    for one in page.book.credits:
        inside = _("yes") if one in page.credits_inside else _("no")
        name = pick(one, "label")
        yield [
            inside,
            name,
            None,
            _("credit (%(kind)s)") % {"kind": CreditKind(one.kind).label},
            one.from_date or one.on,
            one.on,
            one.source,
            None,
            None,
            None,
            float(one.gq),
            None,
            float(one.dq),
        ]
    blank: Row = [None] * 9
    yield [_("Sum"), *blank, float(page.book.gq_years), None, float(page.book.dq_years)]
    yield [_("Earlier GQ years"), *blank, float(page.book.earlier_years)]


def _line(line: Line) -> Row:
    entry = line.entry
    return [
        _("yes") if entry.is_inside else _("no"),
        line.place,
        line.employer,
        line.kind,
        entry.from_date,
        entry.until,
        parts(entry.parts),
        float(entry.years),
        float(entry.share),
        _number(entry.gq_share),
        float(entry.gq),
        _number(entry.dq_share),
        float(entry.dq),
    ]


def _number(share: Decimal | None) -> float | None:
    return None if share is None else float(share)
