"""Ledgers and indices of many people: right for each, and the same number of queries for one and for all."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ikusei.org import access
from ikusei.org.errors import RuleBroken
from ikusei.org.models import ExperienceCredit
from ikusei.org.services import posts
from ikusei.rotation import index, index_terms
from ikusei.rotation.models import IndexTerms
from ikusei.rotation.queries.ledger import indices, ledgers, terms_on
from ikusei.rotation.queries.person_ledger import person_ledger
from ikusei.rotation.services.terms import adopt_terms, set_index_terms, set_rates
from ikusei.rotation.tests import ground
from ikusei.skills.models import Assessment, FrameworkVersion, HeldLevel, Skill
from tests.office import SINCE, Office

DAY = date(2026, 4, 1)

pytestmark = pytest.mark.django_db


def _share(office: Office) -> None:
    """The shares of the posts that the owner sits in."""
    for key, gq, dq in (("owner", "0.7", "0.3"), ("owner-platform", "0.1", "0.9")):
        posts.change_terms(
            actor=access.operator(),
            post=office.posts[key],
            on=SINCE,
            changes={"gq_share": Decimal(gq), "dq_share": Decimal(dq)},
        )


def test_a_person_s_years_come_from_every_posting_and_credit(office: Office) -> None:
    _share(office)
    person = office.person("owner")
    ExperienceCredit.objects.create(
        person=person,
        on=date(2025, 1, 1),
        kind="course",
        label_ja="研修",
        dq_years=Decimal("0.2"),
        source="c:1",
    )
    found = ledgers([person.pk], DAY)[person.pk]
    shares = {entry.post: entry.share for entry in found.entries}
    main, beside = shares[office.posts["owner"].pk], shares[office.posts["owner-platform"].pk]
    assert found.since == SINCE
    assert found.gq_years == 2 * main * Decimal("0.7") + 2 * beside * Decimal("0.1")
    assert found.dq_years == 2 * main * Decimal("0.3") + 2 * beside * Decimal("0.9") + Decimal("0.2")


def test_somebody_of_another_category_has_no_balance_and_earlier_years(office: Office) -> None:
    _share(office)
    person = office.person("stranger")
    posts.change_terms(
        actor=access.operator(), post=office.posts["stranger"], on=SINCE, changes={"gq_share": Decimal(1)}
    )
    found = ledgers([person.pk], DAY)[person.pk]
    assert (found.balance, found.since, found.earlier_years) == (None, None, Decimal(2))


def test_the_index_starts_from_levels_and_from_years_by_kind(office: Office) -> None:
    person = office.person("stranger")
    gq, dq = indices([person.pk], DAY)[person.pk]
    assert gq == pytest.approx(index.gq_start({"line": 2.0}, index_terms.shipped()))
    assert dq == 0


def test_all_at_once_and_one_by_one_the_index_is_the_same(
    office: Office, skill_map: FrameworkVersion
) -> None:
    person = office.person("planner")
    skills = list(Skill.objects.filter(version=skill_map).order_by("pk"))
    for skill, level, expires in zip(skills, (4, 2, 3), (None, None, date(2026, 3, 1)), strict=False):
        said = Assessment.objects.create(
            person=person, skill=skill, level=level, stated_on=SINCE, rater="supervisor"
        )
        HeldLevel.objects.create(
            person=person,
            skill=skill,
            level=level,
            confirmed=True,
            assessment=said,
            from_date=SINCE,
            expires_on=expires,
        )
    gq, dq = indices([person.pk], DAY)[person.pk]
    page = person_ledger(person, on=DAY)
    assert (page.gq, page.dq) == pytest.approx((gq, dq))
    assert dq == pytest.approx(100 * (4 + 2) / 4 / len(skills))  # the third has expired


def test_the_kind_of_service_that_a_post_names_counts_first(office: Office) -> None:
    laid = ground.lay(office)
    rule = laid.posts["steward"].rotation_rules.get()
    rule.service_kind = "law"
    rule.save()
    person = office.person("steward")
    assert ledgers([person.pk], DAY)[person.pk].services() == {"law": 2}


def test_one_person_and_everybody_cost_the_same_queries(office: Office) -> None:
    ground.lay(office)
    counts = []
    for people in ([office.person("owner").pk], [one.pk for one in office.people.values()]):
        with CaptureQueriesContext(connection) as asked:
            books = ledgers(people, DAY)
            indices(people, DAY, {}, books=books)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_terms_hold_from_their_day_and_the_last_recorded_of_a_day_counts(office: Office) -> None:
    actor = access.operator()
    assert terms_on(DAY) == index_terms.shipped()
    first = adopt_terms(actor)
    assert adopt_terms(actor) == first
    later = {**index_terms.SHIPPED, "targets": {"gq": 70, "dq": 60}}
    set_index_terms(actor=actor, from_date=date(2026, 4, 1), terms=later, reason="version 2")
    assert terms_on(date(2026, 3, 31)).targets.gq == 65
    assert terms_on(date(2026, 4, 1)).targets.gq == 70
    assert IndexTerms.objects.count() == 2


def test_terms_without_a_reason_or_a_change_are_refused_and_rates_too(office: Office) -> None:
    laid = ground.lay(office)
    actor = access.operator()
    adopt_terms(actor)
    with pytest.raises(RuleBroken):
        set_index_terms(actor=actor, from_date=DAY, terms=index_terms.SHIPPED, reason="again")
    for rho_gq, reason in (("1.01", "the same"), ("1.02", " ")):
        with pytest.raises(RuleBroken):
            set_rates(
                actor=actor,
                growth_class=laid.classes["govtech"],
                from_date=DAY,
                rho_gq=Decimal(rho_gq),
                rho_dq=Decimal("0.86"),
                reason=reason,
            )


def test_only_a_personnel_section_sets_rates(office: Office) -> None:
    laid = ground.lay(office)

    def measured(by: str) -> None:
        set_rates(
            actor=office.viewer(by),
            growth_class=laid.classes["govtech"],
            from_date=DAY,
            rho_gq=Decimal("1.02"),
            rho_dq=Decimal("0.85"),
            reason="measured",
        )

    measured("planner")
    for key in ("manager", "administrator", "owner"):
        with pytest.raises(PermissionDenied):
            measured(key)
