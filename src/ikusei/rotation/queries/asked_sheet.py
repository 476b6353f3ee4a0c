"""Whether a sheet is asked of somebody now: read along with their employments, so that it costs no query of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, QuerySet, Subquery

from ikusei.org.models import Employment, Person
from ikusei.rotation.models import Round, Sheet


@dataclass(frozen=True, slots=True)
class AskedSheet:
    """The sheet that is asked of somebody until a day, that day included."""

    until: date
    is_begun: bool
    handed_in_at: datetime | None

    @property
    def is_handed_in(self) -> bool:
        """Whether it is handed in."""
        return self.handed_in_at is not None


def with_asked_sheet(rows: QuerySet[Employment], person: Person, today: date) -> QuerySet[Employment]:
    """The employments of somebody with what `asked_sheet` reads."""
    asking = Round.objects.filter(
        employer_id=OuterRef("employer_id"),
        category=OuterRef("category"),
        opens_on__lte=today,
        sheets_until__gte=today,
    ).order_by("-fiscal_year")
    sheets = Sheet.objects.filter(round_id=OuterRef("asking_id"), person=person, revision__gt=0)
    return rows.annotate(
        asking_id=Subquery(asking.values("pk")[:1]), asking_until=Subquery(asking.values("sheets_until")[:1])
    ).annotate(
        sheet_revision=Subquery(sheets.values("revision")[:1]),
        sheet_handed_in_at=Subquery(sheets.values("handed_in_at")[:1]),
    )


def asked_sheet(employments: Iterable[Employment]) -> AskedSheet | None:
    """The sheet asked of somebody now, from employments of `with_asked_sheet`; None where no sheets are open."""
    for row in employments:
        until: date | None = getattr(row, "asking_until", None)
        if until is not None:
            return AskedSheet(
                until=until,
                is_begun=getattr(row, "sheet_revision", None) is not None,
                handed_in_at=getattr(row, "sheet_handed_in_at", None),
            )
    return None
