"""Taking an import back by its journal: exactly, or not at all."""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import batched, islice

from django.db import transaction
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils import timezone
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Employment, PeopleImport, Person
from ikusei.org.models.imports import ImportState
from ikusei.org.services.people_import.ledger import (
    CHUNK,
    MODELS,
    Journal,
    delete_rows,
    insert,
    overwrite,
    read_checks,
    read_journal,
    row_from,
)
from ikusei.org.services.units import lock_tree

SHOWN = 200
"""Obstacles named; more of them say nothing more."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A row that is in use or was changed: what it is (a person's name and number, a unit, a post), and why."""

    what: str
    reason: str


class InUse(RuleBroken):
    """The import cannot be taken back; `obstacles` are the rows that stand against it."""

    def __init__(self, obstacles: list[Obstacle]) -> None:
        super().__init__(
            _("The import cannot be undone: rows that it made or changed are in use or were changed since.")
        )
        self.obstacles = obstacles


def undo_import(*, actor: Viewer, record: PeopleImport) -> None:
    """Take the last import of an employer back: new rows removed, changed rows restored, ended ones reopened.

    Raises RuleBroken where it is not applied or a later import is, InUse (with the rows) where somebody has built on it.
    """
    access.require_tree(actor, Right.PEOPLE_IMPORT, record.employer)
    with transaction.atomic():
        lock_tree(record.employer)
        row = PeopleImport.objects.select_for_update().get(pk=record.pk)
        _require_last(row)
        journal = read_journal(bytes(row.journal))
        obstacles = list(islice(find_obstacles(journal), SHOWN))
        if obstacles:
            raise InUse(obstacles)
        _take_back(journal)
        row.state, row.undone_at, row.journal = ImportState.UNDONE, timezone.now(), b""
        row.save(update_fields=["state", "undone_at", "journal"])
        audit.record(
            actor=actor.user,
            verb="org.import.undo",
            subject_kind="import",
            subject_id=row.public_id,
            count=sum(row.report.get(name, 0) for name in ("new", "changed", "ended")),
            before={name: row.report.get(name, 0) for name in ("new", "changed", "ended")},
        )


def undo_obstacles(*, actor: Viewer, record: PeopleImport) -> list[Obstacle]:
    """What stands against undoing, empty where nothing does. Raises RuleBroken as `undo_import` does."""
    access.require_tree(actor, Right.PEOPLE_IMPORT, record.employer)
    _require_last(record)
    return list(islice(find_obstacles(read_journal(bytes(record.journal))), SHOWN))


def _require_last(record: PeopleImport) -> None:
    if record.state != ImportState.APPLIED:
        raise RuleBroken(_("Only an import that was applied can be undone."))
    later = PeopleImport.objects.filter(
        employer_id=record.employer_id, state=ImportState.APPLIED, applied_at__gt=record.applied_at
    )
    if later.exists():
        raise RuleBroken(_("A later import of this employer was applied; undo that one first."))


def find_obstacles(journal: Journal) -> Iterator[Obstacle]:
    """The rows that somebody has changed since, then those that something points to."""
    for key, part in journal.items():
        wanted = part.created | part.changed
        now = dict(read_checks(key, part.fields, wanted))
        for what in _words(key, [pk for pk, check in wanted.items() if now.get(pk) != check]):
            yield Obstacle(what, _("It was changed or removed after the import."))
    for key, part in journal.items():
        if part.created:
            yield from _references(key, part.created.keys(), journal)


def _references(key: str, made: Set[int], journal: Journal) -> Iterator[Obstacle]:
    """What points to rows that the import made, other than rows that it made or changed itself."""
    keys = {model: name for name, model in MODELS.items()}
    # Hidden ones too: a reference without a name for the way back (related_name="+") is a reference all the same.
    for relation in MODELS[key]._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or not relation.field.concrete:
            continue
        other, column = relation.related_model, relation.field.attname
        own = journal.get(keys.get(other, ""))
        ours = own.created.keys() | own.changed.keys() if own is not None else set()
        rows = other._default_manager.filter(**{f"{column}__gte": min(made), f"{column}__lte": max(made)})
        found = rows.order_by().values_list("pk", column).iterator(5000)
        used = {target for pk, target in found if target in made and pk not in ours}
        for what in _words(key, used):
            yield Obstacle(
                what, _("%(thing)s refers to it.") % {"thing": str(other._meta.verbose_name).capitalize()}
            )


def _words(key: str, pks: Iterable[int]) -> Iterator[str]:
    """What people call the rows: the person's name and number, or the row's own name."""
    shown = list(islice(pks, SHOWN))
    if not shown:
        return
    rows = MODELS[key]._default_manager.filter(pk__in=shown)
    person_of = {"person": "pk", "employment": "person_id", "posting": "person_id"}.get(key)
    known: dict[int, str] = {}
    if person_of is None:
        known = {row.pk: f"{MODELS[key]._meta.verbose_name}: {row}" for row in rows}
    else:
        known = dict(_people(dict(rows.values_list("pk", person_of))))
    for pk in shown:
        yield known.get(pk) or f"{MODELS[key]._meta.verbose_name} {pk}"


def _people(person_ids: dict[int, int]) -> Iterator[tuple[int, str]]:
    names = dict(Person.objects.filter(pk__in=person_ids.values()).values_list("pk", "name"))
    numbers = dict(
        Employment.objects.filter(person_id__in=person_ids.values()).values_list("person_id", "staff_number")
    )
    for pk, person_id in person_ids.items():
        yield pk, f"{numbers.get(person_id, '')} {names.get(person_id, '')}".strip()


def _take_back(journal: Journal) -> None:
    for key in MODELS:
        delete_rows(key, journal[key].created)
    for key in reversed(MODELS):
        part = journal[key]
        for chunk in batched(part.changed, CHUNK):
            overwrite(key, [row_from(key, part.fields, part.before[pk]) for pk in chunk])
        insert(key, [row_from(key, part.fields, part.before[pk]) for pk in part.deleted])
