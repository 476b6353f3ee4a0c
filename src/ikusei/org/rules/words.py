"""What employers and units named in a rule are called, read once for the whole rule."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import CharField, DateField, IntegerField, Value
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ikusei.lib.fields import language, pick_text
from ikusei.org.models import Employer, UnitPeriod

type Texts = dict[str, str]


@dataclass(frozen=True, slots=True)
class Names:
    """Employer by code and unit by primary key -> {"ja", "en"}."""

    employers: dict[str, Texts] = field(default_factory=dict)
    units: dict[int, Texts] = field(default_factory=dict)

    def employer(self, code: str) -> str:
        """What an employer is called; its code where there is none with it."""
        return pick_text(self.employers.get(code, {})) or code

    def unit(self, pk: int) -> str:
        """What a unit is called on the day or was called last; its number where there is none with it."""
        return pick_text(self.units.get(pk, {})) or _("unit no. %(number)s") % {"number": pk}


def names(employers: Collection[str], units: Collection[int], on: date) -> Names:
    """The names of these employers and units. One query at most."""
    found = Names()
    sources: list[Any] = []
    if employers:
        listed_ones = Employer.objects.filter(code__in=employers).order_by()
        values = ("name_ja", "name_en", "code")
        sources.append(
            listed_ones.values_list(*values, Value(None, IntegerField()), Value(None, DateField()))
        )
    if units:
        periods = UnitPeriod.objects.filter(unit_id__in=units).order_by()
        no_code = Value("", CharField())
        sources.append(periods.values_list("name_ja", "name_en", no_code, "unit_id", "from_date"))
    rows = list(sources[0].union(*sources[1:], all=True)) if sources else []
    for ja, en, code, pk, from_date in sorted(rows, key=lambda row: row[4] or date.min):
        if pk is None:
            found.employers[code] = {"ja": ja, "en": en}
        elif from_date <= on or pk not in found.units:
            found.units[pk] = {"ja": ja, "en": en}
    return found


def listed(values: Iterable[object]) -> str:
    """Values beside each other, as the reader's language lists them."""
    return pgettext("between the values of a list", ", ").join(str(value) for value in values)


def sentences(values: Iterable[str]) -> str:
    """Whole sentences after each other: Japanese puts no space between them."""
    return ("" if language() == "ja" else " ").join(values)
