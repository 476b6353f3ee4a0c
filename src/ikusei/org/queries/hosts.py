"""Who is invited to confirm somebody's levels: for the page of whoever invites."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import FETCH_RAISE, CharField, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ikusei.lib.fields import pick_text
from ikusei.lib.periods import current
from ikusei.notices.models import Letter, LetterState
from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.models import Employment, Person, Posting, PostingKind, Role, RoleGrant, Scope, UnitPeriod

SUBJECT = "host-invitation:"
FAILED = (LetterState.FAILED, LetterState.BOUNCED, LetterState.SKIPPED, LetterState.UNSURE)


@dataclass(frozen=True, slots=True)
class Offered:
    """A posting for which a supervisor can be invited; `last_day` is its agreed end, where the viewer may know it."""

    pk: int
    place: str
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation as the page shows it; `mail` is what became of its last mail ("" where there is none)."""

    pk: int
    name: str
    address: str
    place: str
    from_date: date
    last_day: date | None
    is_current: bool
    mail: str | Promise
    mail_failed: bool


@dataclass(frozen=True, slots=True)
class HostPage:
    """The supervisors at hosts of one person: where one can be invited, why not elsewhere, who is and who was."""

    person: Person
    offered: list[Offered]
    refusals: list[str]
    current: list[Invitation]
    past: list[Invitation]


def host_page(viewer: Viewer, public_id: uuid.UUID) -> HostPage:
    """The page, the look noted. Errors as `person_to_invite_for`."""
    person = person_to_invite_for(viewer, public_id)
    offered, refusals = [], []
    for posting in postings_of(person, on=viewer.today):
        refusal = why_not(person, posting)
        if refusal:
            refusals.append(refusal)
        else:
            offered.append(Offered(pk=posting.pk, place=_place(posting), last_day=_agreed_end(posting)))
    rows = _invitations(person, viewer.today)
    return HostPage(
        person=person,
        offered=offered,
        refusals=list(dict.fromkeys(refusals)),
        current=[row for row in rows if row.is_current],
        past=[row for row in rows if not row.is_current],
    )


def person_to_invite_for(viewer: Viewer, public_id: uuid.UUID) -> Person:
    """The person, the look noted. NotVisible for strangers; PermissionDenied for the person themselves, and for whoever leads no more than the place to which the person was sent."""
    person = access.people_at_home(viewer, Right.HOST_INVITE).filter(public_id=public_id).first()
    if person is None or (viewer.person is not None and viewer.person.pk == person.pk):
        if access.people(viewer, Right.PEOPLE_LIST).filter(public_id=public_id).exists():
            raise PermissionDenied(Right.HOST_INVITE.value)
        raise NotVisible(str(public_id))
    access.note_person(viewer, Right.HOST_INVITE, person, verb="org.person.open")
    return person


def postings_of(person: Person, *, on: date) -> QuerySet[Any, Any]:
    """The postings in which a person works on a day, with what `why_not` needs to know: whether it is with an employer of theirs
    (`is_home`), and who heads the unit and has an account (`head`).
    """
    names = UnitPeriod.objects.filter(unit_id=OuterRef("post__unit_id")).order_by("-from_date")
    employed = Employment.objects.on(on).filter(
        person_id=OuterRef("person_id"), employer_id=OuterRef("post__unit__employer_id")
    )
    heads = (
        Posting.objects.on(on)
        .filter(
            current(on, "post__terms__"),
            post__unit_id=OuterRef("post__unit_id"),
            post__terms__is_head=True,
            person__user__is_active=True,
        )
        .exclude(person_id=OuterRef("person_id"))
        .order_by("pk")
    )
    words = JSONObject(name="person__name", used_name="person__used_name", name_latin="person__name_latin")
    return (
        Posting.objects.on(on)
        .filter(person=person)
        .exclude(share=0)  # attached there, working elsewhere: nobody there sees the work
        .annotate(
            unit_names=Subquery(names.values(names=JSONObject(ja="name_ja", en="name_en"))[:1]),
            is_home=Exists(employed),
            head=Subquery(heads.values(names=words)[:1]),
        )
        .select_related("post__unit__employer")
        .order_by("-share", "from_date", "pk")
        .fetch_mode(FETCH_RAISE)
    )


def why_not(person: Person, posting: Any) -> str:
    """Why nobody can be invited for a posting (one of `postings_of`), in a sentence; "" where somebody can."""
    if not posting.is_home or posting.head is None:
        return ""
    words = {
        "name": person.display_name,
        "unit": _place(posting),
        "head": Person(**posting.head).display_name,
    }
    return (
        _(
            "%(name)s works at %(unit)s under %(head)s, who has an account and confirms: no invitation is needed."
        )
        % words
    )


def subject_of(grant: RoleGrant) -> str:
    """What the mails of an invitation are about, in the log of notices."""
    return f"{SUBJECT}{grant.pk}"


def invitation_of(viewer: Viewer, public_id: uuid.UUID, pk: int) -> RoleGrant:
    """The invitation with its account and person. Errors as `host_page`."""
    person = person_to_invite_for(viewer, public_id)
    grant = _grants(person).select_related("user", "person__user").filter(pk=pk).first()
    if grant is None:
        raise NotVisible(str(pk))
    return grant


def _grants(person: Person) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.filter(role=Role.HOST_SUPERVISOR, scope=Scope.PERSON, person=person)


def _place(posting: Posting) -> str:
    unit = posting.post.unit
    name = pick_text(getattr(posting, "unit_names", None) or {}) or unit.code
    return f"{unit.employer.name} {name}"


def _agreed_end(posting: Posting) -> date | None:
    """The last day of a dispatch; the end of any other posting is not known before the notice."""
    if posting.kind != PostingKind.DISPATCH or posting.until is None:
        return None
    return posting.until - timedelta(days=1)


def _invitations(person: Person, today: date) -> list[Invitation]:
    """Every invitation, the newest first, with what became of its last mail. One query."""
    about = Concat(Value(SUBJECT), Cast(OuterRef("pk"), CharField()))
    mails = Letter.objects.filter(mailing__subject_ref=about).order_by("-pk")
    rows = (
        _grants(person)
        .annotate(mail=Subquery(mails.values("state")[:1]))
        .select_related("user__person", "posting__post__unit__employer")
        .order_by("-from_date", "-pk")
        .fetch_mode(FETCH_RAISE)
    )
    return [_invitation(grant, grant.mail, today) for grant in rows]


def _invitation(grant: RoleGrant, mail: str | None, today: date) -> Invitation:
    """An invitation that holds shows the last day agreed: when its posting will end otherwise is not known yet."""
    holder = getattr(grant.user, "person", None)
    end = grant.until if grant.holds(today) else grant.ends_on
    return Invitation(
        pk=grant.pk,
        name=holder.display_name if holder is not None else str(grant.user),
        address=grant.user.email,
        place=grant.posting.post.unit.employer.name if grant.posting is not None else "",
        from_date=grant.from_date,
        last_day=None if end is None else end - timedelta(days=1),
        is_current=grant.holds(today),
        mail=LetterState(mail).label if mail else "",
        mail_failed=mail in FAILED,
    )
