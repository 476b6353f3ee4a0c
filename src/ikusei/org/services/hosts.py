"""Inviting supervisors at a host: an account that signs in by mailed code, and the role to confirm one person's levels.

The role holds from the day of the invitation for as long as the posting does, at most until the last day agreed.
"""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from ikusei.accounts import services as accounts
from ikusei.accounts.models import User
from ikusei.audit import services as audit
from ikusei.jobs import services as jobs
from ikusei.lib import clock
from ikusei.lib.dates import format_date
from ikusei.notices import services as notices
from ikusei.notices.models import Mailing
from ikusei.notices.recipients import Recipient
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.mails import HOST_INVITATION
from ikusei.org.models import Employment, Person, Posting, PostingKind, Purpose, Role, RoleGrant, Scope
from ikusei.org.queries.hosts import postings_of, subject_of, why_not

LONGEST = timedelta(days=366)
"""An invitation for a posting whose end is not agreed lasts at most so long."""

BETWEEN_MAILS = timedelta(minutes=10)


def invite_host(
    *,
    actor: Viewer,
    person: Person,
    posting_id: int,
    name: str,
    address: str,
    language: str,
    until: date | None = None,
) -> RoleGrant:
    """The grant over the person, from today; the invitation is on its way by mail.

    `until` None: as long as is possible. Raises PermissionDenied where the actor may not invite for this person, and
    RuleBroken where the posting needs no invitation, the days do not fit, or the address cannot be invited.
    """
    _require_inviter(actor, person)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        place = postings_of(person, on=actor.today).filter(pk=posting_id).first()
        if place is None:
            raise RuleBroken(_("The posting does not run today."))
        if refusal := why_not(person, place):
            raise RuleBroken(refusal)
        end = _end_within(place, until, today=actor.today)
        _refuse_address(actor, person, address)
        user = _account(actor, address=address, name=name, language=language)
        standing = RoleGrant.objects.filter(user=user, role=Role.HOST_SUPERVISOR, person=person)
        if standing.on(actor.today).exists():
            raise RuleBroken(_("This address is invited for this person already."))
        grant = RoleGrant(
            user=user,
            role=Role.HOST_SUPERVISOR,
            scope=Scope.PERSON,
            person=person,
            posting=place,
            purpose=Purpose.SUPERVISION,
            from_date=actor.today,
            until=end,
        )
        grant.full_clean()
        grant.save()
        _record("org.host.invite", "org.host.invited", actor, grant, after={"until": end.isoformat()})
        _write(actor, grant)
    return grant


def invite_again(*, actor: Viewer, grant: RoleGrant) -> None:
    """Send the invitation once more. Raises RuleBroken where it has ended, or was mailed a few minutes ago."""
    person = _invited_for(actor, grant)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        if not RoleGrant.objects.on(actor.today).filter(pk=grant.pk).exists():
            raise RuleBroken(_("This invitation has ended."))
        lately = clock.now() - BETWEEN_MAILS
        if Mailing.objects.filter(subject_ref=subject_of(grant), created_at__gt=lately).exists():
            raise RuleBroken(_("The invitation was mailed a few minutes ago. Give it some time to arrive."))
        _record("org.host.invite-again", "", actor, grant)
        _write(actor, grant)


def end_invitation(*, actor: Viewer, grant: RoleGrant) -> None:
    """End an invitation today: the session of the host ends at its next click. Raises RuleBroken where it has ended.

    One that began today is taken back whole; the audit trail keeps it.
    """
    person = _invited_for(actor, grant)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        row = RoleGrant.objects.on(actor.today).filter(pk=grant.pk).first()
        if row is None:
            raise RuleBroken(_("This invitation has ended."))
        before = row.until.isoformat() if row.until is not None else None
        after = {"until": actor.today.isoformat()}
        _record("org.host.end", "org.host.ended", actor, grant, before={"until": before}, after=after)
        if row.from_date >= actor.today:
            row.delete()
        else:
            row.until = actor.today
            row.save(update_fields=["until"])


def close_accounts_without_role(*, actor: Viewer) -> int:
    """The number of accounts closed that sign in by mailed code only and hold no role today or later.

    They could not sign in any more anyway (`backends`); closed ones are told apart in lists, and opened again by the
    next invitation.
    """
    access.require(actor, Right.GRANTS_MANAGE)
    with transaction.atomic():
        ended = RoleGrant.objects.ended(actor.today)
        alive = RoleGrant.objects.exclude(pk__in=ended.values("pk"))
        rows = User.objects.filter(code_only=True, is_active=True).exclude(pk__in=alive.values("user_id"))
        closed = accounts.close_accounts([user.pk for user in rows])
        if closed:
            audit.record(actor=actor.user, verb="org.host.close", subject_kind="accounts", count=closed)
    return closed


def _end_within(posting: Posting, until: date | None, *, today: date) -> date:
    """The end of an invitation. Raises RuleBroken where it lies in the past or too far ahead.

    The agreed end of a dispatch is known to the section; that of any other posting is not before the notice, so it is
    not told here: the role ends with the posting all the same.
    """
    agreed = posting.until if posting.kind == PostingKind.DISPATCH else None
    latest = agreed or today + LONGEST
    if until is None:
        return latest
    if until <= today:
        raise RuleBroken(_("The last day lies in the past."))
    if until > latest:
        raise RuleBroken(
            _("The invitation can last until %(day)s at most.")
            % {"day": format_date(latest - timedelta(days=1))}
        )
    return until


def _refuse_address(actor: Viewer, person: Person, address: str) -> None:
    """Raise RuleBroken for the addresses of those who must not confirm: the person, and whoever invites."""
    asked = address.strip().lower()
    own = {person.email.lower(), person.user.email if person.user is not None else ""}
    if asked in own:
        raise RuleBroken(_("This is the person's own address: nobody confirms their own levels."))
    if actor.user is not None and asked == actor.user.email:
        raise RuleBroken(_("This is your own address: invite the supervisor at the host."))


def _account(actor: Viewer, *, address: str, name: str, language: str) -> User:
    """The account with an address, made or opened again where need be; one of somebody else keeps its password."""
    email = address.strip().lower()
    found = User.objects.select_for_update().filter(email=email).first()
    if found is None:
        try:
            with transaction.atomic():
                found = accounts.open_code_account(email=email, label=name, language=language)
        except IntegrityError:  # somebody else was quicker by a moment
            return User.objects.select_for_update().get(email=email)
        audit.record(
            actor=actor.user,
            verb="org.account.open",
            subject_kind="account",
            subject_id=found.pk,
            after={"label": name, "code_only": True},
        )
    elif not found.is_active:
        if not found.code_only:
            raise RuleBroken(_("The account with this address is closed. Ask the administrator."))
        accounts.open_again(found)
    return found


def _invited_for(actor: Viewer, grant: RoleGrant) -> Person:
    """The person of an invitation. Raises PermissionDenied where the actor may not invite for them."""
    if grant.person is None or grant.role != Role.HOST_SUPERVISOR:
        raise access.NotVisible(str(grant.pk))
    _require_inviter(actor, grant.person)
    return grant.person


def _require_inviter(actor: Viewer, person: Person) -> None:
    """Raise PermissionDenied unless the actor leads the person at home, or is a steward; nobody invites for themselves."""
    if actor.person is not None and actor.person.pk == person.pk:
        raise PermissionDenied(Right.HOST_INVITE.value)
    access.require_home(actor, Right.HOST_INVITE, person)


def _record(
    verb: str,
    event: str,
    actor: Viewer,
    grant: RoleGrant,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Note a change of an invitation in the trail and, where it is news, among the events."""
    person = grant.person
    assert person is not None  # noqa: S101  # the constraint of the scope
    audit.record(
        actor=actor.user,
        verb=verb,
        subject_kind="person",
        subject_id=person.public_id,
        before=before,
        after={"account": grant.user_id, "posting": grant.posting_id} | (after or {}),
    )
    if event:
        payload = {"person": str(person.public_id), "grant": grant.pk}
        jobs.record_event(name=event, payload=payload)


def _write(actor: Viewer, grant: RoleGrant) -> None:
    """Queue the invitation, in the language of the account."""
    person, user = grant.person, grant.user
    assert person is not None  # noqa: S101  # the constraint of the scope
    assert grant.until is not None  # noqa: S101  # an invitation has an end
    native = person.used_name or person.name
    employment = Employment.objects.on(actor.today).filter(person=person).select_related("employer").first()
    office = employment.employer if employment is not None else None
    inviter = (
        {"ja": office.name_ja, "en": office.name_en or office.name_ja} if office else {"ja": "", "en": ""}
    )
    if actor.person is not None:
        own = actor.person.used_name or actor.person.name
        inviter["ja"] = f"{inviter['ja']} {own}".strip()
        inviter["en"] = f"{actor.person.name_latin or own}, {inviter['en']}".strip(", ")
    notices.send(
        actor=actor.user,
        kind=HOST_INVITATION.name,
        recipients=[
            Recipient(ref=f"account:{user.pk}", name=str(user), address=user.email, language=user.language)
        ],
        common={
            "person": {"ja": native, "en": person.name_latin or native},
            "inviter": inviter,
            "inviter_address": actor.user.email if actor.user is not None else "",
            "last_day": grant.until - timedelta(days=1),
            "link": notices.absolute(
                f"{reverse('account_request_login_code')}?{urlencode({'address': user.email})}"
            ),
        },
        subject_ref=subject_of(grant),
    )
