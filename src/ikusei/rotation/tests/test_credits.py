"""Years besides postings: who records them and takes them back, what is refused, and where they are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.audit.models import Entry
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.errors import RuleBroken
from ikusei.org.models import CreditKind, ExperienceCredit, Posting, PostingKind
from ikusei.org.services.credits import Credited, record_credit, take_back_credit
from ikusei.rotation.queries.ledger import ledgers
from ikusei.rotation.tests.approved import bureau_planner
from ikusei.rotation.tests.ground import TODAY, Ground, lay
from tests.office import Office
from tests.page_client import PageClient
from tests.query_counts import assert_query_count

pytestmark = pytest.mark.django_db
type ClientAs = Callable[[object], PageClient]

COURSE = Credited(
    kind=CreditKind.COURSE,
    on=date(2025, 12, 1),
    label_ja="クラウド基盤の設計",
    label_en="Designing cloud platforms",
    source="修了証 2025-118",
    reason="演習三か月を四分の一年とみなす。",
    dq_years=Decimal("0.25"),
)
STAY = replace(
    COURSE,
    kind=CreditKind.DISPATCH,
    from_date=date(2025, 10, 1),
    on=date(2026, 1, 1),
    source="7総人第9号",
)


@pytest.fixture
def ground(office: Office) -> Ground:
    return lay(office)


def dq_years(ground: Ground, key: str = "owner", day: date = TODAY) -> Decimal:
    person = ground.office.person(key)
    return ledgers([person.pk], day)[person.pk].dq_years


def record(ground: Ground, given: Credited = COURSE, *, by: str = "planner", of: str = "owner") -> object:
    with clock.fixed(TODAY):
        actor, person = ground.office.viewer(by), ground.office.person(of)
        return record_credit(actor=actor, person=person, given=given)


def test_recorded_years_count_in_the_ledger_from_their_day(ground: Ground) -> None:
    before, early = dq_years(ground), dq_years(ground, day=date(2025, 11, 30))
    record(ground)
    assert dq_years(ground) == before + Decimal("0.25")
    assert dq_years(ground, day=date(2025, 11, 30)) == early


def test_years_taken_back_count_on_no_day_and_stay_readable(ground: Ground) -> None:
    before = dq_years(ground)
    credit = record(ground)
    assert isinstance(credit, ExperienceCredit)
    with clock.fixed(TODAY):
        viewer = ground.office.viewer("planner")
        with pytest.raises(RuleBroken):
            take_back_credit(actor=viewer, credit=credit, reason=" ")
        take_back_credit(actor=viewer, credit=credit, reason="別人の修了証")
        with pytest.raises(RuleBroken):
            take_back_credit(actor=viewer, credit=credit, reason="もう一度")
    assert dq_years(ground) == before
    row = ExperienceCredit.objects.get()
    assert (row.taken_back_by, row.taken_back_reason) == (ground.office.user("planner"), "別人の修了証")
    record(ground)
    assert dq_years(ground) == before + Decimal("0.25")


def test_one_record_counts_once_for_a_person(ground: Ground) -> None:
    record(ground)
    with pytest.raises(RuleBroken):
        record(ground, replace(COURSE, source=f" {COURSE.source}", on=date(2025, 12, 2)))
    record(ground, of="colleague")
    assert ExperienceCredit.objects.count() == 2


@pytest.mark.parametrize(
    "given",
    [
        replace(COURSE, on=date(2026, 2, 3)),
        replace(COURSE, from_date=date(2025, 12, 2)),
        replace(COURSE, dq_years=Decimal(0)),
        replace(COURSE, gq_years=Decimal("-0.1")),
        replace(COURSE, dq_years=Decimal("3.001")),
        replace(COURSE, source=" "),
        replace(COURSE, reason=" "),
        replace(STAY, from_date=None),
        replace(STAY, dq_years=Decimal("0.26")),
    ],
    ids=[
        "future",
        "backwards",
        "nothing",
        "negative",
        "too-much",
        "no-source",
        "no-reason",
        "no-days",
        "more-than-days",
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(ground: Ground, given: Credited) -> None:
    with pytest.raises(RuleBroken):
        record(ground, given)
    assert not ExperienceCredit.objects.exists()


def test_a_dispatch_that_is_a_posting_is_not_counted_twice(ground: Ground) -> None:
    record(ground, STAY)
    Posting.objects.create(
        person=ground.office.person("owner"),
        post=ground.office.posts["steward"],
        from_date=date(2025, 6, 1),
        until=date(2025, 8, 1),
        kind=PostingKind.DISPATCH,
        share=Decimal("0.5"),
    )
    with pytest.raises(RuleBroken):
        record(ground, replace(STAY, from_date=date(2025, 7, 1), source="7総人第10号"))
    record(ground, replace(STAY, from_date=date(2025, 8, 1), source="7総人第11号"))


@pytest.mark.parametrize("key", ["manager", "owner", "steward", "academy", "executive"])
def test_nobody_but_planners_records_years(ground: Ground, key: str) -> None:
    with pytest.raises(PermissionDenied):
        record(ground, by=key)


def test_a_planner_does_not_record_years_for_themselves(ground: Ground) -> None:
    with pytest.raises(PermissionDenied):
        record(ground, of="planner")


def test_a_bureau_planner_records_for_the_own_bureau_alone(ground: Ground) -> None:
    viewer = bureau_planner(ground)
    with clock.fixed(TODAY):
        record_credit(actor=viewer, person=ground.office.person("owner"), given=COURSE)
        with pytest.raises(PermissionDenied):
            record_credit(actor=viewer, person=ground.office.person("stranger"), given=COURSE)


def test_recording_and_taking_back_stand_in_the_trail_without_what_it_was(ground: Ground) -> None:
    credit = record(ground)
    assert isinstance(credit, ExperienceCredit)
    take_back_credit(actor=access.operator(), credit=credit, reason="誤り")
    said = Entry.objects.filter(verb__startswith="org.credit.").order_by("pk")
    assert [(row.verb, row.subject_id) for row in said] == [
        ("org.credit.record", str(ground.office.person("owner").public_id)),
        ("org.credit.take-back", str(ground.office.person("owner").public_id)),
    ]
    assert not any(COURSE.label_ja in f"{row.before}{row.after}" for row in said)


def test_a_planner_records_and_takes_back_on_pages_and_the_person_reads_it(
    ground: Ground, client_as: ClientAs
) -> None:
    url = f"/people/{ground.office.person('owner').public_id}/ledger/"
    given = {
        "kind": "course",
        "label_ja": "データ分析",
        "label_en": "Data analysis",
        "on": "2025-12-01",
        "gq_years": "0",
        "dq_years": "0.125",
        "source": "C-77",
        "reason": "Six weeks of exercises.",
    }
    with clock.fixed(TODAY):
        planner = client_as("planner")
        assert f"{url}credits/" in planner.open(url).html
        assert f"{url}credits/" not in client_as("manager").open(url).html
        wrong = planner.post(f"{url}credits/", given | {"on": "2026-03-01"})
        assert wrong.status_code == 200
        planner.post(f"{url}credits/", given)
        mine = client_as("owner").open("/me/ledger/").html
        assert "C-77" in mine
        assert "Six weeks of exercises." in mine
        assert "0.125" in mine
        assert "C-77" in client_as("owner").get("/me/ledger/?format=csv").content.decode()
        credit = ExperienceCredit.objects.get()
        planner.post(f"{url}credits/{credit.pk}/back/", {"reason": "Wrong person."})
        assert "C-77" not in client_as("owner").open("/me/ledger/").html
        assert "Wrong person." in planner.open(f"{url}credits/").html
        assert planner.get(f"{url}credits/{credit.pk}/back/").status_code == 404


def test_years_of_somebody_else_are_not_reached_through_another_person(
    ground: Ground, client_as: ClientAs
) -> None:
    credit = record(ground)
    assert isinstance(credit, ExperienceCredit)
    other = ground.office.person("colleague").public_id
    assert client_as("planner").get(f"/people/{other}/ledger/credits/{credit.pk}/back/").status_code == 404


def test_the_page_of_recorded_years_keeps_its_queries(ground: Ground, client_as: ClientAs) -> None:
    url = f"/people/{ground.office.person('owner').public_id}/ledger/credits/"
    for number in range(12):
        record(ground, replace(COURSE, source=f"C-{number}"))
    assert_query_count("credits", client_as("planner"), url)
