"""Work of the night for the database itself."""

from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from ikusei.jobs.progress import Progress
from ikusei.jobs.registry import nightly

MANY = 1000
"""Rows of one write from which on the database's statistics of yesterday are another table's."""


@nightly("jobs.statistics", label=_("Statistics for the database’s planner"))
def gather_statistics(progress: Progress) -> dict[str, Any]:
    """Nothing: the database has counted its rows. PostgreSQL does so by itself too, SQLite only when it is told."""
    analyze()
    return {}


def analyze() -> None:
    """Let the database count its rows, so that it chooses the right indexes; after anything that wrote very much."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def analyze_after(rows: int) -> None:
    """Let the database count its rows once the transaction stands, where so many were written that its plans are off.

    Statistics come by night otherwise, or on PostgreSQL some time later: until then a join over a city just imported is
    planned as one over empty tables, and can take minutes. Nothing is undone where the counting fails; the night repeats it.
    """
    if rows >= MANY:
        transaction.on_commit(analyze, robust=True)
