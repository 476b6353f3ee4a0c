"""What the database believes of its tables, on which it plans its queries."""

from django.db import connection, models

from ikusei.jobs.tasks import analyze

SQL = {
    "postgresql": "SELECT reltuples FROM pg_class WHERE relname = %s",
    "sqlite": "SELECT stat FROM sqlite_stat1 WHERE tbl = %s",
}


def believed_rows(model: type[models.Model]) -> int:
    """How many rows the database believes a table to have: as when it last counted, which it has done once at least."""
    with connection.cursor() as cursor:
        cursor.execute(SQL[connection.vendor], [model._meta.db_table])
        row = cursor.fetchone()
    return 0 if row is None else max(0, int(float(str(row[0]).split()[0])))


def out_of_date(model: type[models.Model]) -> int:
    """How many rows of a table the database has just counted: what it believes until it counts again."""
    analyze()
    return believed_rows(model)
