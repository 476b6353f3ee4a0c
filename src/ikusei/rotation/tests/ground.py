"""Rotation in the standing office: growth classes, rules of posts, an open round of FY2026, and drafts in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from ikusei.accounts.models import User
from ikusei.org.models import Post
from ikusei.rotation.models import (
    Application,
    Draft,
    GrowthClass,
    GrowthTerms,
    PostRule,
    Recruitment,
    Round,
    Sharing,
)
from ikusei.rotation.picture import Picture
from ikusei.rotation.queries.picture import load
from tests.office import SINCE, Office

RATES = {
    "bureau_digital_services": ("0.88", "0.98"),
    "govtech": ("1.01", "0.86"),
    "line_bureau": ("0.90", "1.02"),
}
"""Growth class -> rates of GQ and DQ, those of the measured prototype."""

TODAY = date(2026, 2, 2)
"""The day on which tests of a round usually stand: after the sheets, before the notice."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What stands beside the office."""

    office: Office
    round: Round
    classes: dict[str, GrowthClass]
    posts: dict[str, Post]

    def picture(self, key: str = "planner", draft: Draft | None = None) -> Picture:
        """The round as one of the cast sees it."""
        return load(self.office.viewer(key), self.round, draft=draft)


def lay(office: Office) -> Ground:
    """Growth classes with rates, the ICT posts of the office in rotation, and the round of FY2026."""
    classes = {}
    for number, (key, (gq, dq)) in enumerate(RATES.items(), start=1):
        classes[key] = GrowthClass.objects.create(key=key, name_ja=key, name_en=key, colour=number)
        GrowthTerms.objects.create(
            growth_class=classes[key],
            from_date=SINCE,
            rho_gq=Decimal(gq),
            rho_dq=Decimal(dq),
            reason="prototype",
        )
    growth = {
        "owner": "bureau_digital_services",
        "colleague": "bureau_digital_services",
        "owner-platform": "govtech",
    }
    growth |= {"host_supervisor": "govtech", "steward": "line_bureau"}
    for key, growth_class in growth.items():
        PostRule.objects.create(
            post=office.posts[key],
            from_date=SINCE,
            growth_class=classes[growth_class],
            grades=["主事", "主任"],
            tenure_min=2,
            tenure_max=4,
            minimum=1 if key == "colleague" else 0,
        )
    return Ground(
        office=office,
        round=open_round(office),
        classes=classes,
        posts={key: office.posts[key] for key in growth},
    )


def open_round(office: Office, fiscal_year: int = 2026) -> Round:
    """A round whose sheets closed in January, with the notice on 24 March and the moves on 1 April."""
    return Round.objects.create(
        employer=office.employers["city"],
        fiscal_year=fiscal_year,
        opens_on=date(fiscal_year - 1, 12, 1),
        sheets_until=date(fiscal_year, 1, 9),
        comments_until=date(fiscal_year, 1, 16),
        hosts_until=date(fiscal_year, 1, 16),
        notice_on=date(fiscal_year, 3, 24),
        effective_on=date(fiscal_year, 4, 1),
    )


def make_draft(
    ground: Ground, *, owner: User | None = None, sharing: str = Sharing.SECTION, name: str = "A"
) -> Draft:
    """An empty draft of the round, of the planner unless somebody else is named."""
    return Draft.objects.create(
        round=ground.round,
        name=name,
        owner=owner or ground.office.user("planner"),
        sharing=sharing,
        based_at=timezone.now(),
    )


def offer_post(ground: Ground, publish_on: date, *applicants: str) -> Recruitment:
    """A post offered for ten days from a day on, results a fortnight after these, with those who apply for it."""
    row = Recruitment.objects.create(
        round=ground.round,
        post=ground.posts["owner-platform"],
        text_ja="基盤の運用",
        text_en="Run the platform",
        publish_on=publish_on,
        apply_until=publish_on + timedelta(days=10),
        result_on=publish_on + timedelta(days=24),
        author=ground.office.user("planner"),
    )
    for key in applicants:
        Application.objects.create(recruitment=row, person=ground.office.person(key), text="前任のときから")
    return row
