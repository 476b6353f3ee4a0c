"""Work of the night for the database itself."""

from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from ikusei.jobs.progress import Progress
from ikusei.jobs.registry import nightly


@nightly("jobs.statistics", label=_("Statistics for the database’s planner"))
def gather_statistics(progress: Progress) -> dict[str, Any]:
    """Nothing: the database has counted its rows. PostgreSQL does so by itself too, SQLite only when it is told."""
    analyze()
    return {}


def analyze() -> None:
    """Let the database count its rows, so that it chooses the right indexes; after anything that wrote very much."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
