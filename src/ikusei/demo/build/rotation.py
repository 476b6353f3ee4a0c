"""Rotation: what a year in a post does, which posts people rotate through, and the round of the coming fiscal year."""

import random
from datetime import date

from ikusei.demo.build import (
    rotation_credits,
    rotation_days,
    rotation_drafts,
    rotation_hosts,
    rotation_orders,
    rotation_outlook,
    rotation_past,
    rotation_plan,
    rotation_wishes,
)
from ikusei.demo.build.staff import Seat
from ikusei.demo.build.units import CITY_BEGINS, DIGITAL, GOVTECH, GOVTECH_BEGINS, City
from ikusei.org.access import Viewer
from ikusei.org.models import Post
from ikusei.rotation.models import GrowthClass, PostRule
from ikusei.rotation.services.adopting import adopt_classes, put_in_rotation
from ikusei.rotation.services.rounds import Dates, plan_round
from ikusei.rotation.services.terms import adopt_terms

CLASSES = (
    ("bureau_digital_services", "デジタルサービス局", "Bureau of Digital Services", 1),
    ("govtech", "ガブテック", "GovTech", 2),
    ("line_bureau", "各局", "Line bureau", 3),
    ("municipality", "区市町村", "Municipality", 4),
    ("private_company", "民間企業", "Private company", 5),
)
"""Growth classes as in the measured prototype: key, names, colour."""

NEIGHBOURS = {
    "digital-strategist": ("product-project-manager", "it-procurement-manager"),
    "product-project-manager": ("digital-strategist", "service-designer"),
    "it-procurement-manager": ("product-project-manager", "digital-strategist"),
    "software-engineer": ("cloud-infrastructure-engineer", "data-analyst-engineer"),
    "cloud-infrastructure-engineer": ("software-engineer", "network-engineer"),
    "network-engineer": ("cloud-infrastructure-engineer", "information-security-specialist"),
    "information-security-specialist": ("network-engineer", "cloud-infrastructure-engineer"),
    "data-analyst-engineer": ("software-engineer", "digital-strategist"),
    "service-designer": ("ui-ux-designer", "product-project-manager"),
    "ui-ux-designer": ("service-designer",),
}
"""Job type -> those whose people may sit in its posts as well."""

LADDER = ("主事", "主任", "課長代理")


def prepare(rng: random.Random, actor: Viewer, city: City, seats: dict[Seat, Post], *, today: date) -> None:
    """Growth classes with their rates, a rule for every post that has a job type, and the round of next April."""
    classes = adopt_classes(
        actor=actor,
        classes=[
            GrowthClass(key=key, name_ja=ja, name_en=en, colour=colour) for key, ja, en, colour in CLASSES
        ],
    )
    adopt_terms(actor)
    rules: list[tuple[PostRule, dict[str, int]]] = [
        (_rule(rng, classes[_growth(seat[0])], seat, post), {})
        for seat, post in sorted(seats.items())
        if seat[1]
    ]
    put_in_rotation(actor=actor, employer=city.employer, rules=rules)
    year = year_of_round(today)
    round_ = plan_round(
        actor=actor,
        employer=city.employer,
        fiscal_year=year,
        dates=Dates(
            opens_on=date(year - 1, 12, 1),
            sheets_until=date(year, 1, 9),
            comments_until=date(year, 1, 16),
            hosts_until=date(year, 1, 16),
            notice_on=date(year, 3, 24),
            effective_on=date(year, 4, 1),
        ),
    )
    rotation_wishes.file_sheets(rng, round_, today=today)
    hosts = [unit.pk for code, unit in city.units.items() if code.startswith(GOVTECH)]
    rotation_hosts.prepare(round_, hosts, today=today)
    rotation_drafts.draft_rounds(rng, round_)
    past = rotation_orders.order_last_year(actor, city, year - 1, today=today)
    rotation_orders.approve_half(city, round_)
    rotation_outlook.announce_last_year(past, round_)
    rotation_past.remember(rng, past, today=today)
    rotation_credits.record(rng, city, today=today)
    rotation_days.set_days((past, round_), today=today)
    planner = rotation_drafts.planner()
    if planner is not None:
        rotation_plan.ask(planner, round_)


def _growth(code: str) -> str:
    """The growth class of a unit by its code."""
    if code.startswith(GOVTECH):
        return "govtech"
    if "-" in code:
        return "private_company" if code.startswith("C") else "municipality"
    return "bureau_digital_services" if code.startswith(DIGITAL) else "line_bureau"


def _rule(rng: random.Random, growth: GrowthClass, seat: Seat, post: Post) -> PostRule:
    """A rule as an office might set it: companies take people for one year, the Bureau needs experts and continuity."""
    code, job_type, grade = seat
    rung = LADDER.index(grade)
    company = growth.key == "private_company"
    wants_expert = growth.key in {"bureau_digital_services", "govtech"} and rng.random() < 0.3
    return PostRule(
        post=post,
        from_date=GOVTECH_BEGINS if code.startswith(GOVTECH) else CITY_BEGINS,
        growth_class=growth,
        grades=list(LADDER[max(0, rung - 1) : rung + 1]),
        job_types=[job_type, *NEIGHBOURS[job_type]],
        tenure_min=1 if company else 2,
        tenure_max=1 if company else 4,
        minimum=1 if growth.key == "bureau_digital_services" and rng.random() < 0.4 else 0,
        continuity=0,
        expert_axis=("dq" if growth.key == "govtech" else "gq") if wants_expert else "",
        expert_count=1 if wants_expert else 0,
        service_kind="",
    )


def year_of_round(today: date) -> int:
    """The fiscal year whose round is open on a day: the one that begins next April."""
    return today.year if today.month < 4 else today.year + 1
