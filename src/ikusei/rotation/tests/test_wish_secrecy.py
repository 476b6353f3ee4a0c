"""A protected reason is read by the personnel section and its owner, and by nobody else, whichever way they come."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.core import mail, serializers
from openpyxl import load_workbook

from ikusei.audit.models import Entry
from ikusei.jobs.models import Event, Job
from ikusei.lib import clock
from ikusei.notices.models import Letter, Mailing
from ikusei.org import access
from ikusei.rotation.models import ProtectedReason
from ikusei.rotation.queries.wish_comments import comment_page
from ikusei.rotation.queries.wish_sheets import Wanted, sheet_list, whole_sheet
from ikusei.rotation.services.wish_files import list_file, own_form
from ikusei.rotation.services.wish_notices import remind_all, remind_sheets
from ikusei.rotation.services.wish_sheets import enter_sheet
from ikusei.rotation.tests.ground import TODAY, Ground, lay
from ikusei.rotation.tests.sheets import (
    OPEN,
    SECRET_WORDS,
    file_sheet,
    make_bureau_planner,
    wishes_of_owner,
)
from tests.office import CAST, Office
from tests.page_client import PageClient

type Clients = Callable[[str | None], PageClient]

LOOKED_AT = (
    "/", "/wishes/", "/wishes/comments/", "/wishes/comments/{round}/{owner}/", "/rotation/wishes/",
    "/rotation/wishes/?protected=on", "/rotation/wishes/{round}/{owner}/", "/people/{owner}/", "/people/?q=透析",
    "/people/{owner}/ledger/", "/people/{owner}/map/", "/people/{owner}/plan/", "/people/export/", "/audit/",
    "/operations/jobs/", "/notices/", "/me/changes/", "/me/looks/", "/rotation/posts/", "/privacy/",
)  # fmt: skip


@pytest.fixture
def laid(office: Office) -> Ground:
    """The round, with the owner's sheet and its protected reason in it."""
    ground = lay(office)
    file_sheet(ground)
    return ground


def cells_of(content: bytes) -> str:
    """Everything that stands in a workbook."""
    book = load_workbook(io.BytesIO(content))
    return "\n".join(
        str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value
    )


@pytest.mark.parametrize("key", [member.key for member in CAST if member.key not in {"owner", "planner"}])
def test_no_page_shows_it_to_others(laid: Ground, client_as: Clients, key: str) -> None:
    with clock.fixed(TODAY):
        if key == "academy":
            make_bureau_planner(laid)
        client = client_as(key)
        owner = str(laid.office.person("owner").public_id)
        for place in LOOKED_AT:
            url = place.replace("{round}", str(laid.round.public_id)).replace("{owner}", owner)
            answer = client.get(url)
            assert SECRET_WORDS not in answer.content.decode(errors="replace"), url


def test_its_owner_and_the_section_read_it(laid: Ground, client_as: Clients) -> None:
    with clock.fixed(TODAY):
        url = f"/rotation/wishes/{laid.round.public_id}/{laid.office.person('owner').public_id}/"
        assert SECRET_WORDS in client_as("planner").open(url).html
        assert SECRET_WORDS in client_as("owner").open("/wishes/").html


def test_a_planner_of_a_bureau_gets_neither_the_words_nor_that_there_are_any(
    laid: Ground, client_as: Clients
) -> None:
    with clock.fixed(TODAY):
        planner = make_bureau_planner(laid)
        owner = laid.office.person("owner")
        page = whole_sheet(planner, round_id=laid.round.public_id, person_id=owner.public_id)
        assert page.said is not None
        assert page.said.protected is None
        found = sheet_list(planner, Wanted())
        assert found is not None
        assert not found.may_see_protected
        assert [row.protected for row in found.page] == [False] * found.asked
        shown = client_as("academy").open("/rotation/wishes/")
        assert shown.find_all("input", name="protected") == []
        asked = sheet_list(planner, Wanted(protected=True))
        assert asked is not None
        assert list(asked.page) == [], "the filter tells nothing either"


def test_the_chief_reads_the_rest_of_the_sheet(laid: Ground) -> None:
    with clock.fixed(TODAY):
        page = comment_page(
            laid.office.viewer("manager"),
            round_id=laid.round.public_id,
            person_id=laid.office.person("owner").public_id,
        )
    assert page.said is not None
    assert page.said.concerns == "九月に試験"
    assert page.said.protected is None


def test_no_file_holds_it(laid: Ground) -> None:
    with clock.fixed(TODAY):
        planner = laid.office.viewer("planner")
        listed = cells_of(list_file(actor=planner, round_=laid.round))
        _round, content = own_form(
            actor=planner, round_id=laid.round.public_id, person_id=laid.office.person("owner").public_id
        )
    assert "九月に試験" in listed
    assert SECRET_WORDS not in listed
    assert "人事担当だけが読む" not in listed.partition("記入方法")[0]
    assert SECRET_WORDS not in cells_of(content)


def test_no_mail_holds_it(laid: Ground) -> None:
    with clock.fixed(date(2026, 1, 7)):
        remind_sheets(actor=laid.office.viewer("planner"), round_=laid.round)
        remind_all(actor=access.operator())
    rows = [*Mailing.objects.all(), *Letter.objects.all()]
    assert rows
    assert SECRET_WORDS not in serializers.serialize("json", rows)
    assert "九月に試験" not in serializers.serialize("json", rows)
    assert all(SECRET_WORDS not in str(one.message()) for one in mail.outbox)


def test_neither_the_trail_nor_jobs_nor_events_hold_a_word_of_a_sheet(laid: Ground) -> None:
    with clock.fixed(OPEN):
        enter_sheet(
            actor=laid.office.viewer("planner"),
            round_=laid.round,
            person=laid.office.person("colleague"),
            wishes=wishes_of_owner(laid),
            seen=0,
            said_by="井上 蓮",
        )
    rows = [*Entry.objects.all(), *Job.objects.all(), *Event.objects.all()]
    told = json.dumps(json.loads(serializers.serialize("json", rows)), ensure_ascii=False)
    assert "rotation.sheet.enter" in told
    for words in (SECRET_WORDS, "health", "九月に試験", "北部", "設計を学びたい"):
        assert words not in told


def test_the_search_finds_nobody_by_it(laid: Ground, client_as: Clients) -> None:
    with clock.fixed(TODAY):
        page = client_as("planner").open("/people/", q="透析")
    assert laid.office.person("owner").name not in page.html


def test_only_these_files_read_protected_reasons() -> None:
    """Whoever reads them somewhere else says so here, and who may see it."""
    room = Path(__file__).resolve().parents[1]
    source = room.parent
    reading = {
        str(path.relative_to(source))
        for path in source.rglob("*.py")
        if "ProtectedReason" in path.read_text(encoding="utf-8")
        and not {"tests", "migrations"} & set(path.relative_to(source).parts)
    }
    assert reading <= {
        "rotation/models/__init__.py",
        "rotation/models/wishes.py",
        "rotation/queries/picture.py",  # what it asks for, without words, for the rules
        "rotation/queries/wish_content.py",  # words, where `protected` says that they may be read
        "rotation/queries/wish_sheets.py",  # whether there is one, for the personnel section
        "rotation/services/wish_sheets.py",  # writing
        "demo/build/rotation_wishes.py",
    }


def test_a_draft_is_read_by_nobody_else(laid: Ground, client_as: Clients) -> None:
    file_sheet(laid, "colleague", hand_in=False)
    with clock.fixed(TODAY):
        place = f"{laid.round.public_id}/{laid.office.person('colleague').public_id}/"
        for key, url in (("planner", f"/rotation/wishes/{place}"), ("manager", f"/wishes/comments/{place}")):
            page = client_as(key).open(url)
            assert "九月に試験" not in page.html
            assert SECRET_WORDS not in page.html
        assert "九月に試験" not in cells_of(
            list_file(actor=laid.office.viewer("planner"), round_=laid.round)
        ).replace("九月に試験", "", 1), "the owner's alone"
    assert ProtectedReason.objects.count() == 2
