"""Growth classes as a personnel section names them: a key that files use, names in two languages, a colour of their own."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.org.access import Viewer
from ikusei.org.errors import RuleBroken
from ikusei.rotation.models import GrowthClass
from ikusei.rotation.post_access import require_a_section
from ikusei.rotation.queries.growth import LAST_COLOUR

COLOURS = range(1, LAST_COLOUR + 1)
"""Numbers of the series colours; `posts.css` says which they are."""


@dataclass(frozen=True, slots=True)
class Named:
    """What people read of a growth class, and the colour of its bars and dots."""

    name_ja: str
    name_en: str
    colour: int


def add_class(*, actor: Viewer, key: str, named: Named) -> GrowthClass:
    """The new growth class; it has no rates yet, so the index stays as it is in its posts.

    Raises PermissionDenied outside a personnel section, RuleBroken where the key is taken, a name is missing, or another
    class has the colour while one is free.
    """
    require_a_section(actor)
    with transaction.atomic():
        if GrowthClass.objects.filter(key=key).exists():
            raise RuleBroken(_("There is a growth class with the key %(key)s.") % {"key": key})
        return _save(actor, GrowthClass(key=key), named, "rotation.class.add")


def change_class(*, actor: Viewer, growth_class: GrowthClass, named: Named) -> GrowthClass:
    """The growth class with other names or another colour; its key, its rates and its posts stay. Raises as `add_class`."""
    require_a_section(actor)
    with transaction.atomic():
        row = GrowthClass.objects.select_for_update().get(pk=growth_class.pk)
        return _save(actor, row, named, "rotation.class.change")


def _save(actor: Viewer, row: GrowthClass, named: Named, verb: str) -> GrowthClass:
    if not named.name_ja.strip():
        raise RuleBroken(_("A growth class has a name in Japanese."))
    others = dict(GrowthClass.objects.exclude(pk=row.pk).values_list("colour", "key"))
    if named.colour in others and set(COLOURS) - others.keys():
        raise RuleBroken(
            _("The growth class %(key)s has this colour already; choose a free one.")
            % {"key": others[named.colour]}
        )
    before = {"name_ja": row.name_ja, "name_en": row.name_en, "colour": row.colour} if row.pk else None
    row.name_ja, row.name_en, row.colour = named.name_ja.strip(), named.name_en.strip(), named.colour
    row.full_clean()
    row.save()
    audit.record(
        actor=actor.user,
        verb=verb,
        subject_kind="growth_class",
        subject_id=row.key,
        before=before,
        after={"name_ja": row.name_ja, "name_en": row.name_en, "colour": row.colour},
    )
    return row
