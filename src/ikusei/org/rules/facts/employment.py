"""Facts of employments: who employs a person as what, since when, and whether they are away."""

from datetime import date
from typing import Any

from django.db.models import Min, QuerySet
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ikusei.org.grades import GRADES, grade_label
from ikusei.org.models import Category, Employment, EmploymentKind, Leave
from ikusei.org.rules.facts.base import (
    Choices,
    How,
    ListedFact,
    NumberFact,
    Wanted,
    WrongValue,
    YesNoFact,
)
from ikusei.org.rules.record import Record
from ikusei.org.rules.words import Names

RANKS = tuple(GRADES)


def _employed(on: date, **facts: Any) -> QuerySet[Employment, Any]:
    return Employment.objects.on(on).filter(**facts).order_by().values("person_id")


class EmployerFact(ListedFact):
    """Who employs the person: codes of employers."""

    key, label = "employer", _("Employer")

    def those(self, wanted: Wanted, on: date) -> QuerySet[Any, Any]:
        return _employed(on, employer__code__in=wanted)

    def values(self, record: Record) -> set[str | int]:
        return {row.employer for row in record.employments}

    def own(self, record: Record) -> list[str]:
        return [row.employer_name for row in record.employments]

    def value_label(self, value: str | int, names: Names) -> str:
        return names.employer(str(value))

    def sentence(self, how: How) -> str:
        return (
            gettext("The employer is %(values)s.")
            if how == How.IS
            else gettext("The employer is not %(values)s.")
        )


class CategoryFact(ListedFact):
    """The career category of an employment."""

    key, label = "category", _("Category")

    def choices(self) -> Choices:
        return tuple(Category.choices)

    def those(self, wanted: Wanted, on: date) -> QuerySet[Any, Any]:
        return _employed(on, category__in=wanted)

    def values(self, record: Record) -> set[str | int]:
        return {row.category for row in record.employments}

    def own(self, record: Record) -> list[str]:
        return [str(Category(row.category).label) for row in record.employments]

    def sentence(self, how: How) -> str:
        return (
            gettext("The category is %(values)s.")
            if how == How.IS
            else gettext("The category is not %(values)s.")
        )


class GradeFact(ListedFact):
    """The grade of an employment; the usual grades stand in an order, imported others in none."""

    key, label = "grade", _("Grade")
    hows = (How.IS, How.IS_NOT, How.AT_LEAST, How.AT_MOST)

    def choices(self) -> Choices:
        return tuple(GRADES.items())

    def read(self, how: How, value: Any) -> Wanted:
        if how in {How.IS, How.IS_NOT}:
            return super().read(how, value)
        if not isinstance(value, str) or value not in GRADES:
            raise WrongValue(gettext("One of the usual grades belongs here."))
        return (value,)

    def read_one(self, value: Any) -> str | int:
        """A grade, also one that only imported lists know. Raises WrongValue."""
        if not isinstance(value, str) or not value:
            raise WrongValue(gettext("Words belong here, not “%(value)s”.") % {"value": value})
        return value

    def those(self, wanted: Wanted, on: date) -> QuerySet[Any, Any]:
        return _employed(on, grade__in=wanted)

    def people(self, how: How, wanted: Wanted, on: date) -> Any:
        return super().people(*_as_list(how, wanted), on)

    def holds(self, how: How, wanted: Wanted, record: Record) -> bool:
        return super().holds(*_as_list(how, wanted), record)

    def values(self, record: Record) -> set[str | int]:
        return {row.grade for row in record.employments}

    def own(self, record: Record) -> list[str]:
        return [grade_label(row.grade) for row in record.employments if row.grade]

    def sentence(self, how: How) -> str:
        return {
            How.IS: gettext("The grade is %(values)s."),
            How.IS_NOT: gettext("The grade is not %(values)s."),
            How.AT_LEAST: gettext("The grade is %(values)s or higher."),
            How.AT_MOST: gettext("The grade is %(values)s or lower."),
        }[how]


def _as_list(how: How, wanted: Wanted) -> tuple[How, Wanted]:
    """At least and at most a grade as the list of grades that fulfil it."""
    if how not in {How.AT_LEAST, How.AT_MOST}:
        return how, wanted
    rank = RANKS.index(str(wanted[0]))
    return How.IS, RANKS[rank:] if how == How.AT_LEAST else RANKS[: rank + 1]


class KindFact(ListedFact):
    """The kind of employment: regular, fixed-term ..."""

    key, label = "employment_kind", _("Kind of employment")

    def choices(self) -> Choices:
        return tuple(EmploymentKind.choices)

    def those(self, wanted: Wanted, on: date) -> QuerySet[Any, Any]:
        return _employed(on, kind__in=wanted)

    def values(self, record: Record) -> set[str | int]:
        return {row.kind for row in record.employments}

    def own(self, record: Record) -> list[str]:
        return [str(EmploymentKind(row.kind).label) for row in record.employments]

    def sentence(self, how: How) -> str:
        return (
            gettext("The kind of employment is %(values)s.")
            if how == How.IS
            else gettext("The kind of employment is not %(values)s.")
        )


class EntryRouteFact(ListedFact):
    """How the person came in, in the words of the staff list."""

    key, label = "entry_route", _("Entry route")

    def those(self, wanted: Wanted, on: date) -> QuerySet[Any, Any]:
        return _employed(on, entry_route__in=wanted)

    def values(self, record: Record) -> set[str | int]:
        return {row.entry_route for row in record.employments}

    def own(self, record: Record) -> list[str]:
        return [row.entry_route for row in record.employments if row.entry_route]

    def sentence(self, how: How) -> str:
        return (
            gettext("The entry route is %(values)s.")
            if how == How.IS
            else gettext("The entry route is not %(values)s.")
        )


class LeaveFact(YesNoFact):
    """Whether the person is away for long. Of what kind the leave is no rule asks: that is the person's business."""

    key, label = "leave", _("On long leave")
    yes, no = _("Is on long leave."), _("Is not on long leave.")

    def those(self, on: date) -> QuerySet[Any, Any]:
        return Leave.objects.on(on).order_by().values("person_id")

    def is_so(self, record: Record) -> bool:
        return record.is_on_leave


class MonthsEmployedFact(NumberFact):
    """Whole months since the first employment by anyone here, gaps included."""

    key, label = "months_employed", _("Months since the first employment")

    def those(self, condition: str, day: date, on: date) -> QuerySet[Any, Any]:
        began = Employment.objects.filter(from_date__lte=on).order_by()
        if condition == "lte":  # some employment began by then: no need to look for the first
            return began.filter(from_date__lte=day).values("person_id")
        firsts = began.values("person_id").annotate(first=Min("from_date"))
        return firsts.filter(first__gt=day).values("person_id")

    def since(self, record: Record) -> date | None:
        return record.first_employed

    def sentence(self, how: How, months: int) -> str:
        given = {"months": months}
        if how == How.AT_LEAST:
            return (
                ngettext(
                    "The first employment began at least %(months)s month ago.",
                    "The first employment began at least %(months)s months ago.",
                    months,
                )
                % given
            )
        return (
            ngettext(
                "The first employment began at most %(months)s month ago.",
                "The first employment began at most %(months)s months ago.",
                months,
            )
            % given
        )
