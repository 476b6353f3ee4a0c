"""The careers of the ICT staff, year by year: hired, converted, moved, dispatched, on two posts, gone."""

import random
from dataclasses import dataclass, field
from datetime import date

from ikusei.demo.build.materials import Member, NameMaker, Stay
from ikusei.demo.build.units import DISPATCH_HOME, GOVTECH_BEGINS, City
from ikusei.lib.fiscal import fiscal_year
from ikusei.org.models import Category, Employment
from ikusei.org.models.person import StartReason

GROWTH = {2021: 59, 2022: 98, 2023: 141, 2024: 184, 2025: 224}
"""ICT staff on 1 April by fiscal year. The first and last are the published order of size (59, over 220)."""

JOB_TYPES = {
    "digital-strategist": 34,
    "product-project-manager": 38,
    "software-engineer": 30,
    "cloud-infrastructure-engineer": 24,
    "data-analyst-engineer": 22,
    "information-security-specialist": 20,
    "service-designer": 18,
    "ui-ux-designer": 14,
    "network-engineer": 12,
    "it-procurement-manager": 12,
}
GRADES = {"主事": 38, "主任": 38, "課長代理": 24}
BUREAUS_WITH_SEATS = ("WEL0101", "EDU0101", "TAX0101", "WTR0101", "CRM0101", "URB0101")
"""General affairs sections outside the Bureau of Digital Services that have an ICT seat."""

AT_COMPANIES = 2
"""So many officials are at a company on the last day, at least."""


@dataclass(slots=True)
class Careers:
    """All ICT staff there have been, and the seats they used."""

    members: list[Member] = field(default_factory=list)
    people_now: int = 0


@dataclass(slots=True)
class _Worker:
    """One ICT official while the years pass."""

    member: Member
    since: date  # entry into the ICT category
    unit: str
    next_move: int
    away_until: int = 0
    was_abroad: bool = False
    gone: bool = False


def simulate(rng: random.Random, names: NameMaker, city: City, *, headcount: int, today: date) -> Careers:
    """The careers up to today, `headcount` people of them in the ICT category on 1 April of the last year."""
    scale = headcount / GROWTH[max(GROWTH)]
    workers: list[_Worker] = []
    for year, published in GROWTH.items():
        day = date(year, 4, 1)
        if day > today:
            break
        here = [worker for worker in workers if not worker.gone]
        for worker in here:
            if rng.random() < 0.045:
                _leave(worker, day)
            else:
                _turn_of_year(rng, city, worker, year)
        target = max(1, round(published * scale))
        here = [worker for worker in workers if not worker.gone]
        for worker in rng.sample(here, max(0, len(here) - target)):
            _leave(worker, day)
        staying = sum(not worker.gone for worker in workers)
        workers += [_enter(rng, names, city, year, today) for _place in range(target - staying)]
    _send_to_companies(workers, city, today)
    return Careers(
        members=[worker.member for worker in workers], people_now=sum(not worker.gone for worker in workers)
    )


def _send_to_companies(workers: list[_Worker], city: City, today: date) -> None:
    """Let AT_COMPANIES officials be at a company today, whatever chance brought: their supervisors are invited."""
    year = fiscal_year(today)
    day = date(year, 4, 1)
    companies = sorted(code for code in city.others if code.startswith("C"))
    there = sum(worker.unit.startswith("C") and worker.away_until > year for worker in workers)
    free = [
        worker
        for worker in workers
        if not worker.gone
        and not worker.was_abroad
        and worker.unit in city.digital_teams
        and worker.member.grade == "主事"
        and all(stay.until is not None or stay.from_date < day for stay in worker.member.stays)
    ]
    for worker, company in zip(free[: max(0, AT_COMPANIES - there)], companies, strict=False):
        worker.was_abroad = True
        _send(worker, day, (f"{company}-1", worker.member.job_type, worker.member.grade), year + 1)


def _enter(rng: random.Random, names: NameMaker, city: City, year: int, today: date) -> _Worker:
    """A new ICT official on 1 April: mid-career, from school, or converted from a clerical career."""
    day = date(year, 4, 1)
    job_type = rng.choices(list(JOB_TYPES), list(JOB_TYPES.values()))[0]
    route = rng.choices(("mid-career", "graduate", "converted"), (66, 18, 16))[0]
    grade = "主事" if route == "graduate" else rng.choices(list(GRADES), list(GRADES.values()))[0]
    age = {"graduate": 23, "mid-career": rng.randint(28, 48), "converted": rng.randint(27, 45)}[route]
    person = names.person(age=age + today.year - year, today=today, domain="aozora")
    number = f"{700000 + names.next_number()}"
    member = Member(person=person, grade=grade, job_type=job_type)
    if route == "converted":
        before = max(date(2000, 4, 1), date(year - rng.randint(3, 9), 4, 1))
        member.employments.append(
            _employment(city, number, before, day, Category.CLERICAL, grade, StartReason.HIRED, route)
        )
        section = rng.choice(city.sections)
        member.stays.append(Stay(seat=(section, "", grade), from_date=before, until=day))
    reason = StartReason.CONVERTED if route == "converted" else StartReason.HIRED
    member.employments.append(_employment(city, number, day, None, Category.ICT, grade, reason, route))
    worker = _Worker(member=member, since=day, unit="", next_move=0)
    _move_home(rng, city, worker, year)
    return worker


def _employment(
    city: City,
    number: str,
    start: date,
    until: date | None,
    category: Category,
    grade: str,
    reason: str,
    route: str,
) -> Employment:
    return Employment(
        employer=city.employer,
        staff_number=number,
        from_date=start,
        until=until,
        category=category,
        grade=grade,
        reason=reason,
        entry_route=route,
    )


def _leave(worker: _Worker, day: date) -> None:
    worker.gone = True
    for employment in worker.member.employments:
        if employment.until is None or employment.until > day:
            employment.until = day
    _end_stays(worker, day)


def _end_stays(worker: _Worker, day: date) -> None:
    for stay in worker.member.stays:
        if stay.until is None or stay.until > day:
            stay.until = day


def _turn_of_year(rng: random.Random, city: City, worker: _Worker, year: int) -> None:
    """What 1 April brings to somebody who stays: back from a dispatch, promoted, moved, or nothing."""
    day = date(year, 4, 1)
    if worker.away_until > year:
        return
    if worker.away_until == year:
        _move_home(rng, city, worker, year)
        return
    if worker.next_move > year:
        return
    if worker.member.grade == "主事" and day.year - worker.since.year >= 3 and rng.random() < 0.5:
        _promote(worker, day, "主任")
    choice = rng.random()
    if choice < 0.42 and day >= GOVTECH_BEGINS:
        teams = [code for code, jobs in city.govtech_teams.items() if worker.member.job_type in jobs]
        _send(worker, day, (rng.choice(teams), worker.member.job_type, worker.member.grade), year + 2)
    elif choice < 0.50 and year >= 2024 and not worker.was_abroad:
        company = rng.choice([code for code in city.others if code.startswith("C")])
        worker.was_abroad = True
        _send(worker, day, (f"{company}-1", worker.member.job_type, worker.member.grade), year + 1)
    elif choice < 0.53 and year >= 2023:
        town = rng.choice([code for code in city.others if code.startswith("M")])
        _send(worker, day, (f"{town}-1", worker.member.job_type, worker.member.grade), year + 2)
    else:
        _move_home(rng, city, worker, year)


def _promote(worker: _Worker, day: date, grade: str) -> None:
    last = worker.member.employments[-1]
    last.until = day
    worker.member.grade = grade
    worker.member.employments.append(
        Employment(
            employer=last.employer,
            staff_number=last.staff_number,
            from_date=day,
            category=last.category,
            grade=grade,
            reason=StartReason.PROMOTED,
            entry_route=last.entry_route,
        )
    )


def _move_home(rng: random.Random, city: City, worker: _Worker, year: int) -> None:
    """To another team of the Bureau of Digital Services, or to an ICT seat of another bureau; some on two posts."""
    day = date(year, 4, 1)
    member = worker.member
    _end_stays(worker, day)
    teams = [
        code for code, jobs in city.digital_teams.items() if member.job_type in jobs and code != worker.unit
    ]
    seats_elsewhere = [code for code in BUREAUS_WITH_SEATS if code in city.units]
    elsewhere = bool(seats_elsewhere) and rng.random() < 0.12
    worker.unit = rng.choice(seats_elsewhere if elsewhere else teams)
    worker.next_move, worker.away_until = year + rng.choice((2, 2, 3, 3, 3)), 0
    seat = (worker.unit, member.job_type, member.grade)
    others = [code for code in teams if code != worker.unit]
    if others and rng.random() < 0.09:
        second = (rng.choice(others), member.job_type, member.grade)
        member.stays += [
            Stay(seat=seat, from_date=day, until=None, share="0.8"),
            Stay(seat=second, from_date=day, until=None, kind="concurrent", share="0.2"),
        ]
    else:
        member.stays.append(Stay(seat=seat, from_date=day, until=None))


def _send(worker: _Worker, day: date, seat: tuple[str, str, str], until_year: int) -> None:
    """On dispatch: attached to the General Affairs Section with a share of 0, working at the host."""
    _end_stays(worker, day)
    worker.unit, worker.away_until = seat[0], until_year
    until = date(until_year, 4, 1)
    worker.member.stays += [
        Stay(seat=(DISPATCH_HOME, "", worker.member.grade), from_date=day, until=None, share="0"),
        Stay(seat=seat, from_date=day, until=until, kind="dispatch"),
    ]
