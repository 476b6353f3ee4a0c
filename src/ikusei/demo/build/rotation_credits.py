"""Years of GQ and DQ that courses, short dispatches and work before the city gave to some of the ICT staff."""

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from ikusei.demo.build.rotation_orders import planner
from ikusei.demo.build.units import City
from ikusei.demo.models import Persona
from ikusei.lib import clock, fiscal
from ikusei.org.models import Category, CreditKind, Employment, Person, Posting, PostingKind, Scope
from ikusei.org.services.credits import Credited, record_credit

COURSES = (
    (
        "クラウド基盤設計 集中講座",
        "Cloud platform design, intensive course",
        "0",
        "0.250",
        "演習を含む3か月の課程。1年の4分の1とみなす。",
    ),
    (
        "情報セキュリティ実践演習",
        "Security exercises",
        "0",
        "0.125",
        "6週間の演習。従事割合に換算して8分の1年とみなす。",
    ),
    (
        "自治体法務と条例立案",
        "Municipal law and drafting of ordinances",
        "0.150",
        "0",
        "課題提出を含む2か月の課程による。",
    ),
    (
        "政策形成研修（中堅）",
        "Policy making for mid-career officials",
        "0.100",
        "0",
        "議会・予算の実務演習5週間による。",
    ),
)
SHORT_STAY = (
    "民間企業への短期派遣（3か月）",
    "Short dispatch to a company (three months)",
    "配属を伴わない派遣。期間の全てを算入する。",
)
BEFORE = ("前職でのシステム開発", "System development before the city", "採用時の経験認定による。上限は1年。")


def record(rng: random.Random, city: City, *, today: date) -> None:
    """Credits of about every sixth of the ICT staff, recorded by the personnel section on the days they count from."""
    section = planner(Scope.EMPLOYER)
    if section is None:
        return
    known = set(Persona.objects.filter(key="professional").values_list("user__person", flat=True))
    jobs = Employment.objects.on(today).filter(employer=city.employer, category=Category.ICT)
    for number, job in enumerate(jobs.select_related("person").order_by("person_id"), start=1):
        is_known = job.person_id in known
        if not is_known and rng.random() > 0.17:
            continue
        day = _day(rng, job.from_date, today)
        if day is None or (section.person is not None and section.person.pk == job.person_id):
            continue
        given = _course(rng, number, day) if is_known else _something(rng, number, day, job)
        if given.kind == CreditKind.DISPATCH and _is_dispatched(job.person, given):
            given = _course(rng, number, day)
        with clock.fixed(day):
            record_credit(actor=section, person=job.person, given=given)


def _day(rng: random.Random, since: date, today: date) -> date | None:
    """A day of the last three years on which somebody was there for four months, and the personnel section too."""
    first = max(since + timedelta(days=120), date(2023, 5, 1))
    return first + timedelta(days=rng.randrange((today - first).days)) if first < today else None


def _something(rng: random.Random, number: int, day: date, job: Employment) -> Credited:
    drawn = rng.random()
    if drawn < 0.15:
        ja, en, reason = SHORT_STAY
        begins = day - timedelta(days=92)
        given = Credited(CreditKind.DISPATCH, day, ja, _decision(day, number), reason, en, begins)
        return replace(given, dq_years=Decimal("0.250"))
    if drawn < 0.45 and job.entry_route == "mid-career":
        ja, en, reason = BEFORE
        years = Decimal(rng.choice(("0.500", "1.000")))
        return Credited(CreditKind.OTHER, day, ja, _decision(day, number), reason, en, dq_years=years)
    return _course(rng, number, day)


def _course(rng: random.Random, number: int, day: date) -> Credited:
    ja, en, gq, dq, reason = rng.choice(COURSES)
    source = f"修了証 {fiscal.fiscal_year(day)}-{number:04}"
    given = Credited(CreditKind.COURSE, day, ja, source, reason, en, day - timedelta(days=60))
    return replace(given, gq_years=Decimal(gq), dq_years=Decimal(dq))


def _decision(day: date, number: int) -> str:
    return f"{fiscal.fiscal_year(day) - 2018}総人経第{number}号"


def _is_dispatched(person: Person, given: Credited) -> bool:
    stays = Posting.objects.touching(given.from_date or given.on, given.on)
    return stays.filter(person=person, kind=PostingKind.DISPATCH, share__gt=0).exists()
