"""The ledger, the plane, the growth classes and the report as pages: right figures, in scope, looks noted, few queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from ikusei.audit.models import Entry
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.models import Category, Employment, Person, Posting, Purpose
from ikusei.org.services import posts
from ikusei.rotation.models import GrowthTerms, IndexTerms, Move
from ikusei.rotation.picture import MoveFacts
from ikusei.rotation.sensitivity import sensitivities
from ikusei.rotation.tests import ground
from ikusei.rotation.tests.ground import Ground, make_draft
from ikusei.skills.models import FrameworkVersion
from tests.office import SINCE, Office
from tests.page_client import PageClient
from tests.query_counts import assert_query_count, assert_same_cost

pytestmark = pytest.mark.django_db
type ClientAs = Callable[[object], PageClient]

DAY = date(2026, 2, 2)


@pytest.fixture
def laid(office: Office) -> Ground:
    for key, gq, dq in (
        ("owner", "0.7", "0.3"),
        ("owner-platform", "0.1", "0.9"),
        ("colleague", "0.7", "0.3"),
    ):
        posts.change_terms(
            actor=access.operator(),
            post=office.posts[key],
            on=SINCE,
            changes={"gq_share": Decimal(gq), "dq_share": Decimal(dq)},
        )
    return ground.lay(office)


def test_the_page_shows_every_factor_and_their_sum(laid: Ground, client_as: ClientAs) -> None:
    with clock.fixed(date(2026, 4, 1)):
        html = client_as("owner").open("/me/ledger/").html
    shares = dict(
        Posting.objects.filter(person=laid.office.person("owner")).values_list("post__code", "share")
    )
    main = next(share for code, share in shares.items() if "platform" not in code)
    assert "2.000" in html
    assert f"{2 * main * Decimal('0.7'):.3f}" in html
    total = 2 * main * Decimal("0.7") + 2 * (1 - main) * Decimal("0.1")
    assert re.search(rf'ledger-sum.*?<td class="number ledger-gq">{total:.3f}</td>', html, re.DOTALL)


def test_somebody_without_a_record_is_told_so(laid: Ground, client_as: ClientAs) -> None:
    html = client_as("stranger").open("/me/ledger/").html
    assert "No record yet" in html or "まだ記録がありません" in html


def test_days_to_come_are_not_shown_to_their_owner(laid: Ground, client_as: ClientAs) -> None:
    ahead = laid.posts["steward"]
    Posting.objects.create(
        person=laid.office.person("colleague"), post=ahead, from_date=date(2026, 4, 1), share=Decimal(1)
    )
    with clock.fixed(DAY):
        mine = client_as("colleague").open("/me/ledger/?on=2027-04-01").html
        section = (
            client_as("planner")
            .open(f"/people/{laid.office.person('colleague').public_id}/ledger/?on=2027-04-01")
            .html
        )
    assert mine.count('<th scope="row">企画課') + mine.count('<th scope="row">Planning') == 0
    assert section.count('<th scope="row">企画課') + section.count('<th scope="row">Planning') >= 1


def test_an_end_recorded_ahead_is_not_told_either(laid: Ground, client_as: ClientAs) -> None:
    posting = Posting.objects.get(person=laid.office.person("colleague"))
    posting.until = date(2026, 4, 1)
    posting.save()
    with clock.fixed(DAY):
        html = client_as("colleague").open("/me/ledger/").html
    assert "2026年4月1日" not in html
    assert "1 April 2026" not in html


def test_a_look_of_the_planner_is_noted_as_made_for_placement(laid: Ground, client_as: ClientAs) -> None:
    client_as("planner").open(f"/people/{laid.office.person('owner').public_id}/ledger/")
    client_as("owner").open("/me/ledger/")
    look = Entry.objects.get(verb="rotation.ledger.open")
    assert (look.purpose, look.subject_id) == (Purpose.PLACEMENT, str(laid.office.person("owner").public_id))


def test_the_file_holds_the_same_sums(laid: Ground, client_as: ClientAs) -> None:
    with clock.fixed(date(2026, 4, 1)):
        response = client_as("owner").get("/me/ledger/?format=csv")
    text = response.content.decode("utf-8-sig")
    assert response["Content-Disposition"].endswith('gq-dq-2026-04-01.csv"')
    assert len(text.splitlines()) >= 6


def test_the_ledger_page_keeps_its_queries(
    laid: Ground, skill_map: FrameworkVersion, client_as: ClientAs
) -> None:
    url = f"/people/{laid.office.person('owner').public_id}/ledger/"
    assert_query_count("my-ledger", client_as("owner"), "/me/ledger/")
    assert_query_count("person-ledger-manager", client_as("manager"), url)
    assert_query_count("person-ledger-planner", client_as("planner"), url)
    assert_query_count("growth-classes", client_as("stranger"), "/growth-classes/")
    assert_query_count("index-terms", client_as("stranger"), "/index-terms/")


def _add_people(laid: Ground, count: int) -> None:
    before = Person.objects.count()
    people = Person.objects.bulk_create(
        Person(name=f"人{before + n}", kana=f"ン{before + n:05}", search="") for n in range(count)
    )
    Employment.objects.bulk_create(
        Employment(
            person=person,
            employer=laid.office.employers["city"],
            staff_number=f"X{person.pk}",
            category=Category.ICT,
            from_date=SINCE,
        )
        for person in people
    )
    Posting.objects.bulk_create(
        Posting(person=person, post=laid.posts["colleague"], from_date=SINCE) for person in people
    )


def test_the_plane_costs_the_same_for_ten_people_and_a_thousand(
    laid: Ground, skill_map: FrameworkVersion, client_as: ClientAs
) -> None:
    assert_same_cost("plane", client_as("planner"), "/plane/", lambda count: _add_people(laid, count))
    assert_query_count("plane-manager", client_as("manager"), "/plane/")


def test_a_manager_s_plane_holds_the_own_team_alone(laid: Ground, client_as: ClientAs) -> None:
    html = client_as("manager").open("/plane/").html
    for key, shown in (("owner", True), ("colleague", True), ("steward", False)):
        assert (str(laid.office.person(key).public_id) in html) is shown
    assert Entry.objects.get(verb="rotation.plane.open").count == 2


def test_only_planners_lay_a_draft_over_the_plane(laid: Ground, client_as: ClientAs) -> None:
    draft = make_draft(laid, name="Spring tide")
    assert "Spring tide" not in client_as("manager").open(f"/plane/?draft={draft.public_id}").html
    assert "Spring tide" in client_as("planner").open("/plane/?draft=").html
    Move.objects.create(
        draft=draft,
        person=laid.office.person("colleague"),
        year=2026,
        to_post=laid.posts["owner-platform"],
        changed_by=laid.office.user("planner"),
    )
    assert client_as("planner").get("/plane/?draft=00000000-0000-0000-0000-000000000000").status_code == 404
    with clock.fixed(DAY):
        assert client_as("planner").open(f"/plane/?draft={draft.public_id}").status == 200


def test_rates_are_set_from_a_day_and_earlier_ones_stay(laid: Ground, client_as: ClientAs) -> None:
    given = {
        "from_date": "2026-04-01",
        "rho_gq": "1.0100",
        "rho_dq": "0.8400",
        "reason": "Measured in FY2025.",
    }
    client_as("planner").post("/growth-classes/govtech/rates/", given)
    rows = GrowthTerms.objects.filter(growth_class__key="govtech").order_by("from_date")
    assert [(row.rho_dq, row.author) for row in rows] == [
        (Decimal("0.8600"), None),
        (Decimal("0.8400"), laid.office.user("planner")),
    ]
    assert "Measured in FY2025." in client_as("stranger").open("/growth-classes/").html


def test_terms_of_the_index_are_set_by_a_form_that_names_what_is_wrong(
    laid: Ground, client_as: ClientAs
) -> None:
    page = client_as("planner").open("/index-terms/change/").html
    fields = dict(re.findall(r'name="((?:weight|tau)_[a-z]+)" value="([\d.]+)"', page))
    assert len(fields) == 10
    given = {"from_date": "2026-04-01", "target_gq": "70", "target_dq": "60", "goal": "0.5", "reason": "v2"}
    wrong = {**given, **fields, "weight_law": "0.9", "weights": "cloud 2"}
    assert "services" in client_as("planner").post("/index-terms/change/", wrong).content.decode()
    assert not IndexTerms.objects.exists()
    client_as("planner").post("/index-terms/change/", {**given, **fields, "weights": "cloud 2"})
    said = IndexTerms.objects.get().terms
    assert (said["targets"], said["weights"]) == ({"gq": 70.0, "dq": 60.0}, {"cloud": 2.0})


def test_a_move_survives_only_if_it_never_leaves_more_missing(laid: Ground) -> None:
    with clock.fixed(DAY):
        picture = laid.picture()
    key = f"p{laid.office.person('colleague').pk}"
    helps = MoveFacts(person=key, year=2026, post=laid.posts["owner-platform"].pk)
    stays = MoveFacts(person=key, year=2027, post=laid.posts["colleague"].pk)
    found = sensitivities(picture, [helps, stays], [helps, stays])
    assert all(one.with_it <= one.without or one.verdict == "worsens" for one in found)
    alone = sensitivities(picture, [stays], [stays])[0]
    assert (alone.verdict, alone.worst) == ("survives", None)


def test_the_report_is_written_for_a_draft_and_without_one(laid: Ground, client_as: ClientAs) -> None:
    draft = make_draft(laid)
    Move.objects.create(
        draft=draft,
        person=laid.office.person("colleague"),
        year=2026,
        to_post=laid.posts["owner-platform"],
        changed_by=laid.office.user("planner"),
    )
    with clock.fixed(DAY):
        assert 'id="staying"' in client_as("planner").open("/rotation/sensitivity/").html
        html = client_as("planner").open(f"/rotation/sensitivity/?draft={draft.public_id}").html
    assert 'id="moves"' in html
