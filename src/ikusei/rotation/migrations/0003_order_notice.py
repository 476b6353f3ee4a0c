"""From which day an order may be known, and when the person was told; decisions go with a move that is taken out."""

import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rotation", "0002_draft_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="notice_on",
            field=models.DateField(default=datetime.date(2026, 3, 24), verbose_name="told on"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="order",
            name="noticed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="decision",
            name="move",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="decisions", to="rotation.move"
            ),
        ),
        migrations.AlterField(
            model_name="restriction",
            name="decision",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="rotation.decision",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["noticed_at", "notice_on"], name="rotation_order_telling"),
        ),
    ]
