"""A person's record, one's own, who looked, and what the personnel section records there."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from ikusei.audit.models import Entry
from ikusei.org import access
from ikusei.org.models import Employment, Leave, Posting, PostingKind, PostTerms, Purpose
from ikusei.org.models.person import LeaveKind
from ikusei.org.services import people, posts, units
from tests.office import SINCE, Office
from tests.page_client import Page, PageClient
from tests.query_counts import assert_query_count

pytestmark = pytest.mark.django_db

Clients = Callable[[str], PageClient]
SOON = date(2026, 7, 1)


def address(office: Office, who: str, rest: str = "") -> str:
    return f"/people/{office.person(who).public_id}/{rest}"


def table(page: Page, name: str) -> str:
    """What stands in a table of the page, "" where it has none of that name."""
    return " ".join(page.text(found) for found in page.find_all("table", id=name))


def test_a_record_shows_employment_postings_and_workplace(client_as: Clients, office: Office) -> None:
    page = client_as("manager").open(address(office, "owner"), language="en")
    assert "Hana Aoki" in page
    assert "アオキ ハナ" in page
    assert "Services Section" in table(page, "postings")
    assert "GovTech Aozora Platform Section" in table(page, "postings")
    assert "50%" in table(page, "postings")
    assert "80%" in table(page, "postings")
    assert "S-owner" in table(page, "employments")
    look = Entry.objects.get(verb="org.person.open")
    assert (look.subject_id, look.purpose) == (
        str(office.person("owner").public_id),
        Purpose.SUPERVISION,
    )


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 200), ("host_supervisor", 404), ("academy", 403), ("stranger", 404), ("executive", 404)],
)
def test_a_record_is_hidden_from_strangers_and_closed_to_those_who_only_list(
    client_as: Clients, office: Office, who: str, status: int
) -> None:
    client_as(who).open(address(office, "owner"), status=status)


def test_opening_ones_own_record_is_not_noted(client_as: Clients, office: Office) -> None:
    client_as("owner").open(address(office, "owner"))
    client_as("owner").open("/me/")
    assert not Entry.objects.filter(kind=Entry.Kind.LOOK).exists()


def test_what_begins_or_ends_after_today_is_for_the_personnel_section(
    client_as: Clients, office: Office
) -> None:
    home = Posting.objects.get(person=office.person("colleague"))
    posts.end_posting(actor=access.operator(), posting=home, on=SOON)
    post = posts.open_post(
        actor=access.operator(),
        unit=office.units["welfare"],
        code="secret",
        from_date=SINCE,
        name_ja="秘密の席",
        name_en="Secret seat",
    )
    posts.assign(actor=access.operator(), person=office.person("colleague"), post=post, from_date=SOON)
    people.change_employment(
        actor=access.operator(),
        employment=Employment.objects.get(person=office.person("colleague")),
        on=SOON,
        grade="主任",
    )
    url = address(office, "colleague")
    seen = client_as("planner").open(url, language="en")
    assert "Secret seat" in seen
    assert "senior staff" in seen
    assert "30 June 2026" in seen
    for who, where in (("manager", url), ("colleague", url), ("colleague", "/me/")):
        for day in ("2026-04-15", "2026-08-01"):
            page = client_as(who).open(where, on=day, language="en")
            for words in ("Secret seat", "senior staff", "30 June 2026", "1 July 2026"):
                assert words not in page


def test_whoever_may_read_a_ledger_finds_it_from_the_record(client_as: Clients, office: Office) -> None:
    url = f"/people/{office.person('owner').public_id}/ledger/"
    for who in ("manager", "planner"):
        assert f'href="{url}"' in client_as(who).open(address(office, "owner")).html
    for who in ("steward", "administrator"):
        assert url not in client_as(who).open(address(office, "owner")).html
    own = client_as("owner")
    for page in (own.open(address(office, "owner")), own.open("/me/")):
        assert 'href="/me/ledger/"' in page.html
    assert 'href="/wishes/"' in own.open("/me/").html


def test_a_right_beside_another_is_asked_for_where_roles_differ(office: Office) -> None:
    steward, manager = office.viewer("steward"), office.viewer("manager")
    both = access.Viewer(user=manager.user, person=manager.person, grants=(*steward.grants, *manager.grants))
    for who, may in (("owner", True), ("stranger", False)):
        found = access.may_also(
            both, access.Right.LEDGER_SEE, office.person(who), opened_by=access.Right.PEOPLE_OPEN
        )
        assert found is may


def test_the_agreed_end_of_a_dispatch_is_known(client_as: Clients, office: Office) -> None:
    Posting.objects.filter(person=office.person("owner"), post=office.posts["owner-platform"]).update(
        kind=PostingKind.DISPATCH, until=SOON
    )
    assert "30 June 2026" in client_as("manager").open(address(office, "owner"), language="en")


def test_past_places_keep_the_names_they_had(client_as: Clients, office: Office) -> None:
    home = Posting.objects.get(person=office.person("colleague"))
    posts.end_posting(actor=access.operator(), posting=home, on=date(2025, 4, 1))
    units.change_unit(
        actor=access.operator(), unit=office.units["services"], on=date(2025, 10, 1), name_en="Renamed"
    )
    posts.change_terms(
        actor=access.operator(),
        post=office.posts["owner"],
        on=date(2026, 1, 1),
        changes={"name_en": "Lead officer"},
    )
    colleague = table(client_as("planner").open(address(office, "colleague"), language="en"), "postings")
    assert "Services Section" in colleague
    assert "Renamed" not in colleague
    owner = table(client_as("planner").open(address(office, "owner"), language="en"), "postings")
    assert "Renamed" in owner
    assert "Lead officer" in owner
    before = client_as("planner").open(address(office, "owner"), on="2025-05-01", language="en")
    assert "Services Section" in table(before, "postings")


def test_the_kind_of_a_leave_is_for_the_person_and_the_personnel_section(
    client_as: Clients, office: Office
) -> None:
    people.record_leave(
        actor=access.operator(),
        person=office.person("owner"),
        kind=LeaveKind.CARE,
        from_date=date(2026, 4, 1),
        until=date(2026, 4, 20),
    )
    url = address(office, "owner")
    for who in ("owner", "planner", "administrator"):
        assert "care leave" in client_as(who).open(url, language="en")
    for who in ("manager", "steward"):
        page = client_as(who).open(url, language="en")
        assert "on leave" in page
        assert "care leave" not in page


def test_forms_are_offered_to_whoever_may_use_them(client_as: Clients, office: Office) -> None:
    url = address(office, "owner")
    form = f"{url}postings/new/"
    assert form in client_as("planner").open(url).links()
    assert form not in client_as("manager").open(url).links()
    for who, status in (("manager", 403), ("owner", 403), ("planner", 200), ("administrator", 200)):
        client_as(who).open(form, status=status)
    client_as("planner").open(address(office, "host_supervisor", "postings/new/"), status=404)


def test_a_posting_is_recorded_by_unit_and_post(client_as: Clients, office: Office) -> None:
    post = posts.open_post(
        actor=access.operator(), unit=office.units["welfare"], code="w-1", from_date=SINCE, name_ja="係"
    )
    client = client_as("planner")
    url = address(office, "colleague", "postings/new/")
    assert f"?unit={post.unit_id}" in client.open(url, q="福祉局").links()
    assert "No unit was found" in client.open(url, q="無い課", language="en")
    asked = {"post": post.pk, "from_date": "2026-05-01", "until": "2026-09-30", "kind": "concurrent"}
    refused = client.send(f"{url}?unit={post.unit_id}", {**asked, "share": "30"}, status=200)
    assert "井上 蓮" in refused
    home = Posting.objects.get(person=office.person("colleague"))
    home.share = Decimal("0.7")
    home.save()
    done = client.send(f"{url}?unit={post.unit_id}", {**asked, "share": "30"})
    assert done.response.headers["Location"] == address(office, "colleague")
    posting = Posting.objects.get(post=post)
    assert (posting.share, posting.from_date, posting.until) == (
        Decimal("0.300"),
        date(2026, 5, 1),
        date(2026, 10, 1),
    )


def test_a_posting_form_says_what_is_missing(client_as: Clients, office: Office) -> None:
    url = address(office, "colleague", f"postings/new/?unit={office.units['services'].pk}")
    page = client_as("planner").send(
        url, {"post": "999999", "from_date": "some day", "share": "120"}, status=200, language="en"
    )
    assert len(page.find_all("p", class_="field__error")) == 4


def test_a_posting_ends_on_its_last_day(client_as: Clients, office: Office) -> None:
    posting = Posting.objects.get(person=office.person("colleague"))
    url = address(office, "colleague", f"postings/{posting.pk}/end/")
    client_as("planner").send(url, {"on": "2026-06-30"})
    posting.refresh_from_db()
    assert posting.until == SOON
    assert "前日" in client_as("planner").send(url, {"on": "2027-01-01"}, status=200)
    theirs = Posting.objects.filter(person=office.person("stranger")).get()
    client_as("planner").open(address(office, "colleague", f"postings/{theirs.pk}/end/"), status=404)


def test_a_promotion_begins_a_new_employment(client_as: Clients, office: Office) -> None:
    row = Employment.objects.get(person=office.person("colleague"))
    url = address(office, "colleague", f"employments/{row.pk}/change/")
    asked = {"reason": "promoted", "category": "ict", "grade": "主任", "kind": "regular"}
    client_as("planner").send(url, {**asked, "on": "2026-04-01"})
    rows = Employment.objects.filter(person=office.person("colleague")).order_by("from_date")
    assert [row.grade for row in rows] == ["主事", "主任"]
    client_as("planner").send(url, {**asked, "on": "2020-04-01"}, status=200)


def test_a_leave_is_recorded(client_as: Clients, office: Office) -> None:
    url = address(office, "colleague", "leaves/new/")
    client_as("planner").send(url, {"kind": "childcare", "from_date": "2026-05-01", "until": "2026-05-31"})
    leave = Leave.objects.get()
    assert (leave.from_date, leave.until) == (date(2026, 5, 1), date(2026, 6, 1))
    page = client_as("planner").send(
        url, {"kind": "sick", "from_date": "2026-06-30", "until": "2026-06-01"}, status=200
    )
    assert page.find_all("ul", class_="form-errors")


def test_who_looked_is_told_but_not_looks_for_placement(client_as: Clients, office: Office) -> None:
    for who in ("manager", "planner", "steward"):
        client_as(who).open(address(office, "owner"))
    client_as("manager").open("/people/")
    page = client_as("owner").open("/me/looks/", language="en")
    looks = table(page, "looks")
    assert office.person("manager").name in looks
    assert office.person("steward").name in looks
    assert office.person("planner").name not in page.text()
    assert looks.count("personal record") == 2
    assert "before the notice" in page
    assert "Nobody has opened your data" in client_as("stranger").open("/me/looks/", language="en")


def test_ones_own_pages_need_a_person(client_as: Clients, office: Office) -> None:
    user = people.open_account(actor=access.operator(), email="boss@host.test", label="Boss")
    client = PageClient()
    client.force_login(user)
    for url in ("/me/", "/me/looks/"):
        client.open(url, status=403)


def test_a_post_without_terms_of_that_day_is_shown_by_its_code(client_as: Clients, office: Office) -> None:
    PostTerms.objects.filter(post=office.posts["owner"]).delete()
    shown = table(client_as("planner").open(address(office, "owner")), "postings")
    assert office.posts["owner"].code in shown


def test_what_a_record_costs_is_known(client_as: Clients, office: Office) -> None:
    for who in ("planner", "manager", "steward", "owner"):
        assert_query_count(f"person-{who}", client_as(who), address(office, "owner"))
    assert_query_count("me", client_as("owner"), "/me/")
    assert_query_count("looks", client_as("owner"), "/me/looks/")


def test_a_look_says_what_was_looked_at(client_as: Clients, office: Office) -> None:
    seen = {
        "org.person.open": "personal record",
        "skills.map.open": "skill map",
        "skills.evidence.list": "evidence of skills",
        "skills.confirmation.open": "answers and levels, to confirm them",
        "growth.plan.open": "plan of next steps",
    }
    viewer = office.viewer("manager")
    for verb in seen:
        access.note_person(viewer, access.Right.LEVELS_CONFIRM, office.person("owner"), verb=verb)
    access.flush_looks(viewer)
    page = client_as("owner").open("/me/looks/", language="en")
    assert all(page.html.count(f"<td>{words}</td>") == 1 for words in seen.values())
