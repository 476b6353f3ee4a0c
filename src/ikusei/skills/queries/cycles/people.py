"""The people of a cycle as a list, and one of them with everything that was decided about their part in it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ikusei.audit.models import Entry
from ikusei.lib.fields import pick_text
from ikusei.lib.text import search_key
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Person
from ikusei.org.queries.supervisors import Supervision, supervisors
from ikusei.skills.models import Cycle, Excuse, Participant, Progress
from ikusei.skills.queries.cycles.counting import MOVED
from ikusei.skills.queries.cycles.opening import participants, unit_names

SIZE = 50
MOST_WORDS = 6


class State(StrEnum):
    """What a list of the people of a cycle can be narrowed to."""

    ASKED = "asked"
    OPEN = "open"
    WAITING = "waiting"
    ANSWERING = "answering"
    HANDED_IN = "handed-in"
    CONFIRMED = "confirmed"
    MOVED = "moved"
    LEAVE = "leave"
    GONE = "gone"
    EXCUSED = "excused"
    JOINED = "joined"
    BY_HAND = "by-hand"
    EXTENDED = "extended"

    @property
    def label(self) -> Promise:
        """The state in words."""
        return LABELS[self]

    def condition(self, cycle: Cycle) -> Q:
        """The participants that are in the state."""
        if self is State.JOINED:
            return Q(added_on__gt=cycle.opens_on)
        return _CONDITIONS.get(self, Q(excuse="", progress=self.value))


LABELS = {
    State.ASKED: _("Asked"),
    State.OPEN: _("Not handed in"),
    State.WAITING: _("Not begun"),
    State.ANSWERING: _("Answering"),
    State.HANDED_IN: _("Waiting for confirmation"),
    State.CONFIRMED: _("Confirmed"),
    State.MOVED: _("Moved, not settled who confirms"),
    State.LEAVE: _("On long leave"),
    State.GONE: _("Left, or out of the rule"),
    State.EXCUSED: _("Excused by the steward"),
    State.JOINED: _("Came in after the opening"),
    State.BY_HAND: _("Added by hand"),
    State.EXTENDED: _("Given more time"),
}


_CONDITIONS = {
    State.ASKED: Q(excuse=""),
    State.OPEN: Q(excuse="", progress__in=(Progress.WAITING, Progress.ANSWERING)),
    State.MOVED: MOVED,
    State.LEAVE: Q(excuse=Excuse.LEAVE),
    State.GONE: Q(excuse__in=(Excuse.LEFT, Excuse.OUT)),
    State.EXCUSED: Q(excuse=Excuse.BY_HAND),
    State.BY_HAND: Q(added_by_hand=True),
    State.EXTENDED: Q(extended_until__isnull=False),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for in a cycle: words of names, a unit with all below it, a state."""

    text: str = ""
    unit_id: int | None = None
    state: State | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of a cycle in a list. `unit` is where they are confirmed."""

    public_id: UUID
    name: str
    kana: str
    unit_id: int | None
    unit: str
    progress: str
    progress_label: str
    excuse: str
    excuse_label: str
    moved_on: date | None
    is_settled: bool
    extended_until: date | None
    added_by_hand: bool
    joined: bool


def people_page(viewer: Viewer, cycle: Cycle, wanted: Wanted, *, number: int = 1) -> Page[PersonRow]:
    """One page of the people of a cycle, by reading of their names; the look is noted. Two queries.

    A page after the last gives the last.
    """
    rows = _found(viewer, cycle, wanted)
    pages: Paginator[Any] = Paginator(range(rows.count()), SIZE)
    page = pages.get_page(number)
    start = (page.number - 1) * SIZE
    ordered = (
        rows.select_related("person")
        .annotate(**unit_names("unit", viewer.today))
        .order_by("person__kana", "person__name", "person_id")
    )
    shown = list(ordered.fetch_mode(FETCH_RAISE)[start : start + SIZE])
    access.note_list(viewer, Right.CYCLE_RUN, verb="skills.cycle.people", count=len(shown))
    return Page([_row(row, cycle) for row in shown], page.number, pages)


def _found(viewer: Viewer, cycle: Cycle, wanted: Wanted) -> QuerySet[Participant]:
    rows = participants(viewer, cycle)
    if wanted.state is not None:
        rows = rows.filter(wanted.state.condition(cycle))
    if wanted.unit_id is not None:
        rows = rows.filter(unit_id__in=access.units_below([wanted.unit_id], viewer.today))
    words = [key for word in wanted.text.split()[:MOST_WORDS] if (key := search_key(word))]
    if words:
        named = Person.objects.order_by()
        for word in words:
            named = named.filter(search__contains=word)
        rows = rows.filter(person__in=named.values("pk"))
    return rows


def _row(row: Any, cycle: Cycle) -> PersonRow:
    return PersonRow(
        public_id=row.person.public_id,
        name=row.person.display_name,
        kana=row.person.kana,
        unit_id=row.unit_id,
        unit=pick_text({"ja": row.unit_ja or "", "en": row.unit_en or ""}),
        progress=row.progress,
        progress_label=row.get_progress_display(),
        excuse=row.excuse,
        excuse_label=row.get_excuse_display() if row.excuse else "",
        moved_on=row.moved_on,
        is_settled=row.unit_by_hand,
        extended_until=row.extended_until,
        added_by_hand=row.added_by_hand,
        joined=row.added_on is not None and row.added_on > cycle.opens_on,
    )


_DONE = {
    "add": _("added"),
    "excuse": _("excused"),
    "excuse-end": _("asked again"),
    "extend": _("given more time"),
    "move": _("moved to another unit"),
    "remove": _("taken out"),
    "settle": _("settled who confirms"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was decided about a person's part in a cycle: what, by whom, why."""

    entry: Entry
    reason: str

    @property
    def what(self) -> str:
        """What was done, in words."""
        kind = self.entry.verb.rpartition(".")[2]
        if kind == "excuse" and not (self.entry.after or {}).get("excuse"):
            kind = "excuse-end"
        return str(_DONE.get(kind, self.entry.verb))


@dataclass(frozen=True, slots=True)
class ParticipantPage:
    """One person of a cycle. `former` and `present` name units that may confirm; the leave is that of today."""

    participant: Participant
    unit: str
    former: str
    present_id: int | None
    present: str
    supervisors: list[Supervision]
    leave_from: date | None
    leave_until: date | None
    history: list[Event]

    @property
    def is_vacant(self) -> bool:
        """Whether nobody supervises the main posting."""
        return not self.supervisors or self.supervisors[0].is_vacant

    @property
    def units(self) -> dict[int, str]:
        """The units that may confirm: the one now, the one before the move, and where the person works today."""
        row = self.participant
        known = {row.unit_id: self.unit, row.former_unit_id: self.former, self.present_id: self.present}
        return {pk: name for pk, name in known.items() if pk is not None and name}


def participant_page(viewer: Viewer, participant: Participant) -> ParticipantPage:
    """Everything the steward needs to decide about one person of a cycle, opened by `opening.open_participant`."""
    told: Any = participant
    led_by = supervisors([participant.person_id], viewer.today).get(participant.person_id, [])
    return ParticipantPage(
        participant=participant,
        unit=pick_text({"ja": told.unit_ja or "", "en": told.unit_en or ""}),
        former=pick_text({"ja": told.former_ja or "", "en": told.former_en or ""}),
        present_id=led_by[0].unit_id if led_by else None,
        present=led_by[0].unit if led_by else "",
        supervisors=led_by,
        leave_from=told.leave_from,
        leave_until=told.leave_until,
        history=history(participant.cycle, participant.person),
    )


def history(cycle: Cycle, person: Person) -> list[Event]:
    """What was decided about somebody's part in a cycle, newest first. One query."""
    rows = (
        Entry.objects.filter(
            kind=Entry.Kind.CHANGE,
            subject_kind="person",
            subject_id=str(person.public_id),
            verb__startswith="skills.cycle.",
        )
        .select_related("actor")
        .order_by("-pk")
        .fetch_mode(FETCH_RAISE)
    )
    told = ((row, row.after or {}) for row in rows)
    return [
        Event(row, str(after.get("note", "")))
        for row, after in told
        if after.get("cycle") == str(cycle.public_id)
    ]
