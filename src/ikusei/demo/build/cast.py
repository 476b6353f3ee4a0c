"""Accounts for everybody, the roles that go with posts, and the personas of the first page."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, timedelta

from ikusei.accounts.models import User
from ikusei.demo.build.ict import Careers
from ikusei.demo.build.materials import Member
from ikusei.demo.build.ratings import workplace
from ikusei.demo.build.staff import Crew
from ikusei.demo.build.units import DIGITAL, DISPATCH_HOME, GOVTECH, City
from ikusei.demo.models import Persona
from ikusei.demo.personas import PERSONAS
from ikusei.lib import clock
from ikusei.org.access import Viewer, viewer_of
from ikusei.org.models import Posting, PostingKind, Purpose, Role, Scope
from ikusei.org.services import people
from ikusei.org.services.grants import RoleAsked, give_roles
from ikusei.org.services.hosts import invite_host

GIVEN_FROM = date(2022, 4, 1)
COMPANY = "C"
"""How the codes of companies' units begin."""
COMPANY_HOST = "host-company"
INVITED = 2
INVITED_BEFORE = timedelta(days=25)
"""Invitations went out when the year's cycle was about to open."""
SECTION_OF_DISPATCHED = DISPATCH_HOME[:7]
"""The section to which everybody on dispatch stays attached."""

OFFICES = {
    "employee": "WEL",
    "planner": "PER",
    "academy": "DSV0103",
    "steward": "DSV0103",
    "auditor": "GEN",
    "administrator": "DSV",
    "bureau-planner": "DSV",
}
"""Where the personas without a unit of their own work: the beginning of the unit's code."""


def open_accounts(actor: Viewer, crew: Crew, careers: Careers, city: City, *, today: date) -> None:
    """Open an account for everybody who still works, give the roles, and name the personas."""
    working = [
        member
        for member in (*careers.members, *crew.members)
        if any(row.until is None or row.until > today for row in member.employments)
    ]
    guests = _guests(careers, today)
    contacts = {crew.heads[code].person.pk for code in guests}
    people.open_accounts(
        actor=actor, people=[member.person for member in working if member.person.pk not in contacts]
    )
    stand_ins = _stand_ins(crew, careers, city, today)
    heads = _roles_of_heads(crew, city, left_out=guests.keys())
    give_roles(actor=actor, asked=[*heads, *_roles_of_personas(stand_ins, city)])
    accounts = {key: _account(member) for key, member in stand_ins.items()}
    invited = _invite(crew, guests, today)
    if invited:
        accounts[COMPANY_HOST] = invited[0]
    Persona.objects.bulk_create(
        [
            Persona(key=key, order=place, user=accounts[key])
            for place, key in enumerate(PERSONAS)
            if key in accounts
        ]
    )


def _guests(careers: Careers, today: date) -> dict[str, Member]:
    """Unit of a company -> somebody dispatched there today: the companies whose supervisors are invited."""
    found: dict[str, Member] = {}
    for member in careers.members:
        stay = workplace(member, today)
        if stay is None or stay.kind != PostingKind.DISPATCH or not stay.seat[0].startswith(COMPANY):
            continue
        if len(found) < INVITED:
            found.setdefault(stay.seat[0], member)
    return found


def _invite(crew: Crew, guests: dict[str, Member], today: date) -> list[User]:
    """The accounts of the supervisors at the companies: invited by the home section, in by mailed code only."""
    invited = []
    with clock.fixed(today - INVITED_BEFORE):
        for code, member in guests.items():
            contact = crew.heads[code].person
            posting = Posting.objects.on(clock.today()).get(person=member.person, kind=PostingKind.DISPATCH)
            grant = invite_host(
                actor=viewer_of(_account(crew.heads[SECTION_OF_DISPATCHED])),
                person=member.person,
                posting_id=posting.pk,
                name=contact.used_name or contact.name,
                address=contact.email,
                language=User.Language.JAPANESE,
            )
            invited.append(grant.user)
    return invited


def _account(member: Member) -> User:
    user = member.person.user
    if user is None:
        raise ValueError(f"{member.person} has no account")
    return user


def _roles_of_heads(crew: Crew, city: City, *, left_out: Collection[str]) -> Iterable[RoleAsked]:
    """Whoever heads a unit leads the people posted there; at GovTech and the companies as host."""
    for code, member in crew.heads.items():
        if code in left_out:
            continue
        outside = code.startswith(GOVTECH) or "-" in code
        yield RoleAsked(
            user=_account(member),
            role=Role.HOST_SUPERVISOR if outside else Role.MANAGER,
            scope=Scope.UNIT if outside else Scope.TEAM,
            unit=city.units[code] if outside else None,
            purpose=Purpose.SUPERVISION,
            from_date=GIVEN_FROM,
        )


def _roles_of_personas(stand_ins: dict[str, Member], city: City) -> Iterable[RoleAsked]:
    for key, role, scope, purpose in (
        ("planner", Role.PLANNER, Scope.EMPLOYER, Purpose.PLACEMENT),
        ("bureau-planner", Role.PLANNER, Scope.UNIT, Purpose.PLACEMENT),
        ("academy", Role.ACADEMY, Scope.EMPLOYER, Purpose.TRAINING),
        ("steward", Role.STEWARD, Scope.ALL, Purpose.DEVELOPMENT),
        ("executive", Role.EXECUTIVE, Scope.ALL, Purpose.REPORTING),
        ("auditor", Role.AUDITOR, Scope.ALL, Purpose.OVERSIGHT),
        ("administrator", Role.ADMINISTRATOR, Scope.ALL, Purpose.ADMINISTRATION),
    ):
        yield RoleAsked(
            user=_account(stand_ins[key]),
            role=role,
            scope=scope,
            employer=city.employer if scope == Scope.EMPLOYER else None,
            unit=city.units[DIGITAL] if scope == Scope.UNIT else None,
            purpose=purpose,
            from_date=GIVEN_FROM,
        )


def _stand_ins(crew: Crew, careers: Careers, city: City, today: date) -> dict[str, Member]:
    """Who plays each persona: somebody in whose place there is something to see."""
    places = Counter[str]()
    professionals = []
    for member in careers.members:
        stay = workplace(member, today)
        if stay is None:
            continue
        unit = stay.seat[0]
        places[unit] += 1
        if unit.startswith(DIGITAL) and stay.share == "1":
            professionals.append(member)
    team = max((code for code in crew.heads if code.startswith(DIGITAL)), key=lambda code: places[code])
    host = max((code for code in crew.heads if code.startswith(GOVTECH)), key=lambda code: places[code])
    chosen = {
        "professional": max(professionals, key=lambda member: (member.grade == "主任", -len(member.stays))),
        "manager": crew.heads[team],
        "host": crew.heads[host],
        "executive": crew.heads[DIGITAL],
    }
    officials = [member for member in crew.members if not member.leads]
    for key, unit in OFFICES.items():
        there = (member for member in officials if member.stays[-1].seat[0].startswith(unit))
        chosen[key] = next(there, officials[-1])
        officials.remove(chosen[key])
    return chosen
