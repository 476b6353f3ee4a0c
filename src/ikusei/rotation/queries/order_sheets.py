"""The printed order (辞令): its words in the form that Japanese offices use, and in English. Days are written by era."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ikusei.lib.dates import format_date
from ikusei.org.access import Viewer
from ikusei.org.grades import grade_label
from ikusei.org.models import PostingKind
from ikusei.rotation.queries.orders import OrderRow, OrdersWanted, PrintSheet, print_sheets

FORMS = {"ja": gettext_lazy("Japanese"), "en": gettext_lazy("English"), "both": gettext_lazy("both")}
"""In which languages sheets can be printed."""


@dataclass(frozen=True, slots=True)
class SheetText:
    """One sheet in one language, ready to be printed."""

    language: str
    title: str
    number: str
    place: str
    grade: str
    name: str
    sentences: list[str]
    day: str
    authority: str


def sheets(
    viewer: Viewer, wanted: OrdersWanted, public_id: uuid.UUID | None, *, form: str
) -> list[SheetText]:
    """The sheets of the orders asked for, or of one of them; `form` is one of FORMS."""
    languages = ("ja", "en") if form == "both" else ("en",) if form.startswith("en") else ("ja",)
    found = print_sheets(viewer, wanted, public_id)
    return [text for sheet in found for text in _texts(sheet, languages)]


def _texts(sheet: PrintSheet, languages: Iterable[str]) -> list[SheetText]:
    made = []
    for code in languages:
        with translation.override(code):
            made.append(_text(sheet, code))
    return made


def _text(sheet: PrintSheet, language: str) -> SheetText:
    first = sheet.first
    order = first.order
    person = order.person
    own = person.used_name or person.name
    return SheetText(
        language=language,
        title=_("Order of appointment"),
        number=order.number,
        place=first.words.origin.units,
        grade=grade_label(first.employment.grade) if first.employment else "",
        name=person.name_latin or own if language == "en" else own,
        sentences=[sentence for row in sheet.rows for sentence in _sentences(row)],
        day=format_date(order.effective_on, era=True),
        authority=order.round.employer.name,
    )


def _sentences(row: OrderRow) -> list[str]:
    """What is ordered, sentence by sentence."""
    order, words = row.order, row.words
    if row.is_cancellation and order.corrects is not None:
        return [
            _("The order %(number)s of %(day)s is cancelled.")
            % {
                "number": order.corrects.number,
                "day": format_date(order.corrects.effective_on, era=True),
            }
        ]
    said = []
    if order.restores is not None and order.corrects is not None:
        said.append(
            _("The order %(number)s of %(day)s is cancelled; the order %(first)s is in force again.")
            % {
                "number": order.corrects.number,
                "day": format_date(order.corrects.effective_on, era=True),
                "first": order.restores.number,
            }
        )
    elif order.corrects is not None:
        said.append(
            _("This order replaces the order %(number)s of %(day)s.")
            % {
                "number": order.corrects.number,
                "day": format_date(order.corrects.effective_on, era=True),
            }
        )
    said.append(_appointed(row))
    if order.until is not None:
        last = format_date(order.until - timedelta(days=1), era=True)
        said.append(_("The term ends on %(day)s.") % {"day": last})
    if words.back.post:
        said.append(_("The post kept for the return is %(post)s.") % {"post": words.back.whole})
    return said


def _appointed(row: OrderRow) -> str:
    words = row.words
    if row.order.kind == PostingKind.DISPATCH:
        return _("is dispatched to %(host)s, to serve as %(post)s") % {
            "host": words.target.employer,
            "post": words.target.whole,
        }
    if row.order.kind == PostingKind.CONCURRENT:
        return _("is appointed concurrently: %(post)s") % {"post": words.target.whole}
    return _("is appointed: %(post)s") % {"post": words.target.whole}
