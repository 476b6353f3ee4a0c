"""Ground for the tests of the audit trail: entries, and a way round the triggers for whoever tampers."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection

from ikusei.audit import services
from ikusei.audit.models import Entry


def age() -> timedelta:
    """How old an entry must be to be sealed, here: everything written by now may be."""
    return timedelta(seconds=-1)


def make_entries(count: int) -> list[Entry]:
    """So many changes, one after the other, with values worth sealing."""
    return [
        services.record(
            actor=None,
            verb="test.thing.make",
            subject_kind="thing",
            subject_id=number,
            before=None,
            after={"name": "桜", "share": 0.5, "number": number},
        )
        for number in range(count)
    ]


@contextmanager
def without_triggers() -> Iterator[None]:
    """The database as an intruder with all its rights would have it: nothing refuses anything."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SET CONSTRAINTS ALL IMMEDIATE"
            )  # a table with checks outstanding cannot be altered
            for table in ("audit_entry", "audit_seal"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only")
        else:
            for trigger in ("audit_entry_no_update", "audit_entry_no_delete", "audit_seal_no_update"):
                cursor.execute(f"DROP TRIGGER {trigger}")
        yield
