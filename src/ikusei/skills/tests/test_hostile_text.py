"""What no keyboard types but a script sends: signs that no database or workbook holds, numbers beyond every column."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from openpyxl import load_workbook

from ikusei.skills.forms.self_assessment import NotUnderstood, messages_in
from ikusei.skills.models import Cycle
from ikusei.skills.queries.confirmation.sheet import own_sheet
from ikusei.skills.sheets.confirmation_sheet import COLUMNS
from ikusei.skills.tests.confirmation.cast import answers, participant, reviews
from tests.office import Office
from tests.page_client import PageClient

type ClientAs = Callable[[object], PageClient]
NOTE = [column.key for column in COLUMNS].index("note") + 1


def test_a_control_character_in_a_note_does_not_cost_the_supervisor_the_sheet(
    office: Office, cycle: Cycle
) -> None:
    said = answers(participant(cycle, office))[0]
    said.note = "a\x0bb"
    said.save()
    sheet = load_workbook(io.BytesIO(own_sheet(office.viewer("manager")))).worksheets[0]
    assert "ab" in [sheet.cell(row, NOTE).value for row in range(2, sheet.max_row + 1)]


def test_what_a_database_cannot_hold_is_left_out_of_a_reason(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    row = participant(cycle, office)
    said = answers(row)[0]
    decision = {
        f"seen-{said.skill_id}": said.statement_id,
        f"mark-{said.skill_id}": "",
        f"decision-{said.skill_id}": "ask",
        f"reason-{said.skill_id}": "a\0b",
    }
    client_as("manager").send(f"/confirmation/{row.person.public_id}/", decision)
    assert [one.reason for one in reviews(row)] == ["ab"]


def test_a_number_beyond_every_column_is_none_of_ours(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    message = json.dumps({"answers": [{"skill": 10**30, "level": 1, "note": "", "seen": 0}]})
    with pytest.raises(NotUnderstood):
        messages_in(message.encode())
    message = message.replace(str(10**30), str(answers(participant(cycle, office))[0].skill_id))
    answer = client_as("owner").post(
        f"/self-assessment/{10**30}/answers/", message, content_type="application/json"
    )
    assert answer.status_code == 404
