"""Open recruitment: everybody may apply, no supervisor learns of it, and results are known on their day, not before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from ikusei.audit.models import Entry
from ikusei.lib import clock
from ikusei.notices.models import Letter, LetterState
from ikusei.org.access import NotVisible
from ikusei.org.errors import RuleBroken
from ikusei.rotation.models import Application, Outcome, Recruitment
from ikusei.rotation.queries.recruitment import own_offer, own_page, section_offer
from ikusei.rotation.services.recruitment import (
    Offered,
    apply,
    change_offer,
    decide,
    publish,
    tell_results,
    withdraw_application,
    withdraw_offer,
)
from ikusei.rotation.tests import ground
from ikusei.rotation.tests.ground import Ground
from tests.office import Office
from tests.page_client import PageClient
from tests.query_counts import assert_query_count, assert_same_cost

pytestmark = pytest.mark.django_db
type ClientAs = Callable[[object], PageClient]

OPEN, CLOSED, RESULT = date(2026, 2, 10), date(2026, 2, 21), date(2026, 3, 24)
WORDS = "Because I ran the old one."


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.fixed(ground.TODAY):
        yield


@pytest.fixture
def laid(office: Office) -> Ground:
    return ground.lay(office)


@pytest.fixture
def offered(laid: Ground) -> Offered:
    return Offered(
        post_id=laid.posts["owner-platform"].pk,
        text_ja="基盤の運用",
        text_en="Run the platform",
        publish_on=OPEN,
        apply_until=date(2026, 2, 20),
        result_on=RESULT,
    )


@pytest.fixture
def row(laid: Ground, offered: Offered) -> Recruitment:
    return publish(actor=laid.office.viewer("planner"), round_=laid.round, offered=offered)


def applied(laid: Ground, row: Recruitment, *who: str) -> list[Application]:
    with clock.fixed(OPEN):
        return [apply(actor=laid.office.viewer(one), recruitment=row, text=WORDS) for one in who]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"publish_on": date(2026, 2, 1)}, RuleBroken),
        ({"apply_until": date(2026, 2, 9)}, ValidationError),
        ({"result_on": date(2026, 2, 20)}, ValidationError),
        ({"post_id": 0}, RuleBroken),
        ({"seats": 0}, RuleBroken),
    ],
)
def test_an_offer_that_makes_no_sense_is_refused(
    laid: Ground, offered: Offered, changed: dict[str, int], error: type[Exception]
) -> None:
    with pytest.raises(error):
        publish(
            actor=laid.office.viewer("planner"),
            round_=laid.round,
            offered=replace(offered, **changed),  # type: ignore[arg-type]
        )
    assert not Recruitment.objects.exists()


@pytest.mark.parametrize("who", ["manager", "executive", "administrator", "owner"])
def test_nobody_else_publishes(laid: Ground, offered: Offered, who: str) -> None:
    with pytest.raises(PermissionDenied):
        publish(actor=laid.office.viewer(who), round_=laid.round, offered=offered)


def test_an_offer_is_known_from_its_day_on_to_employees_of_the_employer(
    laid: Ground, row: Recruitment
) -> None:
    with pytest.raises(NotVisible):
        own_offer(laid.office.viewer("owner"), row.public_id)
    with clock.fixed(OPEN):
        assert [one.post for one in own_page(laid.office.viewer("stranger")).open] == ["開発担当"]
        assert own_page(laid.office.viewer("host_supervisor")).open == []
        with pytest.raises(RuleBroken):
            apply(actor=laid.office.viewer("host_supervisor"), recruitment=row, text=WORDS)
        with pytest.raises(RuleBroken):
            change_offer(
                actor=laid.office.viewer("planner"),
                recruitment=row,
                offered=Offered(row.post_id, "x", OPEN, row.apply_until, row.result_on),
            )


def test_people_apply_and_take_it_back_until_the_day(laid: Ground, row: Recruitment) -> None:
    owner = laid.office.viewer("owner")
    applied(laid, row, "owner")
    with clock.fixed(row.apply_until):
        withdraw_application(actor=laid.office.viewer("owner"), recruitment=row)
        apply(actor=laid.office.viewer("owner"), recruitment=row, text="Again")
    with clock.fixed(CLOSED):
        late = laid.office.viewer("owner")
        for step in (
            lambda: apply(actor=late, recruitment=row, text="Late"),
            lambda: withdraw_application(actor=late, recruitment=row),
        ):
            with pytest.raises(RuleBroken):
                step()
    found = Application.objects.get()
    assert (found.person, found.text, found.withdrawn_at) == (owner.person, "Again", None)


def test_no_supervisor_and_no_other_planner_learns_who_applies(
    laid: Ground, row: Recruitment, client_as: ClientAs
) -> None:
    applied(laid, row, "owner")
    assert not Letter.objects.exists()
    with clock.fixed(OPEN):
        manager = client_as("manager")
        page = manager.open(f"/recruitment/{row.public_id}/")
        assert WORDS not in page
        assert laid.office.person("owner").display_name not in page.text(page.find_all("main")[0])
        for who in ("manager", "executive", "steward", "academy"):
            client_as(who).open(f"/rotation/recruitments/{row.public_id}/", status=403)
        assert WORDS in client_as("planner").open(f"/rotation/recruitments/{row.public_id}/")
    told = Entry.objects.filter(verb="rotation.recruitment.apply").values_list("subject_kind", "after")
    assert list(told) == [("recruitment", None)]


def test_a_result_decided_before_its_day_is_seen_on_its_day_only(
    laid: Ground, row: Recruitment, client_as: ClientAs
) -> None:
    mine, other = applied(laid, row, "owner", "colleague")
    planner = laid.office.viewer("planner")
    with pytest.raises(RuleBroken):
        decide(actor=planner, application=mine, outcome=Outcome.SELECTED)
    url = f"/recruitment/{row.public_id}/"
    with clock.fixed(CLOSED):
        planner = laid.office.viewer("planner")
        decide(actor=planner, application=mine, outcome=Outcome.SELECTED, words="Welcome aboard")
        with pytest.raises(RuleBroken):
            decide(actor=planner, application=other, outcome=Outcome.SELECTED)
        decide(actor=planner, application=other, outcome=Outcome.OTHER, words="Next time")
        assert tell_results() == 0
        before = client_as("owner").open(url, language="en")
        assert "Welcome aboard" not in before
        assert "selected" not in before
    with clock.fixed(RESULT):
        page = client_as("owner").open(url, language="en")
        assert "Welcome aboard" in page
        assert "井上" not in page.html
        assert "Next time" in client_as("colleague").open(url)
        with pytest.raises(RuleBroken):
            decide(actor=laid.office.viewer("planner"), application=mine, outcome=Outcome.OTHER)


def test_each_applicant_is_written_to_once_and_the_letter_says_nothing(
    laid: Ground, row: Recruitment
) -> None:
    mine, other, back = applied(laid, row, "owner", "colleague", "stranger")
    with clock.fixed(OPEN):
        withdraw_application(actor=laid.office.viewer("stranger"), recruitment=row)
    with clock.fixed(CLOSED):
        decide(actor=laid.office.viewer("planner"), application=mine, outcome=Outcome.SELECTED)
    with clock.fixed(RESULT):
        assert (tell_results(), tell_results()) == (1, 0)
        decide(actor=laid.office.viewer("planner"), application=other, outcome=Outcome.OTHER)
    with clock.fixed(date(2026, 3, 25)):
        assert (tell_results(), tell_results()) == (1, 0)
    letters = Letter.objects.exclude(state=LetterState.SKIPPED)
    assert set(letters.values_list("address", flat=True)) == {"owner@example.test", "colleague@example.test"}
    texts = str([one.mailing.texts for one in letters] + [one.context for one in letters])
    assert "開発担当" not in texts
    assert "selected" not in texts
    assert back.person.name not in texts


def test_a_withdrawn_offer_tells_nobody_a_result(laid: Ground, row: Recruitment) -> None:
    (mine,) = applied(laid, row, "owner")
    with clock.fixed(CLOSED):
        decide(actor=laid.office.viewer("planner"), application=mine, outcome=Outcome.SELECTED)
        withdraw_offer(actor=laid.office.viewer("planner"), recruitment=row)
    with clock.fixed(RESULT):
        assert tell_results() == 0
        (offer,) = own_page(laid.office.viewer("owner")).applied
        assert offer.recruitment.withdrawn_at is not None


def test_all_of_it_in_the_browser(laid: Ground, client_as: ClientAs) -> None:
    planner = client_as("planner")
    data = {
        "round": str(laid.round.public_id),
        "post": str(laid.posts["owner-platform"].pk),
        "seats": "1",
        "text_ja": "基盤の運用",
        "publish_on": "2026-02-10",
        "apply_until": "2026-02-20",
        "result_on": "2026-03-24",
    }
    planner.send("/rotation/recruitments/new/", data | {"publish_on": "2026-01-01"}, status=200)
    planner.send("/rotation/recruitments/new/", data)
    row = Recruitment.objects.get()
    own, all_of = f"/recruitment/{row.public_id}/", f"/rotation/recruitments/{row.public_id}/"
    planner.send(f"{all_of}change/", data | {"text_ja": "基盤の運用と改善"})
    client_as("owner").open(own, status=404)
    with clock.fixed(OPEN):
        owner = client_as("owner")
        assert own in owner.open("/recruitment/").links()
        owner.send(own, {"text": " "}, status=200)
        owner.send(own, {"text": WORDS})
        owner.send(f"{own}withdraw/")
        owner.send(own, {"text": WORDS})
    with clock.fixed(CLOSED):
        planner = client_as("planner")
        application = Application.objects.get()
        url = f"/rotation/applications/{application.public_id}/decide/"
        assert url in planner.open(all_of).links()
        planner.send(url, {"outcome": "selected", "words": "Welcome"})
        assert section_offer(laid.office.viewer("planner"), row.public_id).selected == 1
        planner.send(f"{all_of}withdraw/")
    row.refresh_from_db()
    assert row.withdrawn_at is not None


def test_offers_cost_the_same_however_many_there_are_and_however_many_apply(
    laid: Ground, client_as: ClientAs
) -> None:
    def more(number: int) -> None:
        for place in range(number):
            ground.offer_post(laid, OPEN, *(("owner", "colleague") if place % 2 else ()))

    with clock.fixed(OPEN):
        assert_same_cost("recruitment", client_as("owner"), "/recruitment/", more, many=40)
        assert_same_cost("recruitments", client_as("planner"), "/rotation/recruitments/", more, many=40)


def test_an_offer_and_who_applies_for_it_keep_within_the_budget(laid: Ground, client_as: ClientAs) -> None:
    row = ground.offer_post(laid, OPEN, "owner", "colleague")
    with clock.fixed(OPEN):
        assert_query_count("recruitment-offer", client_as("owner"), f"/recruitment/{row.public_id}/")
        section = f"/rotation/recruitments/{row.public_id}/"
        assert_query_count("recruitment-section", client_as("planner"), section)
