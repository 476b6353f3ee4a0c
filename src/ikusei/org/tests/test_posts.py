"""Posts, their terms, and who sits in them with which share."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from ikusei.audit.models import Entry
from ikusei.org import access
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Post, Posting, PostingKind, PostTerms
from ikusei.org.queries.workplace import places, workplaces
from ikusei.org.services import posts
from tests.office import SINCE, Office

DAY = date(2025, 4, 1)
LATER = date(2025, 10, 1)
END = date(2026, 4, 1)


@pytest.fixture
def free(office: Office) -> Post:
    """An open post that nobody has."""
    return posts.open_post(
        actor=access.operator(),
        unit=office.units["planning"],
        code="free",
        from_date=SINCE,
        name_ja="企画担当",
        name_en="Planner",
        capacity=2,
    )


def assign(office: Office, post: Post, who: str = "colleague", **fields: object) -> Posting:
    given = {"from_date": DAY, **fields}
    return posts.assign(actor=access.operator(), person=office.person(who), post=post, **given)  # type: ignore[arg-type]


def test_a_post_begins_with_its_terms_and_a_taken_code_is_refused(office: Office, free: Post) -> None:
    terms = PostTerms.objects.get(post=free)
    assert (terms.from_date, terms.capacity, terms.name_en) == (SINCE, 2, "Planner")
    with pytest.raises(RuleBroken, match="free"):
        posts.open_post(actor=access.operator(), unit=free.unit, code="free", from_date=DAY, name_ja="再")


def test_a_post_is_opened_only_in_a_unit_that_is_there(office: Office) -> None:
    with pytest.raises(RuleBroken, match="planning"):
        posts.open_post(
            actor=access.operator(),
            unit=office.units["planning"],
            code="early",
            from_date=date(2020, 4, 1),
            name_ja="早い",
        )


def test_terms_change_from_a_day_on(free: Post) -> None:
    posts.change_terms(actor=access.operator(), post=free, on=DAY, changes={"gq_share": Decimal("0.3")})
    assert PostTerms.objects.on(date(2025, 3, 31)).get(post=free).gq_share == 0
    now = PostTerms.objects.on(DAY).get(post=free)
    assert (now.gq_share, now.name_en) == (Decimal("0.300"), "Planner")


def test_terms_are_not_changed_before_a_planned_change(free: Post) -> None:
    posts.change_terms(actor=access.operator(), post=free, on=LATER, changes={"capacity": 3})
    with pytest.raises(RuleBroken, match="free"):
        posts.change_terms(actor=access.operator(), post=free, on=DAY, changes={"capacity": 4})


def test_a_share_above_one_is_refused(free: Post) -> None:
    with pytest.raises(ValidationError):
        posts.change_terms(actor=access.operator(), post=free, on=DAY, changes={"dq_share": Decimal("1.5")})
    assert PostTerms.objects.filter(post=free).count() == 1


def test_a_post_closes_with_its_planned_terms(free: Post) -> None:
    posts.change_terms(actor=access.operator(), post=free, on=END, changes={"capacity": 3})
    posts.close_post(actor=access.operator(), post=free, on=LATER)
    assert [terms.until for terms in PostTerms.objects.filter(post=free)] == [LATER]
    free.refresh_from_db()
    assert free.until == LATER


def test_a_post_does_not_close_before_it_begins_or_while_somebody_has_it(office: Office, free: Post) -> None:
    with pytest.raises(RuleBroken, match="free"):
        posts.close_post(actor=access.operator(), post=free, on=SINCE)
    with pytest.raises(RuleBroken):
        posts.close_post(actor=access.operator(), post=office.posts["owner"], on=LATER)


def test_a_person_cannot_give_more_than_the_whole_of_their_time(office: Office, free: Post) -> None:
    with pytest.raises(RuleBroken, match="井上"):
        assign(office, free, kind=PostingKind.CONCURRENT, share=Decimal("0.1"))
    posts.end_posting(
        actor=access.operator(), posting=Posting.objects.get(person=office.person("colleague")), on=DAY
    )
    assign(office, free, share=Decimal("0.5"))
    second = posts.open_post(
        actor=access.operator(), unit=free.unit, code="second", from_date=SINCE, name_ja="二"
    )
    assign(office, second, kind=PostingKind.CONCURRENT, share=Decimal("0.5"))
    assert posts.people_over_whole() == []


def test_shares_are_summed_day_by_day(office: Office, free: Post) -> None:
    """Two halves one after the other leave room for a third beside them; a half beside both at once does not."""
    home = Posting.objects.get(person=office.person("colleague"))
    posts.end_posting(actor=access.operator(), posting=home, on=DAY)
    half = Decimal("0.5")
    rooms = [
        posts.open_post(
            actor=access.operator(), unit=free.unit, code=f"r{number}", from_date=SINCE, name_ja="室"
        )
        for number in range(4)
    ]
    assign(office, rooms[0], until=LATER, share=half)
    assign(office, rooms[1], from_date=LATER, until=END, share=half)
    assign(office, rooms[2], until=END, kind=PostingKind.CONCURRENT, share=half)
    with pytest.raises(RuleBroken):
        assign(office, rooms[3], from_date=date(2025, 12, 1), until=END, share=Decimal("0.1"))
    assign(office, rooms[3], from_date=END, share=Decimal(1))


def test_the_home_post_of_somebody_on_dispatch_has_no_share(office: Office) -> None:
    person = office.person("colleague")
    home = Posting.objects.get(person=person)
    posts.end_posting(actor=access.operator(), posting=home, on=DAY)
    attached = posts.open_post(
        actor=access.operator(), unit=office.units["planning"], code="att", from_date=SINCE, name_ja="付"
    )
    host = posts.open_post(
        actor=access.operator(), unit=office.units["platform"], code="host", from_date=SINCE, name_ja="派遣先"
    )
    assign(office, attached, share=Decimal(0))
    assign(office, host, until=END, kind=PostingKind.DISPATCH)
    assert workplaces([person.pk], DAY)[person.pk].unit_id == office.units["platform"].pk
    assert [place.share for place in places([person.pk], DAY)[person.pk]] == [1, 0]
    assert workplaces([person.pk], date(2025, 3, 31))[person.pk].unit_id == office.units["services"].pk


def test_nobody_sits_in_a_post_twice_on_a_day(office: Office) -> None:
    with pytest.raises(RuleBroken, match="井上"):
        assign(office, office.posts["colleague"], share=Decimal(0))


def test_nobody_is_posted_before_they_are_employed(office: Office, free: Post) -> None:
    with pytest.raises(RuleBroken, match="井上"):
        assign(office, free, from_date=date(2024, 3, 31), until=SINCE, share=Decimal(0))


def test_a_post_has_to_be_open_for_the_whole_posting(office: Office, free: Post) -> None:
    posts.close_post(actor=access.operator(), post=free, on=END)
    with pytest.raises(RuleBroken, match="free"):
        assign(office, free, share=Decimal(0))
    assign(office, free, until=END, share=Decimal(0))


def test_a_posting_ends_once_and_after_it_began(office: Office) -> None:
    posting = Posting.objects.get(person=office.person("colleague"))
    for day in (SINCE, date(2024, 3, 1)):
        with pytest.raises(RuleBroken):
            posts.end_posting(actor=access.operator(), posting=posting, on=day)
    posts.end_posting(actor=access.operator(), posting=posting, on=DAY)
    with pytest.raises(RuleBroken):
        posts.end_posting(actor=access.operator(), posting=posting, on=LATER)
    posting.refresh_from_db()
    assert posting.until == DAY


def test_a_planner_posts_the_own_employers_staff_only(office: Office, free: Post) -> None:
    planner = office.viewer("planner")
    for actor, who in ((planner, "host_supervisor"), (office.viewer("manager"), "colleague")):
        with pytest.raises(PermissionDenied):
            posts.assign(actor=actor, person=office.person(who), post=free, from_date=DAY, share=Decimal(0))
    posts.assign(actor=planner, person=office.person("colleague"), post=free, from_date=DAY, share=Decimal(0))
    entry = Entry.objects.filter(verb="org.posting.open").first()
    assert entry is not None
    assert (entry.actor, entry.subject_id) == (
        office.user("planner"),
        str(office.person("colleague").public_id),
    )


def test_the_bulk_form_checks_the_postings_of_its_list(office: Office, free: Post) -> None:
    person = office.person("stranger")
    twice = [Posting(person=person, post=free, from_date=DAY, share=Decimal("0.4")) for _again in range(2)]
    too_much = [
        Posting(person=person, post=post, from_date=DAY, share=Decimal("0.6"))
        for post in (free, office.posts["owner"])
    ]
    too_early = [Posting(person=person, post=free, from_date=date(2020, 4, 1))]
    for postings in (twice, too_much, too_early):
        with pytest.raises(RuleBroken, match="上田"):
            posts.assign_all(actor=access.operator(), postings=postings)


def test_the_nightly_check_finds_whoever_exceeds_the_whole(office: Office, free: Post) -> None:
    person = office.person("stranger")
    Posting.objects.create(person=person, post=free, from_date=DAY, share=Decimal("0.2"))
    assert posts.people_over_whole() == [(person.pk, DAY)]
