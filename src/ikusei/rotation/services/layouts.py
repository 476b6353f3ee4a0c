"""The columns in which an office wants its orders exported."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.org.access import Viewer
from ikusei.org.errors import RuleBroken
from ikusei.rotation.models import OrderLayout
from ikusei.rotation.queries.order_columns import COLUMNS
from ikusei.rotation.queries.orders import section_rounds


def save_layout(
    *, actor: Viewer, layout: OrderLayout | None, name: str, columns: Sequence[tuple[str, str]]
) -> OrderLayout:
    """The layout, new or changed. For the personnel section.

    Raises RuleBroken without a name, without columns, for one column twice, or where another layout has the name.
    """
    section_rounds(actor)
    name = name.strip()
    if not name:
        raise RuleBroken(_("A layout needs a name."))
    keys = [key for key, _heading in columns]
    if not keys or set(keys) - set(COLUMNS):
        raise RuleBroken(_("Choose at least one column."))
    if len(set(keys)) < len(keys):
        raise RuleBroken(_("A column stands once in a layout."))
    with transaction.atomic():
        others = OrderLayout.objects.filter(name=name)
        if layout is not None:
            others = others.exclude(pk=layout.pk)
        if others.exists():
            raise RuleBroken(_("Another layout has this name."))
        row = layout or OrderLayout()
        row.name = name
        row.columns = [[key, heading.strip()[:80]] for key, heading in columns]
        row.author = actor.user
        row.save()
        audit.record(
            actor=actor.user, verb="rotation.layout.save", subject_kind="order-layout", subject_id=row.pk
        )
    return row


def remove_layout(*, actor: Viewer, layout: OrderLayout) -> None:
    """Remove a layout. For the personnel section."""
    section_rounds(actor)
    with transaction.atomic():
        audit.record(
            actor=actor.user, verb="rotation.layout.remove", subject_kind="order-layout", subject_id=layout.pk
        )
        layout.delete()
