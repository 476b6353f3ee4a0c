"""The journal of an import: every row it made, changed or removed, so exactly that it can be taken back.

It is compressed JSON, one line a fact, written while the rows are: [model, "before", [values]] of a row that is changed
or removed, [model, "deleted", pk], and at the end [model, "fields", [...]], [model, "created", pk, check] and
[model, "changed", pk, check]. `check` is a sum over the row as the import left it: where it differs, somebody has
changed the row since.
"""

import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import batched
from typing import Any
from uuid import UUID

from django.db import models

from ikusei.org.models import Employment, Person, Post, Posting, PostTerms, Unit, UnitPeriod

MODELS: dict[str, type[models.Model]] = {
    # In the order in which rows are removed: whatever points to another comes first.
    "posting": Posting,
    "employment": Employment,
    "person": Person,
    "post_terms": PostTerms,
    "post": Post,
    "unit_period": UnitPeriod,
    "unit": Unit,
}
CHUNK = 2000


@dataclass(slots=True)
class Part:
    """What a journal says of one model: checks by primary key, rows as they were by primary key."""

    fields: list[str] = field(default_factory=list)
    created: dict[int, int] = field(default_factory=dict)
    changed: dict[int, int] = field(default_factory=dict)
    before: dict[int, list[Any]] = field(default_factory=dict)
    deleted: list[int] = field(default_factory=list)


type Journal = dict[str, Part]


class Ledger:
    """Notes what an import does to rows, and does it in bulk."""

    def __init__(self) -> None:
        self._created: dict[str, list[int]] = defaultdict(list)
        self._changed: dict[str, set[int]] = defaultdict(set)
        self._edited: dict[str, dict[int, models.Model]] = defaultdict(dict)
        self._compressor = zlib.compressobj(level=3)
        self._written: list[bytes] = []

    def note_created(self, key: str, pks: Iterable[int]) -> None:
        """Remember rows that a service has made."""
        self._created[key] += pks

    def create(self, key: str, rows: Sequence[models.Model]) -> None:
        """Insert rows."""
        made = MODELS[key]._default_manager.bulk_create(rows, batch_size=CHUNK)
        self.note_created(key, (row.pk for row in made))

    def edit(self, key: str, pks: Iterable[int]) -> dict[int, Any]:
        """The rows in hand, these among them, locked, to be changed in place; `save` writes them all."""
        wanted = set(pks) - self._edited[key].keys()
        fields = names(key)
        for chunk in batched(sorted(wanted), CHUNK):
            for row in MODELS[key]._default_manager.select_for_update().filter(pk__in=chunk).order_by("pk"):
                self._edited[key][row.pk] = row
                if row.pk not in self._changed[key]:
                    self._changed[key].add(row.pk)
                    self._note(key, "before", [_plain(getattr(row, name)) for name in fields])
        return self._edited[key]

    def delete(self, key: str, pks: Iterable[int]) -> None:
        """Remove rows that began on the day of the list."""
        gone = list(pks)
        rows = self.edit(key, gone)
        for pk in gone:
            self._note(key, "deleted", pk)
            self._changed[key].remove(pk)
            del rows[pk]
        delete_rows(key, gone)

    def save(self) -> None:
        """Write the rows changed in place, and let them go: there may be a hundred thousand in all."""
        for key in list(self._edited):
            overwrite(key, list(self._edited.pop(key).values()))

    def journal(self) -> bytes:
        """The journal, its checks computed from the rows as they stand in the database. The ledger is closed."""
        for key in MODELS:
            self._note(key, "fields", names(key))
            for what, pks in (("created", self._created[key]), ("changed", self._changed[key])):
                for pk, check in read_checks(key, names(key), pks):
                    self._note(key, what, pk, check)
        return b"".join([*self._written, self._compressor.flush()])

    def _note(self, *fact: Any) -> None:
        line = json.dumps(fact, ensure_ascii=False, separators=(",", ":")) + "\n"
        self._written.append(self._compressor.compress(line.encode()))


def read_journal(journal: bytes) -> Journal:
    """What a journal says, by model, in the order of MODELS."""
    parts = {key: Part() for key in MODELS}
    for line in zlib.decompress(journal).splitlines():
        key, what, *fact = json.loads(line)
        part = parts[key]
        match what:
            case "fields":
                part.fields = fact[0]
            case "before":
                part.before[fact[0][0]] = fact[0]
            case "deleted":
                part.deleted.append(fact[0])
            case "created":
                part.created[fact[0]] = fact[1]
            case "changed":
                part.changed[fact[0]] = fact[1]
    return parts


def names(key: str) -> list[str]:
    """The columns of a model, the primary key first."""
    fields = MODELS[key]._meta.concrete_fields
    return ["id", *(field.attname for field in fields if not field.primary_key)]


def read_checks(key: str, fields: Sequence[str], pks: Iterable[int]) -> Iterator[tuple[int, int]]:
    """(primary key, check) of the rows that exist."""
    for chunk in batched(sorted(pks), CHUNK):
        rows = MODELS[key]._default_manager.filter(pk__in=chunk).order_by().values_list(*fields)
        for row in rows:
            yield row[0], zlib.crc32(repr(row).encode())


def row_from(key: str, fields: Sequence[str], values: Sequence[Any]) -> models.Model:
    """The row that a journal holds."""
    model = MODELS[key]
    known = {field.attname: field for field in model._meta.concrete_fields}
    row = model()
    for name, value in zip(fields, values, strict=True):
        if name in known:
            setattr(row, name, known[name].to_python(value))
    return row


def overwrite(key: str, rows: Sequence[models.Model]) -> None:
    """Write whole rows over those with the same primary keys (one statement per batch, unlike bulk_update)."""
    if rows:
        fields = [field.name for field in MODELS[key]._meta.concrete_fields if not field.primary_key]
        MODELS[key]._default_manager.bulk_create(
            rows, batch_size=CHUNK, update_conflicts=True, unique_fields=["id"], update_fields=fields
        )


def insert(key: str, rows: Sequence[models.Model]) -> None:
    """Write rows back under their old primary keys."""
    MODELS[key]._default_manager.bulk_create(rows, batch_size=CHUNK)


def delete_rows(key: str, pks: Iterable[int]) -> None:
    """Remove rows that nothing points to: the caller has looked, so Django need not ask again row by row."""
    for chunk in batched(sorted(pks), CHUNK):
        rows = MODELS[key]._default_manager.filter(pk__in=chunk).order_by()
        rows._raw_delete(rows.db)


def _plain(value: Any) -> Any:
    """The value as JSON holds it."""
    return str(value) if isinstance(value, date | Decimal | UUID) else value
