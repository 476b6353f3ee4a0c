"""The report on chances counts by a stated rule, tells no small group, and knows no draft outside the personnel section."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation

from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.entry_routes import entry_route_label
from ikusei.org.models import Employment, Person, PostingKind, PostTerms
from ikusei.org.services import posts
from ikusei.rotation.models import Move, RankedPost, Sheet
from ikusei.rotation.queries import fairness
from ikusei.rotation.queries.fairness import Measure, Report, report
from ikusei.rotation.tests import ground
from ikusei.rotation.tests.ground import Ground
from ikusei.skills.models import FrameworkVersion
from ikusei.skills.tests.crowds import hire, seat
from tests.office import Office
from tests.page_client import PageClient
from tests.query_counts import assert_same_cost

pytestmark = pytest.mark.django_db
type ClientAs = Callable[[object], PageClient]

URL = "/rotation/fairness/"


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.fixed(ground.TODAY):
        yield


@pytest.fixture
def laid(office: Office) -> Ground:
    return ground.lay(office)


def crowd(laid: Ground, number: int, route: str) -> list[Person]:
    """People of the services section who came by one entry route."""
    people = hire(laid.office, "services", number)
    Employment.objects.filter(person__in=people).update(entry_route=route)
    return people


def move(laid: Ground, people: list[Person], kind: PostingKind = PostingKind.HOME) -> list[int]:
    """Posts that are mostly DQ, to which people went in October 2025."""
    made = seat(laid.office.units["platform"], "engineer", len(people))
    PostTerms.objects.filter(post__in=made).update(dq_share=Decimal("0.8"), gq_share=Decimal("0.2"))
    for person, post in zip(people, made, strict=True):
        for posting in person.postings.all():
            posts.end_posting(actor=access.operator(), posting=posting, on=date(2025, 10, 1))
        posts.assign(
            actor=access.operator(), person=person, post=post, from_date=date(2025, 10, 1), kind=kind
        )
    return [post.pk for post in made]


def cells(found: Report, group: str, measure: Measure) -> tuple[str, tuple[int, int] | None]:
    """What is told of a group by entry route: the words and the share."""
    (table,) = (one for one in found.tables if one.key == "route")
    row = next(one for one in table.rows if one.label == entry_route_label(group))
    cell = row.cells[list(Measure).index(measure)]
    return cell.words, cell.percent


def test_postings_begun_in_the_year_are_counted_by_group(laid: Ground) -> None:
    mid, fresh = crowd(laid, 30, "mid-career"), crowd(laid, 30, "graduate")
    move(laid, mid[:12], PostingKind.DISPATCH)
    move(laid, fresh[:6])
    found = report(laid.office.viewer("planner"), 2025)
    assert cells(found, "mid-career", Measure.DQ) == ("10～14", (29, 47))
    assert cells(found, "graduate", Measure.DQ) == ("5～9", (14, 30))
    assert cells(found, "mid-career", Measure.DISPATCH) == ("10～14", (29, 47))
    assert cells(found, "graduate", Measure.DISPATCH) == ("0", None)
    assert cells(report(laid.office.viewer("planner"), 2024), "graduate", Measure.DQ)[0] == "0"


def test_a_posting_that_only_goes_on_is_no_chance(laid: Ground) -> None:
    people = crowd(laid, 25, "mid-career")
    made = move(laid, people[:10])
    for person, post in zip(people[:10], made, strict=True):
        posting = person.postings.get(post_id=post)
        posts.end_posting(actor=access.operator(), posting=posting, on=date(2026, 1, 1))
        posts.assign(actor=access.operator(), person=person, post=posting.post, from_date=date(2026, 1, 1))
    with clock.fixed(date(2026, 2, 2)):
        assert cells(report(laid.office.viewer("planner"), 2025), "mid-career", Measure.DQ)[0] == "10～14"


def test_small_groups_and_what_would_pin_one_down_are_not_told(laid: Ground) -> None:
    many, few = crowd(laid, 30, "mid-career"), crowd(laid, 3, "secret route")
    move(laid, [*many[:7], *few[:2]])
    found = report(laid.office.viewer("planner"), 2025)
    assert cells(found, "secret route", Measure.DQ) == ("–", None)
    (table,) = (one for one in found.tables if one.key == "route")
    row = next(one for one in table.rows if one.label == "secret route")
    assert row.people.words == "5人未満"
    words = [cell for line in fairness.table_rows(found)[1:] for cell in line[2:]]
    assert not {"1", "2", "3", "4", "7", "9"} & set(words)


def test_a_share_tells_nothing_beside_the_two_numbers_as_they_are_told(laid: Ground) -> None:
    many, few = crowd(laid, 30, "mid-career"), crowd(laid, 3, "graduate")
    move(laid, many[:11])
    before = fairness.table_rows(report(laid.office.viewer("planner"), 2025))
    shares = [cell.percent for cell in report(laid.office.viewer("planner"), 2025).whole.cells]
    move(laid, [*many[11:13], *few[:1]])
    found = report(laid.office.viewer("planner"), 2025)
    assert fairness.table_rows(found) == before
    assert [cell.percent for cell in found.whole.cells] == shares
    assert shares[0] is not None


def test_entry_routes_are_told_in_the_reader_s_language(laid: Ground, client_as: ClientAs) -> None:
    crowd(laid, 10, "mid-career")
    crowd(laid, 10, "経験者採用")
    client = client_as("executive")
    assert "mid-career recruitment" in client.open(URL, language="en")
    page = client.open(URL, language="ja")
    assert "経験者採用" in page
    assert "mid-career" not in page.html
    assert "20～24" in page, "two words for one route are one group"


def test_first_wishes_count_once_the_notice_is_given(laid: Ground) -> None:
    people = crowd(laid, 25, "mid-career")
    post = laid.posts["owner-platform"]
    for person in people[:20]:
        sheet = Sheet.objects.create(round=laid.round, person=person, handed_in_at=timezone.now())
        RankedPost.objects.create(sheet=sheet, rank=1, post=post)
    with clock.fixed(date(2026, 4, 1)):
        found = report(laid.office.viewer("executive"), 2026)
        assert cells(found, "mid-career", Measure.NAMED) == ("20～24", (68, 96))
        assert cells(found, "mid-career", Measure.MET) == ("0", None)
    laid.round.fiscal_year = 2025
    laid.round.save()
    executive = report(laid.office.viewer("executive"), 2025)
    assert cells(executive, "mid-career", Measure.NAMED)[0] == "0"


def test_a_draft_is_read_by_the_personnel_section_alone(laid: Ground, client_as: ClientAs) -> None:
    people = crowd(laid, 30, "mid-career")
    draft = ground.make_draft(laid, name="Hidden plan")
    Move.objects.bulk_create(
        Move(
            draft=draft,
            person=person,
            year=2026,
            to_post=laid.posts["owner-platform"],
            changed_by=draft.owner,
        )
        for person in people[:10]
    )
    found = report(laid.office.viewer("planner"), 2025, draft=draft)
    assert (found.fiscal_year, cells(found, "mid-career", Measure.DQ)) == (2026, ("10～14", (29, 47)))
    with pytest.raises(PermissionDenied):
        report(laid.office.viewer("executive"), 2025, draft=draft)
    assert "Hidden plan" in client_as("planner").open(f"{URL}?draft={draft.public_id}")
    page = client_as("executive").open(f"{URL}?draft={draft.public_id}")
    assert "Hidden plan" not in page.html
    assert "10～14" not in page


def test_the_table_for_a_spreadsheet_tells_no_more_than_the_page(laid: Ground, client_as: ClientAs) -> None:
    crowd(laid, 12, "mid-career")
    text = client_as("executive").get(URL, {"format": "csv"}).content.decode("utf-8-sig")
    assert "経験者採用,10～14" in text
    client_as("manager").open(URL, status=403)


def test_a_year_that_has_not_begun_is_not_read(laid: Ground, client_as: ClientAs) -> None:
    page = client_as("executive").open(f"{URL}?year=2026", language="en")
    assert "FY2025, as of" in page


def test_the_report_costs_the_same_for_a_thousand_people(
    laid: Ground, client_as: ClientAs, skill_map: FrameworkVersion
) -> None:
    assert_same_cost(
        "fairness", client_as("executive"), URL, lambda count: hire(laid.office, "services", count)
    )


def test_ages_stand_in_their_own_order_in_either_language(laid: Ground) -> None:
    born = [date(1965, 1, 1), date(1978, 1, 1), date(1990, 1, 1), date(2000, 1, 1)]
    for day in born:
        Person.objects.filter(pk__in=[one.pk for one in crowd(laid, 6, "")]).update(birth_date=day)
    for language in ("en", "ja"):
        with translation.override(language):
            (table,) = (one for one in report(laid.office.viewer("planner"), 2025).tables if one.key == "age")
            told = [row.label for row in table.rows]
        assert [next(iter(re.findall(r"\d+", label)), "") for label in told[:4]] == ["30", "30", "40", "50"]
