"""A sheet to be entered for somebody: what is handed in so far, and what can be wished for."""

import uuid
from dataclasses import dataclass

from ikusei.org.access import Viewer
from ikusei.org.models import Person
from ikusei.rotation.access import is_section
from ikusei.rotation.models import Round
from ikusei.rotation.queries.wish_choices import choices_of
from ikusei.rotation.queries.wish_content import posts_named, sheet_beside, wishes_of
from ikusei.rotation.queries.wish_sheets import open_asked
from ikusei.rotation.wishing import Choices, Wishes


@dataclass(frozen=True, slots=True)
class EnteredSheet:
    """The page for entering a sheet. A draft of the person's stays unread: the fields are empty then."""

    round: Round
    person: Person
    wishes: Wishes
    revision: int
    choices: Choices
    is_begun: bool
    may_enter: bool


def entered_sheet(viewer: Viewer, *, round_id: uuid.UUID, person_id: uuid.UUID) -> EnteredSheet:
    """The sheet of somebody in a round, for the personnel section to enter. Raises NotVisible."""
    round_, person = open_asked(viewer, round_id=round_id, person_id=person_id)
    section = is_section(viewer, round_.employer)
    sheet = sheet_beside(person)
    is_filed = sheet is not None and sheet.handed_in_at is not None
    wishes = wishes_of(sheet, protected=section) if sheet is not None and is_filed else Wishes()
    return EnteredSheet(
        round=round_,
        person=person,
        wishes=wishes,
        revision=0 if sheet is None else sheet.revision,
        choices=choices_of(round_, more=posts_named([wishes])),
        is_begun=sheet is not None and not is_filed and sheet.revision > 0,
        may_enter=section and round_.opens_on <= viewer.today < round_.notice_on,
    )
