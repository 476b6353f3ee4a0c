"""The standing cast: a small office in which every role has one person. Built through the services."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Model

from ikusei.accounts.models import User
from ikusei.audit.models import Entry
from ikusei.org import access
from ikusei.org.models import (
    Category,
    Employer,
    EmployerKind,
    Employment,
    Person,
    Post,
    Posting,
    PostingKind,
    PostTerms,
    Purpose,
    Role,
    RoleGrant,
    Scope,
    Unit,
    UnitKind,
    UnitPeriod,
)
from ikusei.org.services import grants, people, posts, units

SINCE = date(2024, 4, 1)
"""The day on which everything in the office begins."""

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True, slots=True)
class Member:
    """One of the cast: where they sit, and the role they hold (None: no role beyond being employed)."""

    key: str
    name: str
    kana: str
    name_latin: str
    unit: str
    category: Category = Category.CLERICAL
    grade: str = "主事"
    is_head: bool = False
    job_type: str = ""
    role: Role | None = None
    scope: Scope = Scope.ALL
    purpose: Purpose = Purpose.ADMINISTRATION


CAST = (
    # The one whose page is looked at: an ICT professional with a home post and a concurrent one at the affiliate.
    Member(
        "owner",
        "青木 花",
        "アオキ ハナ",
        "Hana Aoki",
        "services",
        Category.ICT,
        "主任",
        job_type="software-engineer",
    ),
    Member(
        "colleague",
        "井上 蓮",
        "イノウエ レン",
        "Ren Inoue",
        "services",
        Category.ICT,
        job_type="service-designer",
    ),
    Member("stranger", "上田 葵", "ウエダ アオイ", "Aoi Ueda", "welfare-office"),
    Member(
        "manager",
        "江口 実",
        "エグチ ミノル",
        "Minoru Eguchi",
        "services",
        grade="課長",
        is_head=True,
        role=Role.MANAGER,
        scope=Scope.TEAM,
        purpose=Purpose.SUPERVISION,
    ),
    Member(
        "host_supervisor",
        "岡田 涼",
        "オカダ リョウ",
        "Ryo Okada",
        "platform",
        Category.ICT,
        "課長",
        is_head=True,
        role=Role.HOST_SUPERVISOR,
        scope=Scope.TEAM,
        purpose=Purpose.SUPERVISION,
    ),
    Member(
        "planner",
        "加藤 直",
        "カトウ ナオ",
        "Nao Kato",
        "planning",
        role=Role.PLANNER,
        scope=Scope.EMPLOYER,
        purpose=Purpose.PLACEMENT,
    ),
    Member(
        "academy",
        "木村 梓",
        "キムラ アズサ",
        "Azusa Kimura",
        "planning",
        role=Role.ACADEMY,
        scope=Scope.EMPLOYER,
        purpose=Purpose.TRAINING,
    ),
    Member(
        "steward",
        "工藤 恵",
        "クドウ メグミ",
        "Megumi Kudo",
        "planning",
        Category.ICT,
        role=Role.STEWARD,
        purpose=Purpose.DEVELOPMENT,
    ),
    Member(
        "executive",
        "小林 薫",
        "コバヤシ カオル",
        "Kaoru Kobayashi",
        "digital",
        grade="局長",
        is_head=True,
        role=Role.EXECUTIVE,
        purpose=Purpose.REPORTING,
    ),
    Member(
        "auditor",
        "佐々木 忍",
        "ササキ シノブ",
        "Shinobu Sasaki",
        "welfare",
        role=Role.AUDITOR,
        purpose=Purpose.OVERSIGHT,
    ),
    Member(
        "administrator", "清水 司", "シミズ ツカサ", "Tsukasa Shimizu", "planning", role=Role.ADMINISTRATOR
    ),
)

UNITS = {
    "city": (
        units.UnitSpec("digital", "", UnitKind.BUREAU, "デジタル局", "Bureau of Digital Services"),
        units.UnitSpec("planning", "digital", UnitKind.SECTION, "企画課", "Planning Section", 1),
        units.UnitSpec("services", "digital", UnitKind.SECTION, "サービス課", "Services Section", 2),
        units.UnitSpec("welfare", "", UnitKind.BUREAU, "福祉局", "Bureau of Welfare", 1),
        units.UnitSpec("welfare-office", "welfare", UnitKind.SECTION, "福祉課", "Welfare Section", 1),
    ),
    "govtech": (
        units.UnitSpec("govtech", "", UnitKind.BUREAU, "ガブテック", "GovTech"),
        units.UnitSpec("platform", "govtech", UnitKind.SECTION, "基盤課", "Platform Section", 1),
    ),
}


@dataclass(frozen=True, slots=True)
class Office:
    """What was built, by the keys of CAST and UNITS."""

    employers: dict[str, Employer]
    units: dict[str, Unit]
    posts: dict[str, Post]
    people: dict[str, Person]

    def person(self, key: str) -> Person:
        """The person of a member of the cast."""
        return self.people[key]

    def user(self, key: str) -> User:
        """The account of a member of the cast."""
        user = self.people[key].user
        assert user is not None
        return user

    def viewer(self, key: str) -> access.Viewer:
        """A member of the cast as queries and services know them."""
        return access.viewer_of(self.user(key))


WRITTEN: tuple[type[Model], ...] = (
    User, Employer, Unit, UnitPeriod, Person, Employment, Post, PostTerms, Posting, RoleGrant, Entry,
)  # fmt: skip
"""What build() writes to."""

_built: list[tuple[type[Model], list[Model]]] = []
"""Every row of the office once a test of this process has built it."""


def standing() -> Office:
    """The office, built through the services by the first test that asks, written again row by row for the others."""
    if not _built:
        build()
        _built.extend((model, list(model._default_manager.order_by("pk"))) for model in WRITTEN)
    else:
        # References are checked when the transaction ends, so the order of the tables does not matter.
        for model, rows in _built:
            model._default_manager.bulk_create([copy(row) for row in rows])
    return read()


def read() -> Office:
    """The office that stands in the database."""
    return Office(
        employers={employer.code: employer for employer in Employer.objects.all()},
        units={unit.code: unit for unit in Unit.objects.select_related("employer")},
        posts={post.code.rpartition(":")[2]: post for post in Post.objects.select_related("unit")},
        people={person.email.partition("@")[0]: person for person in Person.objects.select_related("user")},
    )


def build() -> None:
    """Write the office to the database."""
    operator = access.operator()
    employers = {
        "city": units.create_employer(
            actor=operator, code="city", kind=EmployerKind.CITY, name_ja="青空都", name_en="Aozora"
        ),
        "govtech": units.create_employer(
            actor=operator,
            code="govtech",
            kind=EmployerKind.AFFILIATE,
            name_ja="ガブテック青空",
            name_en="GovTech Aozora",
        ),
    }
    rooms: dict[str, Unit] = {}
    for code, specs in UNITS.items():
        rooms |= units.open_units(actor=operator, employer=employers[code], specs=specs, from_date=SINCE)
    seats = _open_posts(operator, rooms)
    cast = {member.key: _add_member(operator, member, rooms[member.unit].employer, seats) for member in CAST}
    posts.assign(
        actor=operator,
        person=cast["owner"],
        post=seats["owner-platform"],
        from_date=SINCE,
        kind=PostingKind.CONCURRENT,
        share=Decimal("0.5"),
    )


def _open_posts(operator: access.Viewer, rooms: dict[str, Unit]) -> dict[str, Post]:
    """One post for every member, and the owner's concurrent one at the affiliate."""
    specs = {
        member.key: posts.PostSpec(
            unit=rooms[member.unit],
            code=f"{member.unit}:{member.key}",
            from_date=SINCE,
            terms={
                "name_ja": "担当",
                "name_en": "Officer",
                "grade": member.grade,
                "is_head": member.is_head,
                "job_type": member.job_type,
            },
        )
        for member in CAST
    }
    specs["owner-platform"] = posts.PostSpec(
        unit=rooms["platform"],
        code="platform:owner-platform",
        from_date=SINCE,
        terms={
            "name_ja": "開発担当",
            "name_en": "Developer",
            "dq_share": Decimal("0.8"),
            "gq_share": Decimal("0.2"),
        },
    )
    return dict(zip(specs, posts.open_posts(actor=operator, specs=list(specs.values())), strict=True))


def _add_member(
    operator: access.Viewer, member: Member, employer: Employer, seats: dict[str, Post]
) -> Person:
    person = people.add_person(
        actor=operator,
        name=member.name,
        kana=member.kana,
        name_latin=member.name_latin,
        email=f"{member.key}@example.test",
        employment={
            "employer": employer,
            "staff_number": f"S-{member.key}",
            "category": member.category,
            "grade": member.grade,
            "from_date": SINCE,
        },
    )
    share = Decimal("0.5") if member.key == "owner" else Decimal(1)
    posts.assign(actor=operator, person=person, post=seats[member.key], from_date=SINCE, share=share)
    user = User.objects.create_user(email=person.email, password=PASSWORD, label=member.name)
    people.link_account(actor=operator, person=person, user=user)
    person.refresh_from_db()
    if member.role is not None:
        grants.give_role(
            actor=operator,
            user=user,
            role=member.role,
            scope=member.scope,
            purpose=member.purpose,
            employer=employer if member.scope == Scope.EMPLOYER else None,
            from_date=SINCE,
        )
    return person
