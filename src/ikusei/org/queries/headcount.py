"""How many people work in units on a day, and how a number is told to somebody who may not see them by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from ikusei.lib.periods import current
from ikusei.org.models import Posting, PostingKind

SMALLEST = 5
"""Fewer people than this are not told outside one's own scope."""


@dataclass(frozen=True, slots=True)
class Told:
    """A number of people; `is_exact` where the viewer may list them.

    Other numbers are told in steps of five, so that a small unit cannot be worked out by taking its sisters from the
    unit above.
    """

    number: int
    is_exact: bool

    def __str__(self) -> str:
        if self.is_exact or self.number == 0:
            return f"{self.number:,}"
        if self.number < SMALLEST:
            return _("under %(number)s") % {"number": SMALLEST}
        rounded = SMALLEST * round(self.number / SMALLEST)
        return _("about %(number)s") % {"number": number_format(rounded, force_grouping=True)}


def people_by_path(where: Q, on: date) -> Mapping[str, int]:
    """Path of a unit -> people who work there on a day, units below not counted in. One query.

    Counted: people by their home posting or dispatch with a share of their time; concurrent posts are not counted once
    more, and the home post of somebody who works elsewhere is not counted at all. `where` narrows postings.
    """
    rows = (
        Posting.objects.filter(where, current(on), current(on, "post__unit__periods__"))
        .exclude(kind=PostingKind.CONCURRENT)
        .exclude(share=0)
        .order_by()
        .values_list("post__unit__periods__path")
        .annotate(people=Count("person_id", distinct=True))
    )
    return dict(rows)


def below(counts: Mapping[str, int], path: str) -> int:
    """The people of a unit and of all below it."""
    return sum(number for where, number in counts.items() if where.startswith(path))
