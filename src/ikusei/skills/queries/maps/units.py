"""The names of units on a day, for the columns of a map and the way up from one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ikusei.lib.fields import pick_text
from ikusei.org.models import UnitPeriod

NOWHERE = 0
"""The column of people who hold levels and have no posting on the day: no unit has this number."""


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit on a day."""

    id: int
    name: str
    path: str
    order: int

    @property
    def above(self) -> tuple[int, ...]:
        """The units it is part of, the root first."""
        return tuple(int(step) for step in self.path.split("/")[1:-2])


def unit_names(unit_ids: Iterable[int], on: date) -> dict[int, UnitName]:
    """The units that exist on a day, by primary key."""
    rows = UnitPeriod.objects.on(on).filter(unit_id__in=list(unit_ids)).order_by()
    return {
        pk: UnitName(pk, pick_text({"ja": ja, "en": en}), path, order)
        for pk, ja, en, path, order in rows.values_list("unit_id", "name_ja", "name_en", "path", "order")
    }
