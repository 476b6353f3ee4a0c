"""The guard that keeps a published version as it is: every way of writing below it through Django raises.

The services refuse with a sentence long before; this stands behind them, for the shell and for later code.
"""

from collections.abc import Iterable, Iterator
from itertools import batched
from typing import Any, ClassVar, cast

from django.db import models

DRAFT = "draft"
CHUNK = 10_000


class PublishedIsFixed(Exception):
    """Something below a published framework version was to be changed: a correction is a new version."""


class PartQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows that belong to a framework version, which only a draft lets be written."""

    def update(self, **values: Any) -> int:
        self._refuse_fixed(self)
        if self._part.parent in values:
            raise PublishedIsFixed(f"{self.model.__name__} rows do not move to another {self._part.parent}.")
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_fixed(self)
        return super().delete()

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        rows = list(objs)
        refuse_fixed_parents(self._part, {getattr(row, f"{self._part.parent}_id") for row in rows})
        return super().bulk_create(rows, *args, **kwargs)

    @property
    def _part(self) -> "type[PartOfVersion]":
        return cast("type[PartOfVersion]", self.model)

    def _refuse_fixed(self, rows: models.QuerySet[M]) -> None:
        if rows.exclude(**{f"{self._part.version_path}__state": DRAFT}).exists():
            raise PublishedIsFixed(f"{self.model.__name__} rows of a published version stay as they are.")


class PartOfVersion(models.Model):
    """A row of a framework version. `version_path` leads to it, its first step is the row it hangs from."""

    version_path: ClassVar[str] = "version"
    parent: ClassVar[str] = "version"

    objects = PartQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._refuse_fixed()
        refuse_fixed_parents(type(self), {getattr(self, f"{self.parent}_id")})
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self._refuse_fixed()
        return super().delete(*args, **kwargs)

    def _refuse_fixed(self) -> None:
        stored = type(self)._base_manager.filter(pk=self.pk) if self.pk else None
        if stored is not None and stored.exclude(**{f"{self.version_path}__state": DRAFT}).exists():
            raise PublishedIsFixed(f"{type(self).__name__} {self.pk} belongs to a published version.")


def refuse_fixed_parents(part: "type[PartOfVersion]", parent_ids: set[int]) -> None:
    """Raise PublishedIsFixed where one of the rows that new rows are to hang from is of a published version."""
    parent_model = cast("type[models.Model]", part._meta.get_field(part.parent).related_model)
    state = "__".join([*part.version_path.split("__")[1:], "state"])
    for ids in _chunks(parent_ids):
        if parent_model._base_manager.filter(pk__in=ids).exclude(**{state: DRAFT}).exists():
            raise PublishedIsFixed(f"A published version takes no new {part.__name__} rows.")


def _chunks(ids: set[int]) -> Iterator[tuple[int, ...]]:
    """The ids in pieces: SQLite allows some 30,000 parameters in one statement."""
    return batched(sorted(ids), CHUNK)


class VersionQuerySet[M: models.Model](models.QuerySet[M]):
    """Framework versions: what a published one says stays; how it is used may change."""

    usage = frozenset({"state", "published_on", "in_use_from"})

    def update(self, **values: Any) -> int:
        fixed = self.exclude(state=DRAFT)
        if (set(values) - self.usage or values.get("state") == DRAFT) and fixed.exists():
            raise PublishedIsFixed("A published version stays as it is.")
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        if self.exclude(state=DRAFT).exists():
            raise PublishedIsFixed("A published version is not deleted.")
        return super().delete()
