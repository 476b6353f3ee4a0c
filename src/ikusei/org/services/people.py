"""People, their employments and leaves."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from ikusei.accounts import services as accounts
from ikusei.accounts.models import User
from ikusei.audit import services as audit
from ikusei.lib.text import search_key
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Employment, Leave, Person

LINK_CHUNK = 10_000
"""How many people are linked to their accounts in one statement: SQLite allows some 30,000 parameters."""


def search_text(person: Person, staff_numbers: Iterable[str]) -> str:
    """What the people search looks in: names, reading and staff numbers, folded (`lib.text.search_key`)."""
    parts = [person.name, person.used_name, person.kana, person.name_latin, *staff_numbers]
    return " ".join(search_key(part) for part in parts if part)[:400]


def add_person(*, actor: Viewer, employment: dict[str, Any], **fields: Any) -> Person:
    """The new person with a first employment (fields of Employment; `until` optional).

    Raises RuleBroken where the employer uses the staff number already.
    """
    return add_people(actor=actor, rows=[(Person(**fields), [Employment(**employment)])])[0]


def add_people(*, actor: Viewer, rows: Sequence[tuple[Person, Sequence[Employment]]]) -> list[Person]:
    """The new people with their employments (unsaved rows), in the order given: the bulk form of `add_person`.

    Raises RuleBroken where an employer uses one of the staff numbers already for somebody else.
    """
    access.require(actor, Right.PEOPLE_IMPORT)
    with transaction.atomic():
        _refuse_taken_numbers(rows)
        for person, employments in rows:
            person.search = search_text(person, {employment.staff_number for employment in employments})
        people = Person.objects.bulk_create([person for person, _employments in rows], batch_size=2000)
        employments = []
        for person, (_unsaved, theirs) in zip(people, rows, strict=True):
            for employment in theirs:
                employment.person = person
                employments.append(employment)
        Employment.objects.bulk_create(employments, batch_size=2000)
        audit.record(
            actor=actor.user,
            verb="org.person.add",
            subject_kind="person" if len(people) == 1 else "people",
            subject_id=people[0].public_id if len(people) == 1 else "",
            count=len(people),
        )
    return people


def _refuse_taken_numbers(rows: Sequence[tuple[Person, Sequence[Employment]]]) -> None:
    seen: dict[tuple[int, str], Person] = {}
    for person, employments in rows:
        for employment in employments:
            key = (employment.employer_id, employment.staff_number)
            if seen.setdefault(key, person) is not person:
                raise RuleBroken(
                    _("The staff number %(number)s stands twice.") % {"number": employment.staff_number}
                )
    employers = {employer_id for employer_id, _number in seen}
    taken = Employment.objects.filter(employer_id__in=employers).values_list("employer_id", "staff_number")
    for key in taken.iterator(chunk_size=5000):
        if key in seen:
            raise RuleBroken(_("The staff number %(number)s is taken.") % {"number": key[1]})


def change_employment(*, actor: Viewer, employment: Employment, on: date, **changes: Any) -> Employment:
    """The employment that begins on a day with some fields changed (grade, category, kind, reason); history stays.

    Raises RuleBroken where the employment does not run on that day or begins on it.
    """
    access.require_person(actor, Right.ORG_EDIT, employment.person)
    with transaction.atomic():
        row = Employment.objects.select_for_update().get(pk=employment.pk)
        if not row.holds(on) or row.from_date == on:
            raise RuleBroken(_("The employment does not run before and on that day."))
        before = {name: str(getattr(row, name)) for name in changes}
        until, row.until = row.until, on
        row.save(update_fields=["until"])
        row.pk, row._state.adding = None, True
        row.from_date, row.until = on, until
        for name, value in changes.items():
            setattr(row, name, value)
        row.full_clean()
        row.save()
        audit.record(
            actor=actor.user,
            verb="org.employment.change",
            subject_kind="person",
            subject_id=row.person.public_id,
            before=before,
            after={"on": on.isoformat()} | {name: str(value) for name, value in changes.items()},
        )
    return row


def record_leave(*, actor: Viewer, person: Person, kind: str, from_date: date, until: date | None) -> Leave:
    """The new leave. Raises RuleBroken where the person has a leave on one of its days."""
    access.require_person(actor, Right.ORG_EDIT, person)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        if Leave.objects.filter(person=person).touching(from_date, until).exists():
            raise RuleBroken(_("%(name)s is on leave on one of these days.") % {"name": person.display_name})
        leave = Leave(person=person, kind=kind, from_date=from_date, until=until)
        leave.full_clean()
        leave.save()
        audit.record(
            actor=actor.user,
            verb="org.leave.record",
            subject_kind="person",
            subject_id=person.public_id,
            after={"from": from_date.isoformat(), "until": until.isoformat() if until else None},
        )
    return leave


def record_leaves(*, actor: Viewer, leaves: Sequence[Leave]) -> list[Leave]:
    """The saved leaves (given unsaved): the bulk form of `record_leave`.

    Raises RuleBroken, and writes none, where somebody would be on two leaves on a day.
    """
    access.require(actor, Right.ORG_EDIT)
    with transaction.atomic():
        standing = Leave.objects.filter(person_id__in={leave.person_id for leave in leaves})
        by_person: dict[int, list[Leave]] = defaultdict(list)
        for leave in (*standing, *leaves):
            by_person[leave.person_id].append(leave)
        for theirs in by_person.values():
            if any(sum(other.holds(leave.from_date) for other in theirs) > 1 for leave in theirs):
                raise RuleBroken(
                    _("%(name)s is on leave on one of these days.") % {"name": theirs[-1].person.display_name}
                )
        saved = Leave.objects.bulk_create(leaves, batch_size=2000)
        audit.record(actor=actor.user, verb="org.leave.record", subject_kind="people", count=len(saved))
    return saved


def link_account(*, actor: Viewer, person: Person, user: User) -> None:
    """Make an account the account of a person. Raises RuleBroken where either is linked already, or the account signs in
    by mailed code only.
    """
    access.require(actor, Right.GRANTS_MANAGE)
    if user.code_only:
        raise RuleBroken(_("This account signs in by mailed code only: it can confirm, and nothing else."))
    with transaction.atomic():
        row = Person.objects.select_for_update().get(pk=person.pk)
        if row.user_id is not None or Person.objects.filter(user=user).exists():
            raise RuleBroken(_("The account or the person is linked already."))
        row.user = user
        row.save(update_fields=["user"])
        audit.record(
            actor=actor.user,
            verb="org.account.link",
            subject_kind="person",
            subject_id=person.public_id,
            after={"account": user.pk},
        )


def open_accounts(*, actor: Viewer, people: Sequence[Person]) -> list[User]:
    """The new accounts of people who have a mail address and no account yet, linked to them. In bulk.

    Raises RuleBroken where a mail address is missing, stands twice or belongs to an account already.
    """
    access.require(actor, Right.GRANTS_MANAGE)
    emails = [person.email.lower() for person in people]
    if not all(emails) or len(set(emails)) < len(emails):
        raise RuleBroken(_("A mail address is missing or stands twice."))
    with transaction.atomic():
        if set(emails) & set(User.objects.values_list("email", flat=True)):
            raise RuleBroken(_("There is an account with one of these mail addresses."))
        users = accounts.open_accounts(
            [accounts.NewAccount(email=person.email, label=person.display_name) for person in people]
        )
        same_address = User.objects.filter(email=Lower(OuterRef("email"))).values("pk")[:1]
        for start in range(0, len(people), LINK_CHUNK):
            chunk = Person.objects.filter(pk__in=[person.pk for person in people[start : start + LINK_CHUNK]])
            chunk.filter(user=None).update(user_id=Subquery(same_address))
        for person, user in zip(people, users, strict=True):
            person.user = user
        audit.record(actor=actor.user, verb="org.account.open", subject_kind="people", count=len(users))
    return users


def open_account(*, actor: Viewer, email: str, label: str) -> User:
    """The new account, without a password, of somebody who is no person here (a supervisor at a host).

    Raises RuleBroken where the mail address has an account already.
    """
    access.require(actor, Right.GRANTS_MANAGE)
    with transaction.atomic():
        if User.objects.filter(email=email.lower()).exists():
            raise RuleBroken(_("There is an account with one of these mail addresses."))
        user = accounts.open_accounts([accounts.NewAccount(email=email, label=label)])[0]
        audit.record(
            actor=actor.user,
            verb="org.account.open",
            subject_kind="account",
            subject_id=user.pk,
            after={"label": label},
        )
    return user
