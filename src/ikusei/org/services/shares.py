"""Shares of time given back: when a concurrent post ends, the main posting has again what was taken from it.

What was taken stands on the main posting (`Posting.full_share`). Giving back makes the rest of that posting a row of its
own that `continues` it: it follows from the records alone, so it may be done at any time and any number of times, and
whoever changes postings of those days joins the rows again first.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import F, ManyToOneRel, QuerySet

from ikusei.audit import services as audit
from ikusei.lib import clock
from ikusei.org.access import Viewer
from ikusei.org.models import Person, Posting, PostingKind, RoleGrant
from ikusei.org.services.posts import WHOLE

MAIN = (PostingKind.HOME, PostingKind.DISPATCH)
"""Kinds of posting of which one is the main one; concurrent ones stand beside it."""


def give_back_all(*, actor: Viewer) -> int:
    """How many main postings got time back whose concurrent posts have ended by today: the nightly work."""
    short = Posting.objects.on(clock.today()).filter(share__lt=F("full_share"), kind__in=MAIN)
    people = Person.objects.filter(pk__in=short.order_by().values("person_id")).order_by("pk")
    return sum(give_back(actor=actor, person=person) for person in people)


def give_back(*, actor: Viewer, person: Person) -> int:
    """How many times a main posting of a person got time back, for days up to today. The second time it is none."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        count = 0
        while (due := _next(person, clock.today())) is not None:
            _continue(actor, *due)
            count += 1
    return count


def join(rest: QuerySet[Posting]) -> None:
    """Make rows that continue others one with them again, with the rows that continue them. The caller holds the lock on
    the person.
    """
    for row in rest.select_related("continues").order_by("-from_date"):
        join(row.continued_by.all())
        row.refresh_from_db(fields=["until"])
        first = row.continues
        if first is None or first.until != row.from_date:
            continue
        hang_from(row, first)
        until = row.until
        row.delete()
        first.until = until
        first.save(update_fields=["until"])


def hang_from(posting: Posting, other: Posting) -> None:
    """Let everything that names a posting (roles, evidence) name another one, of which it was a part."""
    for relation in Posting._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and relation.related_model is not Posting:
            name = relation.field.name
            relation.related_model._base_manager.filter(**{name: posting}).update(**{name: other})


def keep_roles(posting: Posting, rest: Posting) -> None:
    """Let the roles that go with a posting go with what it goes on as: whoever supervises there does so still."""
    RoleGrant.objects.filter(posting=posting).update(posting=rest)


def _next(person: Person, today: date) -> tuple[Posting, date, Decimal] | None:
    """The first main posting that can have time back, the day from which on, and its share then."""
    rows = list(Posting.objects.filter(person=person).order_by("from_date", "pk"))
    for row in rows:
        if row.full_share is None or row.kind not in MAIN or not 0 < row.share < row.full_share:
            continue
        if row.from_date > today:
            continue
        others = [one for one in rows if one.pk != row.pk]
        for day in _days(row, others, today):
            share = min(row.full_share, WHOLE - _taken(others, day, row.until))
            if share > row.share:
                return row, day, share
    return None


def _days(row: Posting, others: Iterable[Posting], today: date) -> Iterator[date]:
    """The days on which time may have become free: the first of the posting, and the ends of concurrent ones."""
    yield row.from_date
    ends = {one.until for one in others if one.kind == PostingKind.CONCURRENT and one.until is not None}
    yield from sorted(end for end in ends if end <= today and row.from_date < end and row.holds(end))


def _taken(others: Iterable[Posting], day: date, until: date | None) -> Decimal:
    """The most that other postings take on any day of [day, until); it can only rise where one begins."""
    rows = [
        one
        for one in others
        if (one.until is None or one.until > day) and (until is None or one.from_date < until)
    ]
    starts = {day, *(max(day, one.from_date) for one in rows)}
    return max(sum((one.share for one in rows if one.holds(start)), Decimal(0)) for start in starts)


def _continue(actor: Viewer, row: Posting, day: date, share: Decimal) -> None:
    """Let a main posting go on with more time from a day on; on its own first day it simply has more."""
    before, full = row.share, row.full_share if row.full_share != share else None
    if day == row.from_date:
        row.share, row.full_share = share, full
        row.save(update_fields=["share", "full_share"])
    else:
        until, row.until = row.until, day
        row.save(update_fields=["until"])
        rest = Posting.objects.create(
            person_id=row.person_id,
            post_id=row.post_id,
            kind=row.kind,
            from_date=day,
            until=until,
            share=share,
            full_share=full,
            continues=row,
        )
        keep_roles(row, rest)
    audit.record(
        actor=actor.user,
        verb="org.posting.give-back",
        subject_kind="posting",
        subject_id=row.pk,
        before={"share": str(before)},
        after={"on": day.isoformat(), "share": str(share)},
    )
