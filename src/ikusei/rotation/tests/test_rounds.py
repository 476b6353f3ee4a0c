"""A round of rotation: planned and dated by the personnel section, read by planners within their scope."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from ikusei.audit.models import Entry
from ikusei.lib import clock
from ikusei.notices.models import Letter, LetterState, Mailing
from ikusei.org import access
from ikusei.org.access import Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Category, Purpose, Role, Scope
from ikusei.org.services import grants
from ikusei.rotation.models import ChiefComment, HostQuota, Opinion, Round, Sheet
from ikusei.rotation.queries.rounds import home, round_page
from ikusei.rotation.services.rounds import Dates, change_round, plan_round, set_quota
from ikusei.rotation.tests import ground
from ikusei.rotation.tests.ground import Ground
from ikusei.skills.models import FrameworkVersion
from ikusei.skills.tests.crowds import hire
from tests.office import SINCE, Office
from tests.page_client import PageClient
from tests.query_counts import assert_same_cost

pytestmark = pytest.mark.django_db
type ClientAs = Callable[[object], PageClient]

DATES = Dates(
    opens_on=date(2026, 12, 1),
    sheets_until=date(2027, 1, 8),
    comments_until=date(2027, 1, 15),
    hosts_until=date(2027, 1, 15),
    notice_on=date(2027, 3, 24),
    effective_on=date(2027, 4, 1),
)
NOTICE = date(2026, 3, 24)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.fixed(ground.TODAY):
        yield


@pytest.fixture
def laid(office: Office) -> Ground:
    return ground.lay(office)


def days_of(round_: Round) -> Dates:
    return Dates(**{name: getattr(round_, name) for name in Dates.__dataclass_fields__})


def bureau_planner(office: Office, unit: str) -> Viewer:
    user = office.user("academy")
    grants.give_role(
        actor=access.operator(),
        user=user,
        role=Role.PLANNER,
        scope=Scope.UNIT,
        unit=office.units[unit],
        purpose=Purpose.PLACEMENT,
        from_date=SINCE,
    )
    return access.viewer_of(user)


def test_the_section_plans_a_round_and_the_trail_knows(laid: Ground) -> None:
    planner, city = laid.office.viewer("planner"), laid.office.employers["city"]
    round_ = plan_round(actor=planner, employer=city, fiscal_year=2027, dates=DATES)
    assert (round_.horizon, round_.category, round_.years[-1]) == (5, Category.ICT, 2031)
    entry = Entry.objects.get(verb="rotation.round.create")
    assert (entry.after or {})["notice_on"] == "2027-03-24"
    with pytest.raises(ValidationError):
        plan_round(actor=planner, employer=city, fiscal_year=2027, dates=DATES)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"notice_on": date(2026, 2, 2)}, RuleBroken),
        ({"effective_on": date(2028, 4, 1)}, RuleBroken),
        ({"comments_until": date(2027, 1, 7)}, ValidationError),
        ({"notice_on": date(2027, 1, 15)}, ValidationError),
    ],
)
def test_days_that_do_not_follow_one_another_are_refused(
    laid: Ground, changed: dict[str, date], error: type[Exception]
) -> None:
    with pytest.raises(error):
        plan_round(
            actor=laid.office.viewer("planner"),
            employer=laid.office.employers["city"],
            fiscal_year=2027,
            dates=replace(DATES, **changed),
        )
    assert Round.objects.count() == 1


@pytest.mark.parametrize("who", ["manager", "executive", "administrator", "owner"])
def test_nobody_else_plans_a_round(laid: Ground, who: str) -> None:
    with pytest.raises(PermissionDenied):
        plan_round(
            actor=laid.office.viewer(who),
            employer=laid.office.employers["city"],
            fiscal_year=2027,
            dates=DATES,
        )


def test_a_bureau_planner_changes_nothing_of_a_round(laid: Ground) -> None:
    planner = bureau_planner(laid.office, "digital")
    with pytest.raises(PermissionDenied):
        change_round(actor=planner, round_=laid.round, dates=days_of(laid.round), horizon=3)
    with pytest.raises(PermissionDenied):
        set_quota(actor=planner, round_=laid.round, unit=laid.office.units["platform"], most=1)


def test_more_time_for_sheets_can_be_given_at_any_time(laid: Ground) -> None:
    more = replace(days_of(laid.round), sheets_until=date(2026, 2, 6), comments_until=date(2026, 2, 10))
    change_round(actor=laid.office.viewer("planner"), round_=laid.round, dates=more, horizon=5)
    laid.round.refresh_from_db()
    assert laid.round.sheets_until == date(2026, 2, 6)


@pytest.mark.parametrize("day", [date(2026, 2, 2), date(2026, 1, 30)])
def test_the_notice_is_never_put_on_a_day_that_would_tell_at_once(laid: Ground, day: date) -> None:
    soon = replace(days_of(laid.round), notice_on=day)
    with pytest.raises(RuleBroken):
        change_round(actor=laid.office.viewer("planner"), round_=laid.round, dates=soon, horizon=5)


def test_after_the_notice_its_day_and_that_of_the_moves_stay(laid: Ground) -> None:
    with clock.fixed(NOTICE):
        later = replace(days_of(laid.round), notice_on=date(2026, 3, 30))
        with pytest.raises(RuleBroken):
            change_round(actor=laid.office.viewer("planner"), round_=laid.round, dates=later, horizon=5)


def test_a_quota_is_set_changed_and_taken_away(laid: Ground) -> None:
    planner, unit = laid.office.viewer("planner"), laid.office.units["govtech"]
    for most in (3, 2, 2):
        set_quota(actor=planner, round_=laid.round, unit=unit, most=most)
    assert [(line.name, line.most) for line in round_page(planner, 2026).quotas] == [("ガブテック", 2)]
    set_quota(actor=planner, round_=laid.round, unit=unit, most=None)
    assert not HostQuota.objects.exists()
    assert Entry.objects.filter(verb="rotation.round.quota").count() == 3


def test_progress_counts_whom_the_round_asks_by_home_section(laid: Ground) -> None:
    planner, office = laid.office.viewer("planner"), laid.office
    sheet = Sheet.objects.create(round=laid.round, person=office.person("owner"), handed_in_at=timezone.now())
    Sheet.objects.create(round=laid.round, person=office.person("colleague"))
    ChiefComment.objects.create(sheet=sheet, opinion=Opinion.STAY, author=office.user("manager"))
    page = round_page(planner, 2026)
    lines = {line.name_en: line for line in page.progress.sections}
    services = lines["Services Section"]
    assert (services.asked, services.missing, services.uncommented) == (2, 1, 1)
    assert services.chief == office.person("manager").display_name
    assert page.progress.totals == home(planner).totals
    assert (
        page.progress.totals.asked == 3
    )  # the steward is ICT too; the host's own supervisor is not the city's


def test_a_bureau_planner_counts_the_own_bureau_only(laid: Ground) -> None:
    assert home(bureau_planner(laid.office, "welfare")).totals.asked == 0


def test_the_home_says_what_is_missing_and_links_to_the_round(laid: Ground, client_as: ClientAs) -> None:
    page = client_as("planner").open("/rotation/", language="en")
    assert "Sheets missing" in page
    assert "/rotation/rounds/2026/" in page.links()
    assert "/rotation/rounds/new/" in page.links()
    bureau_planner(laid.office, "digital")
    client = client_as("academy")
    assert "/rotation/rounds/new/" not in client.open("/rotation/").links()
    client.open("/rotation/rounds/new/", status=403)
    client.open("/rotation/rounds/2026/change/", status=403)
    client.open("/rotation/rounds/2026/remind/", status=403)
    client.open("/rotation/rounds/2031/", status=404)


def test_a_round_is_planned_and_changed_in_the_browser(laid: Ground, client_as: ClientAs) -> None:
    client = client_as("planner")
    assert 'value="2027-03-24"' in client.open("/rotation/rounds/new/").html
    data = {name: getattr(DATES, name).isoformat() for name in Dates.__dataclass_fields__}
    city = str(laid.office.employers["city"].pk)
    full = {**data, "employer": city, "fiscal_year": "2027", "category": "ict", "horizon": "4"}
    assert "lies ahead" in client.send(
        "/rotation/rounds/new/", {**full, "notice_on": "2026-01-20"}, status=200, language="en"
    )
    client.send("/rotation/rounds/new/", full)
    client.send("/rotation/rounds/2027/change/", {**data, "horizon": "6"})
    assert Round.objects.get(fiscal_year=2027).horizon == 6
    unit = str(laid.office.units["platform"].pk)
    client.send("/rotation/rounds/2027/quota/", {"unit": unit, "most": "2"})
    assert HostQuota.objects.get().most == 2


def test_the_reminder_goes_to_exactly_those_whose_sheet_is_missing(laid: Ground, client_as: ClientAs) -> None:
    Sheet.objects.create(round=laid.round, person=laid.office.person("owner"), handed_in_at=timezone.now())
    url = "/rotation/rounds/2026/remind/"
    with clock.fixed(date(2026, 1, 8)):
        client = client_as("planner")
        page = client.open(url)
        assert laid.office.person("colleague").display_name in page
        fields = {one.get("name"): one.get("value", "") for one in page.find_all("input", type="hidden")}
        sent = {"once_key": fields["once_key"], "expect": fields["expect"]}
        client.send(url, {**sent, "expect": "another list"})
        assert not Mailing.objects.exists()
        client.send(url, sent)
        client.send(url, sent)
    (mailing,) = Mailing.objects.all()
    told = Letter.objects.filter(mailing=mailing).exclude(state=LetterState.SKIPPED)
    assert set(told.values_list("address", flat=True)) == {"colleague@example.test", "steward@example.test"}


@pytest.mark.parametrize("url", ["/rotation/", "/rotation/rounds/2026/"])
def test_a_round_costs_the_same_for_a_thousand_people(
    laid: Ground, client_as: ClientAs, skill_map: FrameworkVersion, url: str
) -> None:
    def add(count: int) -> None:
        hire(laid.office, "services", count)

    name = "rotation-home" if url == "/rotation/" else "rotation-round"
    assert_same_cost(name, client_as("planner"), url, add)
