"""The journal of an import: every row it made, changed or removed, so exactly that it can be taken back.

JSON, by model: {"fields": [...], "created": [[pk, check]], "changed": [[[values before], check]], "deleted": [[values]]}.
`check` is a sum over the row as the import left it: where it differs, somebody has changed the row since.
"""

import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import batched
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
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


class Ledger:
    """Notes what an import does to rows, and does it in bulk."""

    def __init__(self) -> None:
        self._created: dict[str, list[int]] = defaultdict(list)
        self._before: dict[str, dict[int, list[Any]]] = defaultdict(dict)
        self._deleted: dict[str, list[list[Any]]] = defaultdict(list)
        self._edited: dict[str, dict[int, models.Model]] = defaultdict(dict)

    def note_created(self, key: str, pks: Iterable[int]) -> None:
        """Remember rows that a service has made."""
        self._created[key] += pks

    def create(self, key: str, rows: Sequence[models.Model]) -> None:
        """Insert rows."""
        made = MODELS[key]._default_manager.bulk_create(rows, batch_size=CHUNK)
        self.note_created(key, (row.pk for row in made))

    def edit(self, key: str, pks: Iterable[int]) -> dict[int, Any]:
        """The rows, locked, to be changed in place; `save` writes them all."""
        wanted = set(pks) - self._edited[key].keys()
        fields = names(key)
        for chunk in batched(sorted(wanted), CHUNK):
            for row in MODELS[key]._default_manager.select_for_update().filter(pk__in=chunk).order_by("pk"):
                self._edited[key][row.pk] = row
                self._before[key][row.pk] = [getattr(row, name) for name in fields]
        return self._edited[key]

    def delete(self, key: str, pks: Iterable[int]) -> None:
        """Remove rows that began on the day of the list, their content kept here."""
        rows = self.edit(key, pks)
        gone = list(pks)
        for pk in gone:
            self._deleted[key].append(self._before[key].pop(pk))
            del rows[pk]
        delete_rows(key, gone)

    def save(self) -> None:
        """Write the rows changed in place."""
        for key, rows in self._edited.items():
            overwrite(key, list(rows.values()))

    def as_json(self) -> dict[str, Any]:
        """The journal, its checks computed from the rows as they stand in the database."""
        journal: dict[str, Any] = {}
        for key in MODELS:
            fields = names(key)
            checks = dict(read_checks(key, fields, [*self._created[key], *self._before[key]]))
            entry = {
                "fields": fields,
                "created": [[pk, checks[pk]] for pk in self._created[key]],
                "changed": [[before, checks[pk]] for pk, before in self._before[key].items()],
                "deleted": self._deleted[key],
            }
            if any(entry[part] for part in ("created", "changed", "deleted")):
                journal[key] = entry
        plain: dict[str, Any] = json.loads(json.dumps(journal, cls=DjangoJSONEncoder))
        return plain


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
