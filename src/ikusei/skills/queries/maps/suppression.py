"""How a number of people is told to somebody who may not see all of them by name.

People inside the viewer's own scope are counted exactly. The others are told in steps of five only: none, under 5,
5 to 9, 10 to 14. Equal steps everywhere mean that no number can be had by taking others from it: not a cell from its
row's total, not a team from its section, not level 4 from level 3, not one day from the next. A group of fewer than
five others is not counted at all, and where the steps of the parts would pin one of them down, no part is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

STEP = 5


@dataclass(frozen=True, slots=True)
class Shown:
    """A number of people as a viewer may know it: between `low` and `high`; `high` None where more is not told."""

    low: int
    high: int | None

    @property
    def exact(self) -> bool:
        """Whether the number itself is told."""
        return self.low == self.high

    @property
    def nobody(self) -> bool:
        """Whether it is told that there is nobody."""
        return self.high == 0

    def words(self) -> str:
        """The number as a cell shows it: 3; under 5; 5-9; 3+ (at least 3); a dash where nothing is told."""
        if self.exact:
            return str(self.low)
        if self.high is None:
            return _("%(number)s+") % {"number": self.low} if self.low else "–"
        if (self.low, self.high) == (1, STEP - 1):
            return _("under %(number)s") % {"number": STEP}
        return _("%(low)s–%(high)s") % {"low": self.low, "high": self.high}


@lru_cache(maxsize=4096)
def shown(seen: int, hidden: int, *, told: bool = True) -> Shown:
    """A number of `seen` people and `hidden` ones outside the viewer's scope; not `told`: nothing about the latter."""
    if not told:
        return Shown(seen, None)
    if hidden == 0:
        return Shown(seen, seen)
    low = max(1, hidden - hidden % STEP)
    return Shown(seen + low, seen + hidden - hidden % STEP + STEP - 1)


def group_told(hidden_staff: int) -> bool:
    """Whether anything is told about the others in a group: there are none of them, or at least five."""
    return hidden_staff == 0 or hidden_staff >= STEP


def may_divide(whole: int, parts: Sequence[tuple[int, bool]]) -> bool:
    """Whether hidden people may be told part by part: no part but an empty one can then be worked out.

    `parts` are (number, told) of every part; together they are the whole. Four parts that are told as under 5 of a
    whole that is told as under 5 hold one person each: these may not be told.
    """
    if whole == 0:
        return True
    total = shown(0, whole)
    ranges = [shown(0, number) if told else Shown(0, STEP - 1) for number, told in parts]
    lows = sum(part.low for part in ranges)
    highs = sum(part.high or 0 for part in ranges)
    for part in ranges:
        high = part.high or 0
        if part.low < high:
            least = max(part.low, total.low - (highs - high))
            most = min(high, (total.high or 0) - (lows - part.low))
            if least >= most:
                return False
    return True
