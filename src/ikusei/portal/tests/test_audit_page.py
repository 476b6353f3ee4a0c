"""The audit trail as the auditor reads it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import ikusei
from ikusei.audit import services as audit
from ikusei.lib import clock
from ikusei.portal.verbs import VERBS
from ikusei.rotation.tests.ground import TODAY, open_round
from tests.office import Office
from tests.page_client import PageClient

type ClientAs = Callable[[object], PageClient]

SOURCE = Path(ikusei.__path__[0])
VERB = re.compile(r"verb(?:: str)? ?= ?\"([a-z.\-]+)\"")


def recorded_verbs() -> set[str]:
    """Every verb that the source writes out."""
    files = (path for path in SOURCE.rglob("*.py") if not {"tests", "migrations"} & set(path.parts))
    return {verb for path in files for verb in VERB.findall(path.read_text(encoding="utf-8"))}


def test_every_recorded_verb_has_words() -> None:
    assert len(recorded_verbs()) > 20
    assert recorded_verbs() - set(VERBS) == set()


def test_a_look_is_told_in_words_with_its_purpose(office: Office, client_as: ClientAs) -> None:
    client_as("manager").open(f"/people/{office.person('owner').public_id}/")
    page = client_as("auditor").open("/audit/", language="en", kind="look")
    assert "opened a person’s record" in page
    assert "leading a team" in page


def test_the_trail_is_narrowed_by_account(office: Office, client_as: ClientAs) -> None:
    client_as("manager").open(f"/people/{office.person('owner').public_id}/")
    auditor = client_as("auditor")
    own = auditor.open("/audit/", language="en", kind="look", account=office.user("manager").email)
    others = auditor.open("/audit/", language="en", kind="look", account=office.user("planner").email)
    assert "opened a person’s record" in own
    assert "No entry fits" in others


def test_a_day_that_is_none_is_told_and_nothing_breaks(office: Office, client_as: ClientAs) -> None:
    page = client_as("auditor").open("/audit/", language="en", since="yesterday")
    assert "Enter a valid date." in page


def test_the_first_day_of_the_calendar_is_no_error(office: Office, client_as: ClientAs) -> None:
    client_as("auditor").open("/audit/", since="0001-01-01", until="0001-01-01")


def test_the_trail_says_that_levels_were_changed_and_not_to_which(
    office: Office, client_as: ClientAs
) -> None:
    owner = office.person("owner").public_id
    for verb, after in (
        ("skills.answer.hand-in", {"progress": "handed-in", "levels": {"digital-strategy": "987段"}}),
        ("org.employment.change", {"grade": "主任654"}),
    ):
        audit.record(actor=None, verb=verb, subject_kind="person", subject_id=owner, after=after)
    page = client_as("auditor").open("/audit/")
    assert "digital-strategy" in page
    assert "987段" not in page.html
    assert "主任654" in page


def test_auditors_learn_of_their_own_placement_when_everybody_else_does(
    office: Office, client_as: ClientAs
) -> None:
    def entries(about: str) -> int:
        page = client_as("auditor").open("/audit/", subject=about)
        return sum(about in page.text(cell) for cell in page.find_all("td"))

    notice = open_round(office).notice_on
    mine, another = (str(office.person(key).public_id) for key in ("auditor", "owner"))
    with clock.fixed(TODAY):
        before = {one: entries(one) for one in (mine, another)}
        for one in (mine, another):
            client_as("planner").open(f"/people/{one}/")
            audit.record(
                actor=None,
                verb="org.posting.open",
                subject_kind="person",
                subject_id=one,
                after={"post": office.posts["steward"].pk, "from": "2026-04-01"},
            )

    for day, known in ((notice - timedelta(days=1), 0), (notice, 1), (date(2026, 4, 1), 2)):
        with clock.fixed(day):
            assert entries(mine) - before[mine] == known, f"of themselves on {day}"
            assert entries(another) - before[another] == 2, f"of another person on {day}"
