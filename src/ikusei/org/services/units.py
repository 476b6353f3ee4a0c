"""Employers and their unit trees. A tree is changed under a lock on its employer, so that paths stay right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Employer, EmployerKind, Post, Unit, UnitKind, UnitPeriod


@dataclass(frozen=True, slots=True)
class UnitSpec:
    """A unit to be opened: `parent` is the code of a unit of the same employer, "" for a root."""

    code: str
    parent: str
    kind: UnitKind
    name_ja: str
    name_en: str = ""
    order: int = 0


def create_employer(
    *, actor: Viewer, code: str, kind: EmployerKind, name_ja: str, name_en: str = ""
) -> Employer:
    """The new employer. Raises RuleBroken where the code is taken."""
    access.require(actor, Right.EMPLOYERS_MANAGE)
    with transaction.atomic():
        if Employer.objects.filter(code=code).exists():
            raise RuleBroken(_("There is an employer with the code %(code)s.") % {"code": code})
        employer = Employer(code=code, kind=kind, name_ja=name_ja, name_en=name_en)
        employer.full_clean()
        employer.save()
        audit.record(
            actor=actor.user,
            verb="org.employer.create",
            subject_kind="employer",
            subject_id=employer.code,
            after={"kind": kind, "name_ja": name_ja, "name_en": name_en},
        )
    return employer


def lock_tree(employer: Employer) -> None:
    """Make every other change of this employer's units wait until the transaction ends."""
    Employer.objects.select_for_update().get(pk=employer.pk)


def open_units(
    *, actor: Viewer, employer: Employer, specs: Sequence[UnitSpec], from_date: date
) -> dict[str, Unit]:
    """The new units by code, opened on a day; a parent may stand in the same list, before or after its parts.

    Raises RuleBroken where a code is taken, a parent is unknown or closed on that day, or the list goes in a circle.
    """
    _require_places(actor, employer, specs)
    with transaction.atomic():
        lock_tree(employer)
        taken = set(Unit.objects.filter(employer=employer).values_list("code", flat=True))
        for spec in specs:
            if spec.code in taken:
                raise RuleBroken(_("There is a unit with the code %(code)s.") % {"code": spec.code})
            taken.add(spec.code)
        paths = {
            period.unit.code: (period.unit_id, period.path)
            for period in UnitPeriod.objects.on(from_date)
            .filter(unit__employer=employer)
            .select_related("unit")
        }
        units = {
            unit.code: unit
            for unit in Unit.objects.bulk_create([Unit(employer=employer, code=spec.code) for spec in specs])
        }
        periods = []
        for spec in _parents_first(specs, known=set(paths)):
            parent_id, parent_path = paths[spec.parent] if spec.parent else (None, "/")
            unit = units[spec.code]
            path = f"{parent_path}{unit.pk}/"
            paths[spec.code] = (unit.pk, path)
            periods.append(
                UnitPeriod(
                    unit=unit,
                    parent_id=parent_id,
                    kind=spec.kind,
                    name_ja=spec.name_ja,
                    name_en=spec.name_en,
                    order=spec.order,
                    path=path,
                    from_date=from_date,
                )
            )
        UnitPeriod.objects.bulk_create(periods)
        audit.record(
            actor=actor.user,
            verb="org.unit.open",
            subject_kind="employer",
            subject_id=employer.code,
            count=len(specs),
            after={"units": [spec.code for spec in specs], "from": from_date.isoformat()},
        )
    return units


def open_unit(
    *, actor: Viewer, employer: Employer, parent: str, from_date: date, code: str, **fields: Any
) -> Unit:
    """The new unit under the unit with the code `parent` ("" for a root); `fields` as of UnitSpec. As `open_units`."""
    spec = UnitSpec(code=code, parent=parent, **fields)
    return open_units(actor=actor, employer=employer, specs=[spec], from_date=from_date)[code]


def _require_places(actor: Viewer, employer: Employer, specs: Sequence[UnitSpec]) -> None:
    """Raise PermissionDenied unless the actor may change every unit of today under which one is to be opened."""
    access.require(actor, Right.ORG_EDIT)
    if access.may_change_tree(actor, Right.ORG_EDIT, employer):
        return
    fresh = {spec.code for spec in specs}
    outside = {spec.parent for spec in specs} - fresh
    parents = {unit.code: unit for unit in Unit.objects.filter(employer=employer, code__in=outside)}
    for code in outside:
        if code not in parents:
            access.require_tree(actor, Right.ORG_EDIT, employer)
        else:
            access.require_unit(actor, Right.ORG_EDIT, parents[code])


def _parents_first(specs: Sequence[UnitSpec], known: set[str]) -> list[UnitSpec]:
    """The specs in an order in which every parent comes before its parts."""
    waiting, ready = list(specs), []
    while waiting:
        now = [spec for spec in waiting if not spec.parent or spec.parent in known]
        if not now:
            raise RuleBroken(
                _("The unit %(code)s is part of %(parent)s, which is not there on that day.")
                % {"code": waiting[0].code, "parent": waiting[0].parent}
            )
        ready += now
        known |= {spec.code for spec in now}
        waiting = [spec for spec in waiting if spec.code not in known]
    return ready


def change_unit(
    *,
    actor: Viewer,
    unit: Unit,
    on: date,
    name_ja: str | None = None,
    name_en: str | None = None,
    kind: UnitKind | None = None,
    parent: Unit | None = None,
    becomes_root: bool = False,
) -> UnitPeriod:
    """The period that begins on a day with the changes asked for; history before that day stays as it is.

    Where the unit moves, the periods of all units below it are split on that day too. Raises RuleBroken where the unit
    is closed on that day, has a later change planned, or would become part of itself.
    """
    access.require_unit(actor, Right.ORG_EDIT, unit)
    if parent is not None:
        access.require_unit(actor, Right.ORG_EDIT, parent)
    elif becomes_root:
        access.require_tree(actor, Right.ORG_EDIT, unit.employer)
    with transaction.atomic():
        lock_tree(unit.employer)
        period = _open_period(unit, on)
        parent_id, parent_path = period.parent_id, period.path.removesuffix(f"{unit.pk}/")
        if becomes_root:
            parent_id, parent_path = None, "/"
        elif parent is not None:
            parent_id, parent_path = parent.pk, _open_period(parent, on).path
            if f"/{unit.pk}/" in parent_path:
                raise RuleBroken(_("A unit cannot become part of itself."))
        old_path, new_path = period.path, f"{parent_path}{unit.pk}/"
        fresh = _split(period, on)
        fresh.parent_id, fresh.path = parent_id, new_path
        fresh.name_ja = fresh.name_ja if name_ja is None else name_ja
        fresh.name_en = fresh.name_en if name_en is None else name_en
        fresh.kind = fresh.kind if kind is None else kind
        fresh.save()
        if new_path != old_path:
            _move_below(old_path, new_path, unit, on)
        audit.record(
            actor=actor.user,
            verb="org.unit.change",
            subject_kind="unit",
            subject_id=unit.pk,
            before={
                "name_ja": period.name_ja,
                "name_en": period.name_en,
                "kind": period.kind,
                "path": old_path,
            },
            after={
                "on": on.isoformat(),
                "name_ja": fresh.name_ja,
                "name_en": fresh.name_en,
                "kind": fresh.kind,
                "path": new_path,
            },
        )
    return fresh


def _open_period(unit: Unit, on: date) -> UnitPeriod:
    """The unit's last period, which must hold on a day."""
    period = UnitPeriod.objects.filter(unit=unit).order_by("-from_date").first()
    if period is None or not period.holds(on):
        raise RuleBroken(
            _("The unit %(code)s is closed on %(day)s or has a later change planned.")
            % {"code": unit.code, "day": on.isoformat()}
        )
    return period


def _split(period: UnitPeriod, on: date) -> UnitPeriod:
    """The part of a period that begins on a day, the earlier part closed; the same row where it begins on that day."""
    if period.from_date == on:
        return period
    until = period.until
    period.until = on
    period.save(update_fields=["until"])
    return UnitPeriod(
        unit_id=period.unit_id,
        parent_id=period.parent_id,
        kind=period.kind,
        name_ja=period.name_ja,
        name_en=period.name_en,
        order=period.order,
        path=period.path,
        from_date=on,
        until=until,
    )


def _move_below(old_path: str, new_path: str, unit: Unit, on: date) -> None:
    """Give everything below a moved unit its new path from a day on."""
    below = UnitPeriod.objects.touching(on, None).filter(path__startswith=old_path).exclude(unit=unit)
    for period in list(below):
        fresh = _split(period, on) if period.from_date < on else period
        fresh.path = new_path + period.path.removeprefix(old_path)
        fresh.save()


def close_unit(*, actor: Viewer, unit: Unit, on: date) -> None:
    """End a unit on a day. Raises RuleBroken where units or posts below it are still open on that day."""
    access.require_unit(actor, Right.ORG_EDIT, unit)
    with transaction.atomic():
        lock_tree(unit.employer)
        period = _open_period(unit, on)
        if (
            UnitPeriod.objects.touching(on, None)
            .filter(path__startswith=period.path)
            .exclude(unit=unit)
            .exists()
        ):
            raise RuleBroken(_("Units below %(name)s are still open on that day.") % {"name": period.name})
        if Post.objects.touching(on, None).filter(unit=unit).exists():
            raise RuleBroken(_("Posts in %(name)s are still open on that day.") % {"name": period.name})
        if period.from_date == on:
            raise RuleBroken(_("A unit cannot end on the day on which it begins or last changed."))
        period.until = on
        period.save(update_fields=["until"])
        audit.record(
            actor=actor.user,
            verb="org.unit.close",
            subject_kind="unit",
            subject_id=unit.pk,
            after={"until": on.isoformat()},
        )
