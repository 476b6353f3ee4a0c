"""Before the notice (内示) nobody outside the personnel section learns of a move in any way; from that day on the right ones.

Somebody looks for their own move: a round with drafts, a restriction, a run of the planner, decisions and an order about
the `owner`, whose new post, decision number and draft carry words that stand nowhere else. Everybody then reads the
addresses of the table of permissions, mails, jobs and the trail: none of these words is there, and no answer differs by a
byte from what the same address answers where nothing was drafted, decided or ordered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client

from ikusei.audit.models import Entry
from ikusei.jobs.models import Job
from ikusei.jobs.progress import Progress
from ikusei.jobs.registry import find_task
from ikusei.jobs.services import run_waiting
from ikusei.lib import clock
from ikusei.notices.models import Bounce, Letter, LetterState, Mailing
from ikusei.org import access
from ikusei.org.models import Post, UnitKind
from ikusei.org.services import posts, units
from ikusei.rotation.models import (
    Draft,
    Order,
    PlanRun,
    Restriction,
    RestrictionKind,
    Verdict,
)
from ikusei.rotation.queries.standings import standings
from ikusei.rotation.queries.undelivered import undelivered
from ikusei.rotation.services import approval, orders
from ikusei.rotation.services.approval import Said
from ikusei.rotation.services.orders import Numbered
from ikusei.rotation.services.telling import tell_due
from ikusei.rotation.tests.approved import drafted, move
from ikusei.rotation.tests.ground import TODAY, open_round
from ikusei.skills.models import FrameworkVersion
from tests.office import SINCE, Office
from tests.page_client import PageClient
from tests.permissions import EVERYONE, NOBODY, TABLE, World, build_world
from tests.routes import address

type ClientAs = Callable[[object], PageClient]

NOTICE = date(2026, 3, 24)
POST_JA, POST_EN = "秘匿調整担当", "Clandestine Coordinator"
UNIT_JA, UNIT_EN = "潜航課", "Submarine Section"
DRAFT, NUMBER, REASON = "渡り鳥案", "極秘77号", "鶴の一声"
WORDS = (POST_JA, POST_EN, UNIT_JA, UNIT_EN, DRAFT, NUMBER, REASON)

MINE = (POST_JA, POST_EN, DRAFT, NUMBER, REASON)
"""The unit is in the tree for everybody to see; post, draft, number and reason stand on no page of theirs."""

TOKEN = re.compile(
    rb'(?<=csrfmiddlewaretoken" value=")[A-Za-z0-9]+|(?<=X-CSRFToken": ")[A-Za-z0-9]+'
    rb'|(?<=name="key" value=")[0-9a-f-]{36}|(?<=name="once_key" value=")[^"]+'
)
"""What is another one in every answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser gets."""

    status: int
    content: bytes


OUTSIDERS = tuple(role for role in EVERYONE if role != "planner")


@pytest.fixture
def world(office: Office, skill_map: FrameworkVersion) -> World:
    return build_world(office, skill_map)


@pytest.fixture
def post(world: World) -> Post:
    """The secret post. Its unit and itself are in the tree for everybody to see; that it is to be filled is not."""
    operator = access.operator()
    (unit,) = units.open_units(
        actor=operator,
        employer=world.office.employers["city"],
        specs=[units.UnitSpec("secret", "welfare", UnitKind.SECTION, UNIT_JA, UNIT_EN)],
        from_date=SINCE,
    ).values()
    return posts.open_post(
        actor=operator,
        unit=unit,
        code="secret:post",
        from_date=date(2026, 4, 1),
        name_ja=POST_JA,
        name_en=POST_EN,
    )


@pytest.fixture
def order(world: World, post: Post) -> Order:
    """The order by which the owner goes to the secret post, with all that led to it."""
    return _lay(world, post)


def _lay(world: World, post: Post) -> Order:
    office, ground = world.office, world.ground
    with clock.fixed(TODAY):
        planner = office.viewer("planner")
        draft = drafted(ground, name=DRAFT)
        going = move(draft, "owner", ground, to="owner")
        going.to_post, going.note = post, REASON
        going.save()
        other = move(draft, "colleague", ground, to="owner")
        forbid = Restriction.objects.create(
            round=ground.round,
            draft=draft,
            person=office.person("owner"),
            kind=RestrictionKind.FORBID,
            from_year=2026,
            until_year=2027,
            reason=REASON,
            author=office.user("planner"),
        )
        forbid.posts.add(post)
        PlanRun.objects.create(
            draft=draft,
            draft_revision=1,
            asked_by=office.user("planner"),
            problem={"posts": [POST_JA]},
            assignments={f"p{office.person('owner').pk}": [str(post.pk)]},
        )
        Draft.objects.filter(pk=draft.pk).update(owner=office.user("steward"))
        draft.refresh_from_db()
        draft.state = "section"
        draft.save()
        said = {going.pk: Said(Verdict.APPROVE), other.pk: Said(Verdict.REJECT, REASON)}
        draft = approval.decide(actor=planner, draft=draft, said=said, hand_on=True)
        assert [row.is_rejected for row in standings(draft)] == [False, True]
        numbered = Numbered(number=NUMBER, decided_on=TODAY)
        Draft.objects.filter(pk=draft.pk).update(owner=office.user("planner"))
        return orders.issue_orders(actor=planner, draft=draft, numbered=numbered).orders[0]


EVE = date(2026, 3, 23)
"""The last day on which nobody may know."""


type Asked = tuple[str, str, str]
"""Role, address, language."""


def _asked(world: World) -> Iterator[Asked]:
    """Every address of the table, and some with days to come, as the owner; as everybody else all that answers them.

    A refusal is the same page for every address; tests/test_permissions.py asks for all of them as everybody.
    """
    for row in TABLE:
        if row.method == "GET":
            url = address(row.route, row.arguments(world)) + row.query
            yield from ((role, url, "ja") for role in OUTSIDERS if role in ("owner", *row.may))
            yield from ((role, url, "en") for role in ("owner", "manager") if role in row.may)
    for url in ("/people/?q=owner", "/people/?on=2026-05-01", "/me/?on=2026-05-01", "/units/?on=2026-05-01"):
        yield from ((role, url, "ja") for role in OUTSIDERS)


def _answers(world: World, asked: Iterable[Asked]) -> dict[Asked, Answer]:
    """What each is answered on the eve of the notice; what reading leaves behind is not there for the next."""
    clients: dict[str, Client] = {}
    found = {}
    for role, url, language in asked:
        if role not in clients:
            clients[role] = Client(raise_request_exception=False)
            if role != NOBODY:
                clients[role].force_login(world.office.user(role))
        with clock.fixed(EVE), transaction.atomic():
            response: Any = clients[role].get(url, headers={"Accept-Language": language})
            parts = response.streaming_content if response.streaming else [response.content]
            found[role, url, language] = Answer(response.status_code, _plain(b"".join(parts)))
            transaction.set_rollback(True)
    return found


def _plain(content: bytes) -> bytes:
    """What stands in an answer, be it packed; without what is another one each time."""
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as packed:
            parts = [packed.read(name) for name in packed.namelist() if not name.startswith("docProps")]
        content = b"".join(parts)
    return TOKEN.sub(b"", content)


def test_no_answer_tells_anybody_outside_the_section_before_the_notice(world: World, post: Post) -> None:
    asked = sorted(set(_asked(world)))
    with transaction.atomic():
        _lay(world, post)
        answers = _answers(world, asked)
        transaction.set_rollback(True)
    words = [(word, word.encode()) for word in MINE]
    told = [
        (role, url, word)
        for (role, url, _language), answer in answers.items()
        for word, encoded in words
        if encoded in answer.content
    ]
    assert told == []
    # Asked for again where nothing is to be known. That something was done the auditor learns from the trail.
    answered = [
        (role, url, language)
        for role, url, language in asked
        if language == "ja" and role != "auditor" and answers[role, url, language].status not in (302, 403)
    ]
    assert len(answered) > len(OUTSIDERS) * 10
    before = _answers(world, answered)
    assert [key for key in answered if answers[key] != before[key]] == []


def test_the_words_are_there_to_be_found(world: World, order: Order, client_as: ClientAs) -> None:
    with clock.fixed(TODAY):
        pages = client_as("planner").open("/rotation/orders/").html
        assert order.draft is not None
        draft = client_as("planner").open(f"/rotation/drafts/{order.draft.public_id}/approval/").html
    assert POST_JA in pages
    assert NUMBER in pages
    assert DRAFT in draft
    assert REASON in draft


def test_no_mail_and_no_job_tells_before_the_notice(world: World, order: Order) -> None:
    for day in (TODAY, date(2026, 3, 23)):
        with clock.fixed(day):
            assert tell_due() == 0
            for name in ("rotation.notice", "rotation.orders-apply"):
                assert not any(find_task(name).run(Progress(), {}).values())
    run_waiting()
    assert not [letter for letter in mail.outbox if any(word in letter.body for word in WORDS)]
    assert not Letter.objects.filter(mailing__kind__startswith="rotation.notice").exists()
    for job in Job.objects.all():
        told = f"{job.label}{job.message}{job.result}{job.arguments}"
        assert not any(word in told for word in WORDS)


def test_the_trail_says_that_something_was_done_and_not_what(
    world: World, order: Order, client_as: ClientAs
) -> None:
    verbs = {"rotation.move.decide", "rotation.draft.approve", "rotation.order.issue"}
    entries = Entry.objects.filter(verb__in=verbs)
    assert {entry.verb for entry in entries} == verbs
    about = str(world.office.person("owner").public_id)
    for entry in entries:
        told = f"{entry.subject_id}{entry.before}{entry.after}"
        assert not any(word in told for word in (*WORDS, about))
    with clock.fixed(EVE):
        told = client_as("auditor").open("/audit/").html
    assert not any(word in told for word in MINE)


def test_on_the_day_of_the_notice_the_person_and_both_chiefs_know_and_nobody_else(
    world: World, order: Order, client_as: ClientAs
) -> None:
    with clock.fixed(NOTICE):
        mine = client_as("owner").open("/me/orders/")
        assert POST_JA in mine
        assert POST_JA in client_as("manager").open("/orders/team/")
        for role in OUTSIDERS:
            if role not in ("owner", "manager"):
                client = client_as(None if role == NOBODY else role)
                for url in ("/me/orders/", "/orders/team/"):
                    assert POST_JA not in client.get(url).content.decode()
        # The draft and its reasons stay the section's.
        for role, url in (("owner", "/me/orders/"), ("manager", "/orders/team/")):
            page = client_as(role).open(url).html
            assert not any(word in page for word in (DRAFT, REASON))


def test_the_notice_is_sent_once_to_each_and_names_their_own_post_alone(world: World, order: Order) -> None:
    with clock.fixed(NOTICE):
        assert tell_due() == 1
        assert tell_due() == 0
        run_waiting()
    (letter,) = Letter.objects.filter(mailing__kind="rotation.notice")
    assert letter.ref == str(world.office.person("owner").public_id)
    assert POST_JA in letter.context["orders"]["ja"]
    assert POST_EN in letter.context["orders"]["en"]
    colleague = world.office.person("colleague")
    for text in letter.context["orders"].values():
        assert colleague.name not in text
        assert (colleague.name_latin or "-") not in text
    world.ground.round.refresh_from_db()
    assert world.ground.round.noticed_at is not None


def test_a_notice_that_came_back_says_that_of_nobody_s_move(
    world: World, order: Order, client_as: ClientAs
) -> None:
    with clock.fixed(NOTICE):
        tell_due()
        letter = Letter.objects.select_related("mailing").get(mailing__kind="rotation.notice")
        Bounce.objects.create(letter=letter, address=letter.address, kind=Bounce.Kind.HARD, source="x")
        for role in ("academy", "steward", "administrator"):
            page = client_as(role).open("/notices/returned/")
            assert letter.address in page
            assert letter.mailing.label not in page
            assert str(letter.mailing.public_id) not in page.html


def test_who_was_never_told_is_not_told_of_a_cancellation_and_who_was_is(world: World, order: Order) -> None:
    office = world.office
    with clock.fixed(TODAY):
        planner = office.viewer("planner")
        numbered = Numbered(number="2", decided_on=TODAY)
        orders.cancel_order(actor=planner, order=order, numbered=numbered, reason=REASON)
    with clock.fixed(NOTICE):
        assert tell_due() == 0
        seat = orders.Seat(office.posts["owner"])
    again = Order.objects.create(
        round=order.round,
        number="3",
        decided_on=TODAY,
        effective_on=order.effective_on,
        notice_on=order.notice_on,
        person=order.person,
        to_post=seat.to_post,
        issued_by=order.issued_by,
    )
    with clock.fixed(NOTICE):
        assert tell_due() == 1
        orders.cancel_order(actor=office.viewer("planner"), order=again, numbered=numbered, reason="取りやめ")
        assert tell_due() == 1
    kinds = Letter.objects.filter(mailing__kind__startswith="rotation").values_list(
        "mailing__kind", flat=True
    )
    assert sorted(kinds) == ["rotation.notice", "rotation.notice-cancelled"]


def test_looks_made_for_placement_are_shown_from_the_next_notice_on(
    world: World, client_as: ClientAs
) -> None:
    office = world.office
    with clock.fixed(TODAY):
        url = f"/people/{office.person('owner').public_id}/"
        client_as("planner").open(url)
    name = str(office.user("planner"))
    for day, is_shown in ((TODAY, False), (date(2026, 3, 23), False), (NOTICE, True)):
        with clock.fixed(day):
            assert (name in client_as("owner").open("/me/looks/")) is is_shown
    with clock.fixed(NOTICE):
        client_as("planner").open(f"{url}?on=2026-03-01")
        shown = client_as("owner").open("/me/looks/")
        assert shown.text().count(name) == 1, "a look after the notice is made for the next round"


def test_a_notice_of_another_employer_shows_nothing(office: Office, client_as: ClientAs) -> None:
    round_ = open_round(office)
    round_.employer = office.employers["govtech"]
    round_.save()
    with clock.fixed(TODAY):
        client_as("planner").open(f"/people/{office.person('owner').public_id}/")
    with clock.fixed(NOTICE):
        assert str(office.user("planner")) not in client_as("owner").open("/me/looks/")


def test_whose_notice_did_not_arrive_is_read_by_the_section_alone(
    world: World, order: Order, client_as: ClientAs
) -> None:
    where = f"/rotation/orders/{order.public_id}/"
    with clock.fixed(NOTICE):
        planner = client_as("planner")
        tell_due()
        assert "did not arrive" not in planner.open("/rotation/orders/", language="en")
        letters = Letter.objects.filter(mailing__kind="rotation.notice")
        letters.update(state=LetterState.FAILED, problem="550 no such mailbox")
        page = planner.open("/rotation/orders/?state=problem", language="en")
        assert "1 person does not have the letter" in page
        assert "550 no such mailbox" in page
        assert page.find_all("a", href=where)
        client_as("host_supervisor").open("/rotation/orders/", status=403)
        letters.update(is_settled=True)
        assert "did not arrive" not in planner.open("/rotation/orders/", language="en")
        letters.update(is_settled=False)
    with clock.fixed(NOTICE + timedelta(days=100)):
        assert undelivered(world.office.viewer("planner")) == []


def test_a_letter_that_arrived_later_is_no_longer_told(world: World, order: Order) -> None:
    with clock.fixed(NOTICE):
        tell_due()
        Letter.objects.filter(mailing__kind="rotation.notice").update(state=LetterState.SKIPPED)
        (lost,) = undelivered(world.office.viewer("planner"))
        assert (lost.person, lost.order) == (order.person, order)
        first = Letter.objects.get(mailing__kind="rotation.notice")
        again = Mailing.objects.create(kind="rotation.notice-cancelled", created_at=clock.now())
        Letter.objects.create(mailing=again, ref=first.ref, name=first.name, state=LetterState.SENT)
        assert undelivered(world.office.viewer("planner")) == []
