"""Posts, their terms, and postings. A person's postings are changed under a lock on the person."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Employment, Person, Post, Posting, PostingKind, PostTerms, Unit, UnitPeriod

WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class PostSpec:
    """A post to be opened in a unit on a day; `terms` are fields of PostTerms."""

    unit: Unit
    code: str
    from_date: date
    until: date | None = None
    terms: dict[str, Any] = field(default_factory=dict)


def open_posts(*, actor: Viewer, specs: Sequence[PostSpec]) -> list[Post]:
    """The new posts, in the order asked for, each with terms from its first day.

    Raises RuleBroken where a code is taken or a unit is not open on the first day of its post.
    """
    access.require(actor, Right.ORG_EDIT)
    for unit in {spec.unit for spec in specs}:
        access.require_unit(actor, Right.ORG_EDIT, unit)
    with transaction.atomic():
        asked = [(spec.unit.pk, spec.code) for spec in specs]
        units = {unit_id for unit_id, _code in asked}
        _refuse_closed_units(specs, units)
        taken = set(Post.objects.filter(unit_id__in=units).values_list("unit_id", "code"))
        for key in asked:
            if key in taken:
                raise RuleBroken(_("There is a post with the code %(code)s in this unit.") % {"code": key[1]})
            taken.add(key)
        posts = Post.objects.bulk_create(
            [
                Post(unit=spec.unit, code=spec.code, from_date=spec.from_date, until=spec.until)
                for spec in specs
            ],
            batch_size=2000,
        )
        PostTerms.objects.bulk_create(
            [
                PostTerms(post=post, from_date=spec.from_date, until=spec.until, **spec.terms)
                for post, spec in zip(posts, specs, strict=True)
            ],
            batch_size=1000,
        )
        audit.record(
            actor=actor.user,
            verb="org.post.open",
            subject_kind="post",
            subject_id=posts[0].pk if len(posts) == 1 else "",
            count=len(posts),
        )
    return posts


def open_post(*, actor: Viewer, unit: Unit, code: str, from_date: date, **terms: Any) -> Post:
    """The new post of a unit with terms (fields of PostTerms) from its first day. As `open_posts`."""
    return open_posts(actor=actor, specs=[PostSpec(unit=unit, code=code, from_date=from_date, terms=terms)])[
        0
    ]


def _refuse_closed_units(specs: Sequence[PostSpec], units: set[int]) -> None:
    """Raise RuleBroken where a unit is not there on the first day of its post."""
    open_on: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    rows = UnitPeriod.objects.filter(unit_id__in=units).values_list("unit_id", "from_date", "until")
    for unit_id, from_date, until in rows:
        open_on[unit_id].append((from_date, until))
    for spec in specs:
        day = spec.from_date
        if not any(first <= day and (end is None or day < end) for first, end in open_on[spec.unit.pk]):
            raise RuleBroken(
                _("The unit %(code)s is not open on the first day of the post %(post)s.")
                % {"code": spec.unit.code, "post": spec.code}
            )


def change_terms(*, actor: Viewer, post: Post, on: date, changes: dict[str, Any]) -> PostTerms:
    """The terms that begin on a day with some fields changed; earlier days keep theirs.

    Raises RuleBroken where the post has no terms on that day or a later change is planned.
    """
    access.require_unit(actor, Right.ORG_EDIT, post.unit)
    with transaction.atomic():
        Post.objects.select_for_update().get(pk=post.pk)
        terms = post.terms.order_by("-from_date").first()
        if terms is None or not terms.holds(on):
            raise RuleBroken(
                _("The post %(code)s has ended on that day or has a later change planned.")
                % {"code": post.code}
            )
        before = {name: str(getattr(terms, name)) for name in changes}
        if terms.from_date < on:
            until = terms.until
            terms.until = on
            terms.save(update_fields=["until"])
            terms.pk, terms._state.adding = None, True
            terms.from_date, terms.until = on, until
        for name, value in changes.items():
            setattr(terms, name, value)
        terms.full_clean(exclude=["post"])
        terms.save()
        audit.record(
            actor=actor.user,
            verb="org.post.change",
            subject_kind="post",
            subject_id=post.pk,
            before=before,
            after={"on": on.isoformat()} | {name: str(value) for name, value in changes.items()},
        )
    return terms


def close_post(*, actor: Viewer, post: Post, on: date) -> None:
    """End a post on a day, with the changes planned for later. Raises RuleBroken where somebody is posted there on
    that day or later, or the post begins on it.
    """
    access.require_unit(actor, Right.ORG_EDIT, post.unit)
    with transaction.atomic():
        locked = Post.objects.select_for_update().get(pk=post.pk)
        if locked.postings.touching(on, None).exists():
            raise RuleBroken(_("Somebody is posted to %(code)s on or after that day.") % {"code": post.code})
        if locked.from_date >= on or (locked.until is not None and locked.until < on):
            raise RuleBroken(_("The post %(code)s is not open on the day before.") % {"code": post.code})
        locked.until = on
        locked.save(update_fields=["until"])
        locked.terms.filter(from_date__gte=on).delete()
        locked.terms.touching(on, None).update(until=on)
        audit.record(
            actor=actor.user,
            verb="org.post.close",
            subject_kind="post",
            subject_id=post.pk,
            after={"until": on.isoformat()},
        )


def assign(
    *,
    actor: Viewer,
    person: Person,
    post: Post,
    from_date: date,
    until: date | None = None,
    kind: PostingKind = PostingKind.HOME,
    share: Decimal = WHOLE,
) -> Posting:
    """The new posting of a person.

    Raises RuleBroken where the person is employed by nobody on its first day, the post is not open for the whole time,
    the person sits in this post already on one of its days, or the person's shares would exceed 1 on one of them (the
    home post of somebody who works elsewhere on dispatch has a share of 0).
    """
    access.require_person(actor, Right.ORG_EDIT, person)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        post = Post.objects.select_for_update().get(pk=post.pk)  # it may have been closed since it was read
        posting = Posting(person=person, post=post, from_date=from_date, until=until, kind=kind, share=share)
        posting.full_clean()
        if not Employment.objects.on(from_date).filter(person=person).exists():
            raise RuleBroken(_("%(name)s is not employed on the first day.") % {"name": person.display_name})
        if post.from_date > from_date or (post.until is not None and (until is None or until > post.until)):
            raise RuleBroken(_("The post %(code)s is not open for the whole time.") % {"code": post.code})
        others = list(Posting.objects.filter(person=person).touching(from_date, until))
        if any(other.post_id == post.pk for other in others):
            raise RuleBroken(_("%(name)s sits in this post already.") % {"name": person.display_name})
        if _most_share([*others, posting]) > WHOLE:
            raise RuleBroken(
                _("With this posting the shares of %(name)s would exceed the whole of their time.")
                % {"name": person.display_name}
            )
        posting.save()
        audit.record(
            actor=actor.user,
            verb="org.posting.open",
            subject_kind="person",
            subject_id=person.public_id,
            after={
                "post": post.pk,
                "from": from_date.isoformat(),
                "until": until.isoformat() if until else None,
                "kind": kind,
                "share": str(share),
            },
        )
    return posting


def _most_share(postings: Iterable[Posting]) -> Decimal:
    """The largest sum of shares on any day; it can only rise on a day on which a posting begins."""
    rows = list(postings)
    return max(sum((row.share for row in rows if row.holds(start.from_date)), Decimal(0)) for start in rows)


def end_posting(*, actor: Viewer, posting: Posting, on: date) -> None:
    """End a posting on a day. Raises RuleBroken where it has not begun or has already ended by then."""
    access.require_person(actor, Right.ORG_EDIT, posting.person)
    with transaction.atomic():
        locked = Posting.objects.select_for_update().get(pk=posting.pk)
        if locked.from_date >= on or (locked.until is not None and locked.until < on):
            raise RuleBroken(_("The posting does not run on the day before."))
        before = locked.until
        locked.until = on
        locked.save(update_fields=["until"])
        audit.record(
            actor=actor.user,
            verb="org.posting.end",
            subject_kind="posting",
            subject_id=posting.pk,
            before={"until": before.isoformat() if before else None},
            after={"until": on.isoformat()},
        )


def people_over_whole() -> list[tuple[int, date]]:
    """The people (primary key, first day) whose shares exceed 1 on some day: the nightly check."""
    found, rows, person_id = [], list[Posting](), None
    postings = Posting.objects.order_by("person_id", "from_date")
    for posting in [*postings.iterator(), None]:
        if posting is None or posting.person_id != person_id:
            found += _over_whole(rows)
            rows, person_id = [], posting.person_id if posting else None
        if posting is not None:
            rows.append(posting)
    return found


def _over_whole(rows: list[Posting]) -> list[tuple[int, date]]:
    for start in rows:
        if sum((row.share for row in rows if row.holds(start.from_date)), Decimal(0)) > WHOLE:
            return [(start.person_id, start.from_date)]
    return []


def assign_all(*, actor: Viewer, postings: Sequence[Posting]) -> list[Posting]:
    """The saved postings (given unsaved): the bulk form of `assign`, for people whose postings are all in the list.

    Raises RuleBroken, and writes nothing, where one of them is employed by nobody on a first day, sits in a post twice
    on a day, or has shares above 1. Whether posts are open is the caller's promise.
    """
    access.require(actor, Right.ORG_EDIT)
    by_person: dict[int, list[Posting]] = defaultdict(list)
    for posting in postings:
        by_person[posting.person_id].append(posting)
    with transaction.atomic():
        employed: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
        rows = Employment.objects.values_list("person_id", "from_date", "until")
        for person_id, from_date, until in rows.iterator(chunk_size=5000):
            if person_id in by_person:
                employed[person_id].append((from_date, until))
        for person_id, theirs in by_person.items():
            _check_history(theirs, employed[person_id])
        saved = Posting.objects.bulk_create(postings, batch_size=2000)
        audit.record(actor=actor.user, verb="org.posting.open", subject_kind="people", count=len(saved))
    return saved


def _check_history(postings: Sequence[Posting], employed: Sequence[tuple[date, date | None]]) -> None:
    """Raise RuleBroken where one person's postings break a rule of `assign` among themselves."""
    for start in postings:
        day = start.from_date
        if not any(first <= day and (end is None or day < end) for first, end in employed):
            raise RuleBroken(
                _("%(name)s is not employed on the first day.") % {"name": start.person.display_name}
            )
        same_day = [row for row in postings if row.holds(day)]
        if len({row.post_id for row in same_day}) < len(same_day):
            raise RuleBroken(_("%(name)s sits in this post already.") % {"name": start.person.display_name})
        if sum((row.share for row in same_day), Decimal(0)) > WHOLE:
            raise RuleBroken(
                _("With this posting the shares of %(name)s would exceed the whole of their time.")
                % {"name": start.person.display_name}
            )
