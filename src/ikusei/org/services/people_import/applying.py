"""A plan -> the database: in bulk, every row noted in the journal. Runs inside the caller's transaction."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import batched
from typing import Any

from ikusei.audit import services as audit
from ikusei.audit.models import Entry
from ikusei.jobs.progress import Progress
from ikusei.org.access import Viewer
from ikusei.org.imports.plan import ChangedPerson, EndedPerson, NewPerson, Plan, PostingPlan
from ikusei.org.models import (
    Employer,
    Employment,
    Person,
    Posting,
    PostTerms,
    Unit,
    UnitKind,
    UnitPeriod,
)
from ikusei.org.services.people import add_people, search_text
from ikusei.org.services.people_import.ledger import CHUNK, Ledger
from ikusei.org.services.posts import PostSpec, assign_all, open_posts
from ikusei.org.services.units import UnitSpec, open_units

# New people are handed to the services in parts: each looks through all staff numbers once.
_PART = 10_000


def carry_out(plan: Plan, *, actor: Viewer, employer: Employer, as_of: date, progress: Progress) -> bytes:
    """Do what the plan says; the journal of it. Raises whatever a service refuses, with nothing kept by the caller."""
    ledger = Ledger()
    _open_units(plan, actor, employer, ledger)
    _open_posts(plan, actor, employer, ledger)
    _widen_posts(plan, as_of, ledger)
    _add_people(plan, actor, employer, ledger, progress)
    _refresh_search(ledger)
    ledger.save()
    # A few thousand at a time: everybody's rows at once would take half a gigabyte.
    for changed in batched(plan.changed, CHUNK):
        _change_people(changed, as_of, ledger)
        audit.record_all(_change_entry(one, actor, as_of) for one in changed)
        progress.advance(len(changed))
    for ended in batched(plan.ended, CHUNK):
        _end_people(ended, ledger)
        audit.record_all(_end_entry(one, actor) for one in ended)
        progress.advance(len(ended))
    return ledger.journal()


def _open_units(plan: Plan, actor: Viewer, employer: Employer, ledger: Ledger) -> None:
    by_day: dict[date, list[UnitSpec]] = defaultdict(list)
    for unit in plan.units:
        parent = unit.parent.code if unit.parent else ""
        by_day[unit.since].append(UnitSpec(unit.code, parent, UnitKind(unit.kind), unit.name))
    opened: dict[str, Unit] = {}
    for day in sorted(by_day):  # no unit begins before the one above it
        opened |= open_units(actor=actor, employer=employer, specs=by_day[day], from_date=day)
    for unit in plan.units:
        unit.pk = opened[unit.code].pk
    pks = [unit.pk for unit in opened.values()]
    ledger.note_created("unit", pks)
    ledger.note_created(
        "unit_period", UnitPeriod.objects.filter(unit_id__in=pks).values_list("pk", flat=True)
    )


def _open_posts(plan: Plan, actor: Viewer, employer: Employer, ledger: Ledger) -> None:
    specs = [
        PostSpec(
            unit=Unit(pk=post.unit.pk, employer=employer),
            code=post.code,
            from_date=post.since,
            terms={
                "name_ja": post.name,
                "name_en": post.name_en,
                "grade": post.grade,
                "capacity": post.capacity,
                "authorised_headcount": post.capacity,
            },
        )
        for post in plan.posts
        if post.unit is not None
    ]
    if not specs:
        return
    for post, made in zip(plan.posts, open_posts(actor=actor, specs=specs), strict=True):
        post.pk = made.pk
    ledger.note_created("post", (post.pk for post in plan.posts if post.pk is not None))
    pks = {post.pk for post in plan.posts}
    first, last = min(pk for pk in pks if pk), max(pk for pk in pks if pk)
    terms = PostTerms.objects.filter(post_id__gte=first, post_id__lte=last).order_by("pk")
    ledger.note_created(
        "post_terms", (pk for pk, post_id in terms.values_list("pk", "post_id") if post_id in pks)
    )


def _widen_posts(plan: Plan, as_of: date, ledger: Ledger) -> None:
    """Give posts that more people sit in now as many seats, from the day of the list on."""
    rows: dict[int, PostTerms] = ledger.edit(
        "post_terms", (post.terms_pk for post in plan.fuller if post.terms_pk is not None)
    )
    fresh = []
    for post in plan.fuller:
        terms = rows[post.terms_pk] if post.terms_pk is not None else None
        if terms is None:
            continue
        seats = {
            "capacity": post.people,
            "authorised_headcount": max(post.people, terms.authorised_headcount),
        }
        if terms.from_date < as_of:
            new = _copy(terms, from_date=as_of, until=terms.until)
            terms.until = as_of
            fresh.append(new)
            terms = new
        for name, value in seats.items():
            setattr(terms, name, value)
    ledger.create("post_terms", fresh)


def _add_people(plan: Plan, actor: Viewer, employer: Employer, ledger: Ledger, progress: Progress) -> None:
    """Record the new people, those employed again, and where they all sit."""
    unknown = [new for new in plan.new if new.person is None]
    for start in range(0, len(unknown), _PART):
        part = unknown[start : start + _PART]
        rows = [(_person(new), [_employment(new, employer)]) for new in part]
        people = add_people(actor=actor, rows=rows)
        ledger.note_created("person", (person.pk for person in people))
        ledger.note_created("employment", (employment.pk for _person_, (employment,) in rows))
        postings = [
            _posting(person.pk, posting)
            for person, new in zip(people, part, strict=True)
            for posting in new.postings
        ]
        if postings:
            saved = assign_all(actor=actor, postings=postings)
            ledger.note_created("posting", (posting.pk for posting in saved))
        progress.advance(len(part))
    again = [new for new in plan.new if new.person is not None]
    persons: dict[int, Person] = ledger.edit("person", (new.person.pk for new in again if new.person))
    employments, postings = [], []
    for new in again:
        if new.person is not None:
            _overwrite(persons[new.person.pk], _person_fields(new))
            employments.append(_employment(new, employer))
            postings += [_posting(new.person.pk, posting) for posting in new.postings]
    ledger.create("employment", employments)
    ledger.create("posting", postings)


def _person_fields(new: NewPerson) -> dict[str, Any]:
    row = new.row
    fields = ("name", "used_name", "kana", "name_latin", "email", "birth_date", "sex")
    return {name: getattr(row, name) for name in fields if getattr(row, name) is not None}


def _person(new: NewPerson) -> Person:
    return Person(**_person_fields(new))


def _employment(new: NewPerson, employer: Employer) -> Employment:
    """The employment, of a person yet to be named where they are new."""
    known = {"person_id": new.person.pk} if new.person is not None else {}
    return Employment(
        **known,
        employer=employer,
        staff_number=new.person.number if new.person else new.row.number,
        category=new.category,
        grade=new.grade,
        kind=new.kind,
        reason=new.reason,
        from_date=new.from_date,
        until=new.until,
    )


def _posting(person_id: int, plan: PostingPlan) -> Posting:
    """The posting; its post has been opened by now."""
    return Posting(
        person_id=person_id,
        post_id=plan.post.pk or 0,
        kind=plan.kind,
        share=plan.share,
        from_date=plan.from_date,
        until=plan.until,
    )


def _change_people(changed: Sequence[ChangedPerson], as_of: date, ledger: Ledger) -> None:
    persons = ledger.edit("person", (one.person.pk for one in changed if one.person_fields))
    employments = ledger.edit(
        "employment", (one.present.pk for one in changed if one.employment or one.until)
    )
    postings = ledger.edit("posting", _touched_postings(changed))
    fresh_employments, fresh_postings = [], []
    for one in changed:
        if one.person_fields:
            _overwrite(persons[one.person.pk], one.person_fields)
        if one.employment or one.until:
            fresh_employments += _change_employment(employments[one.present.pk], one, as_of)
        for posting in one.bounded:
            postings[posting.pk].until = one.until
        fresh_postings += _move(one, postings)
    ledger.delete("posting", [pk for pk, row in postings.items() if row.until == row.from_date])
    ledger.create("employment", fresh_employments)
    ledger.create("posting", fresh_postings)
    _refresh_search(ledger)
    ledger.save()


def _touched_postings(changed: Sequence[ChangedPerson]) -> Iterator[int]:
    for one in changed:
        yield from (posting.pk for posting in one.bounded)
        yield from (move.old.pk for move in one.moves if move.old is not None)


def _change_employment(row: Employment, change: ChangedPerson, as_of: date) -> list[Employment]:
    """The new row of employment, in a list; none where the present one began on the day of the list and is corrected."""
    until = change.until or row.until
    if not change.employment or row.from_date >= as_of:
        _overwrite(row, {**change.employment, "until": until})
        return []
    new: Employment = _copy(row, from_date=as_of, until=until)
    _overwrite(new, {**change.employment, "reason": change.reason})
    row.until = as_of
    return [new]


def _move(change: ChangedPerson, postings: dict[int, Posting]) -> list[Posting]:
    """The new postings of somebody; the old ones are ended, or corrected where they begin no earlier than the new."""
    fresh = []
    for move in change.moves:
        old = postings[move.old.pk] if move.old is not None else None
        if move.new is None:
            if old is not None:
                old.until = max(move.on, old.from_date)
        elif old is not None and old.from_date >= move.on:
            _overwrite(old, {"post_id": move.new.post.pk, "share": move.new.share, "until": move.new.until})
        else:
            if old is not None:
                old.until = move.on
            fresh.append(_posting(change.person.pk, move.new))
    return fresh


def _end_people(ended: Sequence[EndedPerson], ledger: Ledger) -> None:
    """End employments and postings; those that begin on the very day or later are taken back whole."""
    employments = ledger.edit("employment", (one.present.pk for one in ended))
    postings = ledger.edit("posting", (posting.pk for one in ended for posting in one.person.postings))
    no_employment, no_posting = [], []
    for one in ended:
        employment = employments[one.present.pk]
        if employment.from_date >= one.on:
            no_employment.append(employment.pk)
        employment.until = one.on
        for known in one.person.postings:
            if one.person.has_other_employer and known.post.unit is None:
                continue
            posting = postings[known.pk]
            if posting.from_date >= one.on:
                no_posting.append(posting.pk)
            posting.until = one.on
    ledger.delete("posting", no_posting)
    ledger.delete("employment", no_employment)
    ledger.save()


def _refresh_search(ledger: Ledger) -> None:
    """Write what the people search looks in, for those whose names may be others now."""
    persons: dict[int, Person] = ledger.edit("person", ())
    numbers: dict[int, set[str]] = defaultdict(set)
    rows = Employment.objects.filter(person_id__in=list(persons)).values_list("person_id", "staff_number")
    for person_id, number in rows.iterator(CHUNK):
        numbers[person_id].add(number)
    for person in persons.values():
        person.search = search_text(person, sorted(numbers[person.pk]))


def _change_entry(changed: ChangedPerson, actor: Viewer, as_of: date) -> Entry:
    differences = changed.differences()
    before = {key: before for key, before, _after in differences}
    after = {"on": as_of.isoformat()} | {key: after for key, _before, after in differences}
    return _entry(actor, "org.import.person-change", changed.person.public_id, before, after)


def _end_entry(ended: EndedPerson, actor: Viewer) -> Entry:
    before = {"until": ended.present.until.isoformat() if ended.present.until else None}
    return _entry(
        actor, "org.import.person-end", ended.person.public_id, before, {"until": ended.on.isoformat()}
    )


def _entry(actor: Viewer, verb: str, public_id: object, before: Any, after: Any) -> Entry:
    return Entry(
        kind=Entry.Kind.CHANGE,
        actor=actor.user,
        verb=verb,
        subject_kind="person",
        subject_id=str(public_id),
        before=before,
        after=after,
    )


def _copy(row: Any, **changes: Any) -> Any:
    """An unsaved copy of a row with some fields changed."""
    fields = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    return type(row)(**fields | changes)


def _overwrite(row: Any, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
