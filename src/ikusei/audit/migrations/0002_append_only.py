"""Triggers that refuse changes to the audit trail, whoever makes them, as a second lock behind the models'.

PostgreSQL refuses every UPDATE and DELETE of a row. SQLite refuses every UPDATE, and the DELETE of a sealed entry: its
only way of emptying a table between two tests is DELETE, so what is not sealed yet can be removed there.
"""

from typing import Any

from django.db import migrations

TABLES = ("audit_entry", "audit_seal")
REFUSAL = "the audit trail is append-only"


def install(apps: Any, schema_editor: Any) -> None:
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        for table in TABLES:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION audit_refuse()"
            )
    elif vendor == "sqlite":
        for table in TABLES:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        schema_editor.execute(
            "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry "
            "WHEN OLD.id <= (SELECT MAX(last_id) FROM audit_seal) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def remove(apps: Any, schema_editor: Any) -> None:
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        schema_editor.execute("DROP FUNCTION audit_refuse()")
    elif vendor == "sqlite":
        for table in TABLES:
            schema_editor.execute(f"DROP TRIGGER {table}_no_update")
        schema_editor.execute("DROP TRIGGER audit_entry_no_delete")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
