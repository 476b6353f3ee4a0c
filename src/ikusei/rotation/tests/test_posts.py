"""Posts in rotation: what each asks for is dated, changed by the personnel section and read by planners."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.audit.models import Entry
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.access import NotVisible, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Post, PostTerms, Purpose, Role, Scope
from ikusei.org.services import grants, posts
from ikusei.rotation.models import PostRule
from ikusei.rotation.queries.posts import PostsWanted, post_list, post_page
from ikusei.rotation.services.post_rules import Asked, change_rule, end_rule
from ikusei.rotation.tests import ground
from ikusei.rotation.tests.ground import Ground
from ikusei.skills.models import FrameworkVersion
from tests.office import SINCE, Office
from tests.page_client import PageClient
from tests.query_counts import assert_query_count, assert_same_cost

pytestmark = pytest.mark.django_db
type ClientAs = Callable[[object], PageClient]

DAY = date(2026, 4, 1)


@pytest.fixture
def laid(office: Office) -> Ground:
    return ground.lay(office)


def bureau_planner(office: Office, unit: str = "digital") -> Viewer:
    """The academy's account as planner of a bureau only."""
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


def test_a_change_begins_on_its_day_and_leaves_the_days_before(laid: Ground) -> None:
    post = laid.posts["owner"]
    asked = Asked("govtech", tenure_min=1, tenure_max=2, skills={"digital-strategy": 3, "cloud": 0})
    rule = change_rule(actor=laid.office.viewer("planner"), post=post, on=DAY, asked=asked)
    before, after = post.rotation_rules.order_by("from_date")
    assert (before.until, before.tenure_max, before.growth_class.key) == (DAY, 4, "bureau_digital_services")
    assert (after, after.until, after.tenure_max) == (rule, None, 2)
    assert list(rule.skills.values_list("skill_key", "level")) == [("digital-strategy", 3)]
    entry = Entry.objects.get(verb="rotation.post.rule")
    assert entry.before is not None
    assert entry.after is not None
    assert (entry.before["tenure_max"], entry.after["tenure_max"]) == (4, 2)


def test_a_change_on_the_day_of_another_corrects_it_and_the_trail_keeps_what_it_said(laid: Ground) -> None:
    planner, post = laid.office.viewer("planner"), laid.posts["owner"]
    change_rule(actor=planner, post=post, on=DAY, asked=Asked("govtech", tenure_max=2))
    change_rule(actor=planner, post=post, on=DAY, asked=Asked("govtech", tenure_max=3))
    assert post.rotation_rules.count() == 2
    last = Entry.objects.filter(verb="rotation.post.rule").order_by("-pk")[0]
    assert (last.before or {})["tenure_max"] == 2


@pytest.mark.parametrize(
    ("on", "asked"),
    [
        (date(2024, 3, 31), Asked("govtech")),
        (date(2025, 3, 31), Asked("no-such-class")),
        (DAY, Asked("govtech", minimum=2)),
        (DAY, Asked("govtech", continuity=2)),
        (DAY, Asked("govtech", expert_count=1)),
    ],
)
def test_a_rule_that_nobody_could_keep_is_refused(laid: Ground, on: date, asked: Asked) -> None:
    with pytest.raises(RuleBroken):
        change_rule(actor=laid.office.viewer("planner"), post=laid.posts["owner"], on=on, asked=asked)
    assert laid.posts["owner"].rotation_rules.count() == 1


def test_nothing_is_changed_behind_a_change_planned_for_later(laid: Ground) -> None:
    planner, post = laid.office.viewer("planner"), laid.posts["owner"]
    change_rule(actor=planner, post=post, on=DAY, asked=Asked("govtech"))
    with pytest.raises(RuleBroken):
        change_rule(actor=planner, post=post, on=date(2026, 1, 1), asked=Asked("govtech"))


def test_a_post_goes_into_rotation_and_out_of_it(laid: Ground) -> None:
    planner, post = laid.office.viewer("planner"), laid.office.posts["manager"]
    change_rule(actor=planner, post=post, on=DAY, asked=Asked("govtech"))
    end_rule(actor=planner, post=post, on=date(2027, 4, 1))
    (rule,) = post.rotation_rules.all()
    assert (rule.from_date, rule.until) == (DAY, date(2027, 4, 1))
    with pytest.raises(RuleBroken):
        end_rule(actor=planner, post=post, on=date(2028, 4, 1))


def test_the_section_says_what_a_hosts_post_asks_for_and_a_bureau_planner_says_nothing(laid: Ground) -> None:
    host = laid.posts["owner-platform"]
    change_rule(actor=laid.office.viewer("planner"), post=host, on=DAY, asked=Asked("govtech"))
    planner = bureau_planner(laid.office)
    for post in (host, laid.posts["owner"]):
        with pytest.raises(PermissionDenied):
            change_rule(actor=planner, post=post, on=date(2027, 4, 1), asked=Asked("govtech"))
    assert post_page(planner, host.pk, on=DAY).may_change is False


def test_a_host_with_rounds_of_its_own_is_not_the_citys_to_say(laid: Ground) -> None:
    laid.round.pk = None
    laid.round.public_id = "00000000-0000-0000-0000-000000000001"
    laid.round.employer = laid.office.employers["govtech"]
    laid.round.save(force_insert=True)
    with pytest.raises(PermissionDenied):
        change_rule(
            actor=laid.office.viewer("planner"),
            post=laid.posts["owner-platform"],
            on=DAY,
            asked=Asked("govtech"),
        )
    with pytest.raises(NotVisible):
        post_page(laid.office.viewer("planner"), laid.posts["owner-platform"].pk, on=DAY)


def test_the_list_is_narrowed_by_unit_employer_growth_class_and_words(laid: Ground) -> None:
    planner, office = laid.office.viewer("planner"), laid.office

    def found(**wanted: object) -> list[int]:
        return [line.pk for line in post_list(planner, PostsWanted(**wanted), on=DAY)]  # type: ignore[arg-type]

    assert len(found()) == 5
    assert found(unit_id=office.units["services"].pk) == [
        laid.posts["colleague"].pk,
        laid.posts["owner"].pk,
    ]
    assert found(growth="line_bureau") == [laid.posts["steward"].pk]
    assert found(employer_id=office.employers["govtech"].pk, text="開発") == [laid.posts["owner-platform"].pk]
    assert office.posts["manager"].pk in found(outside=True)


def test_the_years_served_stand_beside_who_sits_there_within_scope(laid: Ground) -> None:
    (sitter,) = post_page(laid.office.viewer("planner"), laid.posts["owner"].pk, on=DAY).sitters
    assert (sitter.person, round(sitter.years, 2)) == (laid.office.person("owner"), 2.0)
    welfare = bureau_planner(laid.office, "welfare")
    assert post_page(welfare, laid.posts["owner"].pk, on=DAY).sitters == []


def test_shares_and_growth_class_that_point_opposite_ways_are_said(
    laid: Ground, client_as: ClientAs, skill_map: FrameworkVersion
) -> None:
    post = laid.posts["owner-platform"]
    url = f"/rotation/posts/{post.pk}/"
    client = client_as("planner")
    assert "opposite ways" not in client.open(url, language="en")
    PostTerms.objects.filter(post=post).update(gq_share=Decimal("0.8"), dq_share=Decimal("0.2"))
    assert "opposite ways" in client.open(url, language="en")


def test_seats_that_differ_from_the_authorised_headcount_are_marked(
    laid: Ground, client_as: ClientAs, skill_map: FrameworkVersion
) -> None:
    PostTerms.objects.filter(post=laid.posts["owner"]).update(capacity=3, authorised_headcount=2)
    page = client_as("planner").open("/rotation/posts/", language="en")
    assert [page.text(badge) for badge in page.find_all("span", class_="badge")] == ["+1"]


def test_the_form_records_levels_and_says_what_is_wrong(
    laid: Ground, client_as: ClientAs, skill_map: FrameworkVersion
) -> None:
    post, client = laid.posts["owner"], client_as("planner")
    url = f"/rotation/posts/{post.pk}/rule/"
    data = {
        "on": "2026-04-01",
        "growth_class": "govtech",
        "grades": ["主任"],
        "tenure_min": "1",
        "tenure_max": "3",
        "minimum": "1",
        "continuity": "0",
        "expert_count": "1",
        "expert_axis": "dq",
        "expert_level": "60",
        "skill-digital-strategy": "3",
    }
    assert "The post has 1 seats" in client.send(url, data | {"minimum": "9"}, status=200, language="en")
    client.send(url, data)
    rule = post.rotation_rules.get(until=None)
    assert (rule.grades, rule.expert_axis, rule.expert_level, rule.job_types) == (["主任"], "dq", 60, [])
    assert list(rule.skills.values_list("skill_key", "level")) == [("digital-strategy", 3)]
    assert "1 × DQ 60+" in client.open(f"/rotation/posts/{post.pk}/?on=2026-04-01")
    client.send(f"/rotation/posts/{post.pk}/rule/end/", {"on": "2027-04-01"})
    assert PostRule.objects.get(pk=rule.pk).until == date(2027, 4, 1)


def test_the_list_costs_the_same_for_a_thousand_posts(
    laid: Ground, client_as: ClientAs, skill_map: FrameworkVersion
) -> None:
    made = iter(range(10_000))

    def add(count: int) -> None:
        specs = [
            posts.PostSpec(
                laid.office.units["services"], f"more-{next(made)}", SINCE, None, {"name_ja": "増"}
            )
            for _ in range(count)
        ]
        more = posts.open_posts(actor=access.operator(), specs=specs)
        PostRule.objects.bulk_create(
            PostRule(post=post, from_date=SINCE, growth_class=laid.classes["govtech"]) for post in more
        )

    with clock.fixed(ground.TODAY):
        assert_same_cost("rotation-posts", client_as("planner"), "/rotation/posts/", add)
    assert Post.objects.count() > 1000


def test_a_post_and_its_rule_cost_what_is_recorded_at_home_and_at_a_host(
    laid: Ground, client_as: ClientAs, skill_map: FrameworkVersion
) -> None:
    with clock.fixed(DAY):
        planner = client_as("planner")
        for where, key in (("home", "owner"), ("host", "owner-platform")):
            url = f"/rotation/posts/{laid.posts[key].pk}/"
            assert_query_count(f"rotation-post-{where}", planner, url)
            assert_query_count(f"rotation-post-rule-{where}", planner, f"{url}rule/")
