"""Letters about preference sheets: who gets one, who does not and why, and each once by itself."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.lib import clock
from ikusei.notices.models import Letter, Mailing
from ikusei.notices.services import ListChanged
from ikusei.org import access
from ikusei.org.models import Leave
from ikusei.rotation.services import wish_notices as service
from ikusei.rotation.services.wish_comments import add_comment
from ikusei.rotation.tests.ground import Ground, lay
from ikusei.rotation.tests.sheets import OPEN, file_sheet
from tests.office import Office


@pytest.fixture
def laid(office: Office) -> Ground:
    """The round, with the owner's sheet handed in."""
    ground = lay(office)
    file_sheet(ground)
    return ground


def test_a_reminder_goes_to_those_who_have_not_handed_in(laid: Ground) -> None:
    Leave.objects.create(person=laid.office.person("steward"), kind="childcare", from_date=date(2025, 1, 1))
    with clock.fixed(OPEN):
        shown = service.preview_sheets(laid.office.viewer("planner"), laid.round)
        assert (shown.count, shown.refused_count) == (1, 2)
        mailing = service.remind_sheets(
            actor=laid.office.viewer("planner"), round_=laid.round, expect=shown.digest
        )
    told = {str(letter.ref): letter.reason for letter in Letter.objects.filter(mailing=mailing)}
    assert told[str(laid.office.person("colleague").public_id)] == ""
    reasons = {mailing.reasons[code]["en"] for code in told.values() if code}
    assert reasons == {"Has handed in already.", "Is on leave today."}


def test_a_list_that_changed_since_the_preview_is_not_sent(laid: Ground) -> None:
    with clock.fixed(OPEN):
        planner = laid.office.viewer("planner")
        shown = service.preview_sheets(planner, laid.round)
        file_sheet(laid, "colleague")
        with pytest.raises(ListChanged):
            service.remind_sheets(actor=planner, round_=laid.round, expect=shown.digest)
    assert not Mailing.objects.exists()


def test_chiefs_are_reminded_of_those_without_a_comment(laid: Ground) -> None:
    with clock.fixed(date(2026, 1, 12)):
        planner = laid.office.viewer("planner")
        shown = service.preview_comments(planner, laid.round)
        assert shown.count == 2, "the chief of the services section, and the bureau's head for the steward"
        add_comment(
            actor=laid.office.viewer("manager"),
            round_id=laid.round.public_id,
            person_id=laid.office.person("owner").public_id,
            opinion="stay",
            text="",
            last=0,
        )
        mailing = service.remind_comments(actor=planner, round_=laid.round)
    ref = str(laid.office.person("manager").public_id)
    assert Letter.objects.get(mailing=mailing, ref=ref).context["people"] == "1"


def test_after_the_days_nobody_is_reminded(laid: Ground) -> None:
    with clock.fixed(date(2026, 1, 20)):
        planner = laid.office.viewer("planner")
        assert service.preview_sheets(planner, laid.round).count == 0
        assert service.preview_comments(planner, laid.round).count == 0


def test_only_the_section_previews_and_sends(laid: Ground) -> None:
    for key in ("manager", "steward", "owner"):
        with clock.fixed(OPEN), pytest.raises(PermissionDenied):
            service.preview_sheets(laid.office.viewer(key), laid.round)
        with clock.fixed(OPEN), pytest.raises(PermissionDenied):
            service.remind_sheets(actor=laid.office.viewer(key), round_=laid.round)


def test_each_of_the_four_letters_goes_out_once_by_itself(laid: Ground) -> None:
    sent = Counter[str]()
    days = (
        *(date(2025, 11, 30), date(2025, 12, 1), date(2025, 12, 2), date(2026, 1, 6), date(2026, 1, 9)),
        *(date(2026, 1, 10), date(2026, 1, 12), date(2026, 1, 13), date(2026, 1, 16), date(2026, 1, 17)),
    )
    for day in days:
        with clock.fixed(day):
            sent[day.isoformat()] = service.remind_all(actor=access.operator())
    assert [day for day, count in sent.items() if count] == [
        "2025-12-01",
        "2026-01-06",
        "2026-01-10",
        "2026-01-13",
    ]
    kinds = Counter(Mailing.objects.values_list("kind", flat=True))
    assert kinds == {
        "rotation.sheets-opened": 1,
        "rotation.sheet-reminder": 1,
        "rotation.comment-reminder": 2,
    }


def test_a_night_without_a_worker_is_made_good(laid: Ground) -> None:
    with clock.fixed(date(2025, 12, 5)):
        assert service.remind_all(actor=access.operator()) == 1
    assert Mailing.objects.get().kind == "rotation.sheets-opened"
