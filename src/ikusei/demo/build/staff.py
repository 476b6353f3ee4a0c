"""Everybody else: the heads of units, 40,000 officials in their sections, GovTech's own staff, contacts of other bodies."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from ikusei.demo.build.ict import Careers
from ikusei.demo.build.materials import Member, NameMaker, Stay
from ikusei.demo.build.units import CITY_BEGINS, GOVTECH, GOVTECH_BEGINS, City
from ikusei.lib import fiscal
from ikusei.org.access import Viewer
from ikusei.org.grades import GRADES
from ikusei.org.models import Category, Employer, Employment, EmploymentKind, Leave, Post, Posting
from ikusei.org.models.person import LeaveKind
from ikusei.org.services.people import add_people, record_leaves
from ikusei.org.services.posts import PostSpec, assign_all, open_posts

Seat = tuple[str, str, str]

ENGLISH_GRADES = {
    "主事": "Staff",
    "主任": "Senior staff",
    "課長代理": "Deputy section head",
    "課長": "Section head",
    "部長": "Division head",
    "局長": "Director general",
    "社員": "Member of staff",
}
ORDINARY = {"主事": 46, "主任": 42, "課長代理": 12}
CATEGORIES = {
    Category.CLERICAL: 62,
    Category.ENGINEERING: 20,
    Category.WELFARE: 12,
    Category.SKILLED: 6,
}


@dataclass(slots=True)
class Crew:
    """Everybody but the ICT staff; `heads` by the code of the unit they lead."""

    members: list[Member] = field(default_factory=list)
    heads: dict[str, Member] = field(default_factory=dict)


def plan(rng: random.Random, names: NameMaker, city: City, *, people: int, today: date) -> Crew:
    """The unsaved people that make up the number: first one head for every unit, then officials in the sections."""
    crew = Crew()
    for codes, grade, age in (
        (city.bureaus, "局長", 56),
        (city.divisions, "部長", 52),
        (city.sections, "課長", 47),
        ([code for code in city.digital_teams if city.digital_teams[code]], "課長代理", 42),
    ):
        for code in codes:
            _head(
                crew, rng, names, city.employer, code, grade, age, today, domain="aozora", begins=CITY_BEGINS
            )
    for code in city.units:
        if code.startswith(GOVTECH):
            _head(
                crew,
                rng,
                names,
                city.govtech,
                code,
                "社員",
                40,
                today,
                domain="govtech-aozora",
                begins=GOVTECH_BEGINS,
            )
    for code, employer in city.others.items():
        domain = f"{code.lower()}-aozora"
        _head(crew, rng, names, employer, f"{code}-1", "社員", 44, today, domain=domain, begins=CITY_BEGINS)
    weights = [rng.lognormvariate(0, 0.6) for _section in city.sections]
    for section in rng.choices(city.sections, weights, k=max(0, people - len(crew.members))):
        crew.members.append(_official(rng, names, city, section, today))
    return crew


def _head(
    crew: Crew,
    rng: random.Random,
    names: NameMaker,
    employer: Employer,
    code: str,
    grade: str,
    age: int,
    today: date,
    *,
    domain: str,
    begins: date,
) -> None:
    """Add the head of a unit, in the post since one of the last Aprils."""
    person = names.person(age=age + rng.randint(-5, 4), today=today, domain=domain)
    hired = max(begins, date(today.year - rng.randint(10, 25), 4, 1))
    since = max(begins, date(today.year - rng.randint(1, 3), 4, 1))
    member = Member(person=person, grade=grade, leads=code)
    member.employments.append(_employment(employer, names, hired, Category.CLERICAL, grade, prefix="1"))
    member.stays.append(Stay(seat=(code, "", grade), from_date=since, until=None))
    crew.members.append(member)
    crew.heads[code] = member


def _employment(
    employer: Employer, names: NameMaker, start: date, category: Category, grade: str, *, prefix: str
) -> Employment:
    return Employment(
        employer=employer,
        staff_number=f"{prefix}{names.next_number():06d}",
        from_date=start,
        category=category,
        grade=grade,
    )


def _official(rng: random.Random, names: NameMaker, city: City, section: str, today: date) -> Member:
    """An ordinary official of a section, with the section before it where they moved."""
    grade = rng.choices(list(ORDINARY), list(ORDINARY.values()))[0]
    age = rng.randint(22, 40) if grade == "主事" else rng.randint(28, 60)
    hired = date(max(2000, today.year - max(1, age - 22) - rng.randint(0, 1)), 4, 1)
    category = rng.choices(list(CATEGORIES), list(CATEGORIES.values()))[0]
    member = Member(person=names.person(age=age, today=today, domain="aozora"), grade=grade)
    if rng.random() < 0.02:
        member.leave = _leave(rng, member, today)
    member.employments.append(_employment(city.employer, names, hired, category, grade, prefix="2"))
    _appoint(rng, member.employments[0], age, today)
    since = max(member.employments[0].from_date, date(today.year - rng.randint(1, 4), 4, 1))
    hired = member.employments[0].from_date
    if since > hired and rng.random() < 0.5:
        before = max(hired, date(since.year - 3, 4, 1))
        member.stays.append(Stay(seat=(rng.choice(city.sections), "", grade), from_date=before, until=since))
    member.stays.append(Stay(seat=(section, "", grade), from_date=since, until=member.employments[0].until))
    return member


def _appoint(rng: random.Random, employment: Employment, age: int, today: date) -> None:
    """Make some appointments other than regular: re-employed after 60, for a fiscal year, for a term."""
    this_year = fiscal.fiscal_year(today)
    if age >= 60:
        employment.kind, employment.from_date = EmploymentKind.REEMPLOYED, fiscal.start_of(this_year)
    elif rng.random() < 0.07:
        employment.kind, employment.from_date = EmploymentKind.ANNUAL, fiscal.start_of(this_year)
        employment.until = fiscal.end_of(this_year)
    elif rng.random() < 0.02:
        employment.kind, employment.from_date = EmploymentKind.FIXED_TERM, fiscal.start_of(this_year - 1)
        employment.until = fiscal.end_of(this_year + 1)


def _leave(rng: random.Random, member: Member, today: date) -> Leave:
    """A long absence that holds today."""
    kinds = (LeaveKind.CHILDCARE, LeaveKind.SICK, LeaveKind.CARE, LeaveKind.STUDY)
    began = today - timedelta(days=rng.randint(20, 250))
    until = today + timedelta(days=rng.randint(20, 300))
    return Leave(
        person=member.person, kind=rng.choices(kinds, (70, 20, 7, 3))[0], from_date=began, until=until
    )


def save(actor: Viewer, crew: Crew, careers: Careers) -> None:
    """Save everybody with their employments and leaves."""
    everybody = (*careers.members, *crew.members)
    add_people(actor=actor, rows=[(member.person, member.employments) for member in everybody])
    leaves = []
    for member in everybody:
        if member.leave is not None:
            member.leave.person = member.person  # saved now, so it has a key
            leaves.append(member.leave)
    record_leaves(actor=actor, leaves=leaves)


def open_seats(actor: Viewer, city: City, crew: Crew, careers: Careers) -> dict[Seat, Post]:
    """The saved posts by seat, each with as many seats as were ever filled at once."""
    capacity = _most_at_once(stay for member in (*careers.members, *crew.members) for stay in member.stays)
    seats = sorted(capacity)
    specs = []
    for code, job_type, grade in seats:
        is_head = code in crew.heads and crew.heads[code].grade == grade and not job_type
        gq, dq = _shares(code, job_type)
        specs.append(
            PostSpec(
                unit=city.units[code],
                code="-".join(
                    part for part in (job_type or "general", str(list(ENGLISH_GRADES).index(grade))) if part
                ),
                from_date=GOVTECH_BEGINS if code.startswith(GOVTECH) else CITY_BEGINS,
                terms={
                    "name_ja": grade,
                    "name_en": ENGLISH_GRADES[grade],
                    "grade": grade if grade in GRADES else "",
                    "job_type": job_type,
                    "is_head": is_head,
                    "capacity": capacity[code, job_type, grade],
                    "authorised_headcount": capacity[code, job_type, grade],
                    "gq_share": gq,
                    "dq_share": dq,
                },
            )
        )
    return dict(zip(seats, open_posts(actor=actor, specs=specs), strict=True))


def _shares(code: str, job_type: str) -> tuple[Decimal, Decimal]:
    """The GQ and DQ shares of a post: administration teaches GQ, GovTech and companies teach DQ."""
    if code.startswith(GOVTECH) or (code.startswith("C") and "-" in code):
        return Decimal("0.1"), Decimal("0.9")
    if job_type:
        return Decimal("0.7"), Decimal("0.3")
    return Decimal("1"), Decimal("0")


def _most_at_once(stays: Iterable[Stay]) -> dict[Seat, int]:
    """Seat -> the most people that sat there on any day."""
    changes: dict[Seat, Counter[date]] = {}
    for stay in stays:
        of_seat = changes.setdefault(stay.seat, Counter())
        of_seat[stay.from_date] += 1
        if stay.until is not None:
            of_seat[stay.until] -= 1
    most = {}
    for seat, of_seat in changes.items():
        sitting = largest = 0
        for day in sorted(of_seat):
            sitting += of_seat[day]
            largest = max(largest, sitting)
        most[seat] = max(1, largest)
    return most


def seat(actor: Viewer, crew: Crew, careers: Careers, seats: dict[Seat, Post]) -> None:
    """Save everybody's postings."""
    assign_all(
        actor=actor,
        postings=[
            Posting(
                person=member.person,
                post=seats[stay.seat],
                from_date=stay.from_date,
                until=stay.until,
                kind=stay.kind,
                share=Decimal(stay.share),
            )
            for member in (*careers.members, *crew.members)
            for stay in member.stays
        ],
    )
