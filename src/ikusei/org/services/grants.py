"""Giving roles and taking them back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.accounts.models import User
from ikusei.audit import services as audit
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Employer, Person, Purpose, Role, RoleGrant, Scope, Unit


def give_role(
    *,
    actor: Viewer,
    user: User,
    role: Role,
    scope: Scope,
    purpose: Purpose,
    from_date: date,
    until: date | None = None,
    unit: Unit | None = None,
    employer: Employer | None = None,
    person: Person | None = None,
) -> RoleGrant:
    """The new grant. Raises RuleBroken where the same role and scope is given already on one of its days, or the account
    signs in by mailed code only and the role is another than host supervisor.

    Nobody gives a scope beyond their own: PermissionDenied.
    """
    _require_scope(actor, user, unit=unit, employer=employer, person=person, scope=scope)
    with transaction.atomic():
        if User.objects.select_for_update().get(pk=user.pk).code_only and role != Role.HOST_SUPERVISOR:
            raise RuleBroken(
                _("This account signs in by mailed code only: it can confirm, and nothing else.")
            )
        grant = RoleGrant(
            user=user,
            role=role,
            scope=scope,
            unit=unit,
            employer=employer,
            person=person,
            purpose=purpose,
            from_date=from_date,
            until=until,
        )
        grant.full_clean()
        same = RoleGrant.objects.filter(
            user=user, role=role, scope=scope, unit=unit, employer=employer, person=person
        )
        if same.touching(from_date, until).exists():
            raise RuleBroken(_("This account has this role in this scope already on one of these days."))
        grant.save()
        audit.record(
            actor=actor.user,
            verb="org.role.give",
            subject_kind="account",
            subject_id=user.pk,
            after={
                "role": role,
                "scope": scope,
                "unit": unit.pk if unit else None,
                "employer": employer.code if employer else None,
                "person": str(person.public_id) if person else None,
                "purpose": purpose,
                "from": from_date.isoformat(),
                "until": until.isoformat() if until else None,
            },
        )
    return grant


def _require_scope(
    actor: Viewer,
    user: User,
    *,
    scope: Scope,
    unit: Unit | None,
    employer: Employer | None,
    person: Person | None = None,
) -> None:
    """Raise PermissionDenied unless the actor may give and take roles in this scope."""
    access.require(actor, Right.GRANTS_MANAGE)
    if access.reaches_everyone(actor, Right.GRANTS_MANAGE):
        return
    if unit is not None:
        access.require_unit(actor, Right.GRANTS_MANAGE, unit)
    elif employer is not None:
        access.require_tree(actor, Right.GRANTS_MANAGE, employer)
    elif person is not None:
        access.require_person(actor, Right.GRANTS_MANAGE, person)
    elif scope == Scope.TEAM and (holder := Person.objects.filter(user=user).first()) is not None:
        access.require_person(actor, Right.GRANTS_MANAGE, holder)
    else:
        raise PermissionDenied(Right.GRANTS_MANAGE.value)


def end_role(*, actor: Viewer, grant: RoleGrant, on: date) -> None:
    """End a grant on a day; one that has not begun by then is taken back whole. Raises RuleBroken where it has ended."""
    _require_scope(
        actor,
        grant.user,
        unit=grant.unit,
        employer=grant.employer,
        person=grant.person,
        scope=Scope(grant.scope),
    )
    with transaction.atomic():
        row = RoleGrant.objects.select_for_update().get(pk=grant.pk)
        if row.until is not None and row.until <= on:
            raise RuleBroken(_("This role has ended by that day."))
        audit.record(
            actor=actor.user,
            verb="org.role.end",
            subject_kind="account",
            subject_id=row.user_id,
            before={
                "role": row.role,
                "scope": row.scope,
                "until": row.until.isoformat() if row.until else None,
            },
            after={"until": on.isoformat()},
        )
        if row.from_date >= on:
            row.delete()
        else:
            row.until = on
            row.save(update_fields=["until"])


@dataclass(frozen=True, slots=True)
class RoleAsked:
    """A role to be given in bulk, from a day on."""

    user: User
    role: Role
    scope: Scope
    purpose: Purpose
    from_date: date
    unit: Unit | None = None
    employer: Employer | None = None


def give_roles(*, actor: Viewer, asked: Sequence[RoleAsked]) -> list[RoleGrant]:
    """The new grants: the bulk form of `give_role`, for roles without an end.

    Raises RuleBroken, and gives none, where one of the accounts has such a role already or it is asked for twice.
    """
    for row in asked:
        _require_scope(actor, row.user, unit=row.unit, employer=row.employer, scope=row.scope)
    with transaction.atomic():
        grants = [
            RoleGrant(
                user=row.user,
                role=row.role,
                scope=row.scope,
                purpose=row.purpose,
                from_date=row.from_date,
                unit=row.unit,
                employer=row.employer,
            )
            for row in asked
        ]
        keys = [
            (grant.user_id, grant.role, grant.scope, grant.unit_id, grant.employer_id) for grant in grants
        ]
        standing = RoleGrant.objects.filter(user__in={row.user for row in asked}).touching(
            min((row.from_date for row in asked), default=date.max), None
        )
        taken = set(standing.values_list("user_id", "role", "scope", "unit_id", "employer_id"))
        if len(set(keys)) < len(keys) or taken & set(keys):
            raise RuleBroken(_("This account has this role in this scope already on one of these days."))
        saved = RoleGrant.objects.bulk_create(grants, batch_size=1000)
        audit.record(actor=actor.user, verb="org.role.give", subject_kind="accounts", count=len(saved))
    return saved
