"""Whose word a decision of the first stage was: so far that of the bureau before which its draft lay last."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def name_bureaus(apps: Any, schema_editor: Any) -> None:
    decisions, moves = apps.get_model("rotation", "Decision"), apps.get_model("rotation", "Move")
    of_draft = moves.objects.filter(pk=OuterRef("move_id")).values("draft__bureau")
    decisions.objects.filter(stage="bureau", bureau=None).update(bureau=Subquery(of_draft))


class Migration(migrations.Migration):
    dependencies = [
        ("org", "0005_shares_given_back"),
        ("rotation", "0008_order_restores"),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="bureau",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.unit",
                verbose_name="bureau",
            ),
        ),
        migrations.RunPython(name_bureaus, migrations.RunPython.noop),
    ]
