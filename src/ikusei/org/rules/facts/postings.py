"""Facts of postings: where a person is posted, works, and since when."""

from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Window
from django.db.models.functions import FirstValue
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ikusei.lib.periods import current
from ikusei.org import access
from ikusei.org.job_types import job_type_name
from ikusei.org.models import Employment, Posting, PostingKind
from ikusei.org.rules.facts.base import Choices, How, ListedFact, NumberFact, Wanted, YesNoFact
from ikusei.org.rules.record import Record
from ikusei.org.rules.words import Names


def _working(on: date) -> QuerySet[Posting]:
    """The postings of a day that take a share of somebody's time."""
    return Posting.objects.on(on).filter(share__gt=0).order_by()


class UnitFact(ListedFact):
    """The unit of a posting, or one above it: primary keys of units. A home post left on dispatch counts too."""

    key, label = "unit", _("Unit and all below it")
    of_numbers = True

    def those(self, wanted: Wanted, on: date) -> QuerySet[Any, Any]:
        units = access.units_below([int(value) for value in wanted], on)
        return Posting.objects.on(on).filter(post__unit_id__in=units).order_by().values("person_id")

    def values(self, record: Record) -> set[str | int]:
        return {int(pk) for posting in record.postings for pk in posting.path.split("/") if pk}

    def own(self, record: Record) -> list[str]:
        return [posting.unit_name for posting in record.postings]

    def value_label(self, value: str | int, names: Names) -> str:
        return names.unit(int(value))

    def sentence(self, how: How) -> str:
        if how == How.IS:
            return gettext("Is posted to %(values)s or to a unit below.")
        return gettext("Is not posted to %(values)s nor to a unit below.")


class PostingFact(ListedFact):
    """The kind of a posting: home, dispatch, concurrent."""

    key, label = "posting", _("Kind of posting")

    def choices(self) -> Choices:
        return tuple(PostingKind.choices)

    def those(self, wanted: Wanted, on: date) -> QuerySet[Any, Any]:
        return Posting.objects.on(on).filter(kind__in=wanted).order_by().values("person_id")

    def values(self, record: Record) -> set[str | int]:
        return {posting.kind for posting in record.postings}

    def own(self, record: Record) -> list[str]:
        return [str(PostingKind(posting.kind).label) for posting in record.postings]

    def sentence(self, how: How) -> str:
        if how == How.IS:
            return gettext("Has a posting of the kind: %(values)s.")
        return gettext("Has no posting of the kind: %(values)s.")


class OutsideFact(YesNoFact):
    """Whether somebody works, with some share of their time, at a body that does not employ them."""

    key, label = "outside", _("Works outside the own employer")
    yes, no = _("Works outside the own employer."), _("Does not work outside the own employer.")

    def those(self, on: date) -> QuerySet[Any, Any]:
        own = Employment.objects.on(on).filter(
            person_id=OuterRef("person_id"), employer_id=OuterRef("post__unit__employer_id")
        )
        return _working(on).filter(~Exists(own)).values("person_id")

    def is_so(self, record: Record) -> bool:
        employers = {row.employer_id for row in record.employments}
        return any(posting.employer_id not in employers for posting in record.works)


class JobTypeFact(ListedFact):
    """The job type of a post in which the person works: keys of job types."""

    key, label = "job_type", _("Job type of the post")

    def those(self, wanted: Wanted, on: date) -> QuerySet[Any, Any]:
        terms = current(on, "post__terms__")
        return _working(on).filter(terms, post__terms__job_type__in=wanted).values("person_id")

    def values(self, record: Record) -> set[str | int]:
        return {posting.job_type for posting in record.works}

    def own(self, record: Record) -> list[str]:
        return [job_type_name(posting.job_type) for posting in record.works if posting.job_type]

    def value_label(self, value: str | int, names: Names) -> str:
        return job_type_name(str(value))

    def sentence(self, how: How) -> str:
        if how == How.IS:
            return gettext("The job type of the post is %(values)s.")
        return gettext("The job type of the post is not %(values)s.")


class LeadsFact(YesNoFact):
    """Whether the person works in a post that leads its unit."""

    key, label = "leads", _("Leads a unit")
    yes, no = _("Leads a unit."), _("Leads no unit.")

    def those(self, on: date) -> QuerySet[Any, Any]:
        terms = current(on, "post__terms__")
        return _working(on).filter(terms, post__terms__is_head=True).values("person_id")

    def is_so(self, record: Record) -> bool:
        return any(posting.is_head for posting in record.works)


class MonthsInPostFact(NumberFact):
    """Whole months since the main posting began: that with the largest share, of equal ones the first."""

    key, label = "months_in_post", _("Months in the present post")

    def those(self, condition: str, day: date, on: date) -> QuerySet[Any, Any]:
        main_since = Window(
            FirstValue("from_date"),
            partition_by=F("person_id"),
            order_by=[F("share").desc(), F("from_date").asc(), F("pk").asc()],
        )
        mains = Posting.objects.on(on).order_by().annotate(main_since=main_since)
        return mains.filter(**{f"main_since__{condition}": day}).values("person_id")

    def since(self, record: Record) -> date | None:
        return record.postings[0].since if record.postings else None

    def sentence(self, how: How, months: int) -> str:
        given = {"months": months}
        if how == How.AT_LEAST:
            return (
                ngettext(
                    "Has been in the present main post for at least %(months)s month.",
                    "Has been in the present main post for at least %(months)s months.",
                    months,
                )
                % given
            )
        return (
            ngettext(
                "Has been in the present main post for at most %(months)s month.",
                "Has been in the present main post for at most %(months)s months.",
                months,
            )
            % given
        )
