"""Keeping an open cycle in step with the record: who is new, gone, on leave, out of the rule, or has moved."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import batched

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.audit.models import Entry
from ikusei.lib import clock
from ikusei.org import rules
from ikusei.org.access import Viewer
from ikusei.org.models import Employment, Leave, Person
from ikusei.org.queries.workplace import main_units
from ikusei.skills.models import Cycle, Excuse, Participant, Phase, Progress
from ikusei.skills.services.cycles.errors import WrongPhase
from ikusei.skills.services.cycles.locking import lock_cycle
from ikusei.skills.services.cycles.recording import entry, record, require_runner

CHUNK = 2000
NOT_HANDED_IN = (Progress.WAITING, Progress.ANSWERING)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How many people were added, excused anew (by reason), asked again, and found in another unit."""

    added: int = 0
    excused: dict[str, int] = field(default_factory=dict)
    back: int = 0
    moved: int = 0

    @property
    def changed(self) -> int:
        """How many rows were written."""
        return self.added + sum(self.excused.values()) + self.back + self.moved


@dataclass(frozen=True, slots=True)
class Facts:
    """What the record says on a day: whom the rule takes in, who is employed, leaves that have begun, main units."""

    on: date
    inside: frozenset[int]
    employed: frozenset[int]
    leaves: dict[int, list[tuple[date, date | None]]]
    units: dict[int, tuple[int, date]]

    def is_away(self, person_id: int, deadline: date) -> bool:
        """Whether the person is, or was, on long leave on the last day to answer."""
        return any(
            begins <= deadline and (until is None or deadline < until)
            for begins, until in self.leaves.get(person_id, ())
        )


def refresh_cycle(*, actor: Viewer, cycle: Cycle) -> Refreshed:
    """What changed for the people of an open cycle; the second time on a day nothing does.

    Added, while people answer: whom the rule takes in now. Excused: whoever is employed no more, is on long leave on the
    last day to answer (asked again where the leave ends before), or left the rule without having begun. The unit follows
    the posting with the largest share, except where the steward settled it or all is confirmed. Raises WrongPhase.
    """
    require_runner(actor)
    with transaction.atomic():
        cycle = lock_cycle(cycle.pk)
        if not cycle.is_open:
            raise WrongPhase(_("The cycle is not open."))
        return refresh(actor, cycle, clock.today())


def refresh(actor: Viewer, cycle: Cycle, on: date) -> Refreshed:
    """The same within the caller's transaction, the cycle locked and the right checked."""
    rows = list(Participant.objects.filter(cycle=cycle).select_related("person").order_by("pk"))
    facts = _facts(cycle, {row.person_id for row in rows}, on)
    added = _add(cycle, facts, {row.person_id for row in rows}) if cycle.phase == Phase.SELF else 0
    entries: list[Entry] = []
    excused = _update_excuses(actor, cycle, facts, rows, entries)
    moved = _update_units(actor, cycle, facts, rows, entries)
    back = excused.pop("", 0)
    found = Refreshed(added=added, excused=excused, back=back, moved=moved)
    if found.changed:
        audit.record_all(entries)
        record(
            actor,
            "refresh",
            cycle,
            count=found.changed,
            after={"added": added, "excused": excused, "asked again": back, "moved": moved},
        )
    return found


def first_excuse(cycle: Cycle, facts: Facts, row: Participant) -> str:
    """Why nothing is awaited of somebody on a day, as the record has it; "" where something is."""
    person_id, begun = row.person_id, row.progress != Progress.WAITING
    if row.progress == Progress.CONFIRMED or row.excuse == Excuse.BY_HAND:
        return row.excuse
    if person_id not in facts.employed:
        return Excuse.LEFT
    if row.progress == Progress.HANDED_IN:
        return ""
    if person_id not in facts.inside and not begun and not row.added_by_hand:
        return Excuse.OUT
    deadline = max(cycle.self_until, row.extended_until or cycle.self_until)
    return Excuse.LEAVE if facts.is_away(person_id, deadline) else ""


def facts_of(cycle: Cycle, person_ids: Collection[int], on: date) -> Facts:
    """What the record says of a few people on a day, whether the rule takes them in or not."""
    people = Person.objects.filter(pk__in=person_ids)
    inside = rules.matching(rules.parse(cycle.population), on).filter(pk__in=people.values("pk"))
    return _read(frozenset(inside.values_list("pk", flat=True)), set(person_ids), on)


def _facts(cycle: Cycle, known: set[int], on: date) -> Facts:
    inside = frozenset(rules.matching(rules.parse(cycle.population), on).values_list("pk", flat=True))
    return _read(inside, known | inside, on)


def _read(inside: frozenset[int], people: set[int], on: date) -> Facts:
    outside = people - inside  # whoever the rule takes in is employed
    employed: set[int] = set(inside)
    for chunk in batched(outside, CHUNK):
        rows = Employment.objects.on(on).filter(person_id__in=chunk)
        employed.update(rows.values_list("person_id", flat=True))
    leaves: dict[int, list[tuple[date, date | None]]] = {}
    for person_id, begins, until in Leave.objects.filter(from_date__lte=on).values_list(
        "person_id", "from_date", "until"
    ):
        if person_id in people:
            leaves.setdefault(person_id, []).append((begins, until))
    units = main_units(sorted(people), on)
    return Facts(on=on, inside=inside, employed=frozenset(employed), leaves=leaves, units=units)


def _add(cycle: Cycle, facts: Facts, known: set[int]) -> int:
    """How many people were added: whom the rule takes in and who is not in the cycle."""
    rows = []
    for person_id in sorted(facts.inside - known):
        row = Participant(
            cycle=cycle,
            person_id=person_id,
            unit_id=facts.units.get(person_id, (None,))[0],
            added_on=facts.on,
        )
        row.excuse = first_excuse(cycle, facts, row)
        rows.append(row)
    Participant.objects.bulk_create(rows, batch_size=CHUNK)
    return len(rows)


def _update_excuses(
    actor: Viewer, cycle: Cycle, facts: Facts, rows: Iterable[Participant], entries: list[Entry]
) -> dict[str, int]:
    """New excuse -> how many people it came to hold for ("": those of whom something is awaited again)."""
    changes: dict[str, list[Participant]] = {}
    for row in rows:
        excuse = str(first_excuse(cycle, facts, row))
        if excuse != row.excuse:
            changes.setdefault(excuse, []).append(row)
            entries.append(
                entry(actor, "excuse", cycle, row, {"excuse": row.excuse}, {"excuse": excuse, "by": "rule"})
            )
    written: dict[str, int] = {}
    for excuse, theirs in changes.items():
        # Somebody may have begun since the rows were read: who has is not taken out.
        unless = ~Q(progress__in=_unless(excuse)) if excuse else Q()
        for chunk in batched([row.pk for row in theirs], CHUNK):
            number = Participant.objects.filter(unless, pk__in=chunk).update(excuse=excuse)
            written[excuse] = written.get(excuse, 0) + number
    return written


def _unless(excuse: str) -> tuple[Progress, ...]:
    """How far somebody must not be to be excused for a reason."""
    if excuse == Excuse.OUT:
        return (Progress.ANSWERING, Progress.HANDED_IN, Progress.CONFIRMED)
    return (Progress.CONFIRMED,) if excuse == Excuse.LEFT else (Progress.HANDED_IN, Progress.CONFIRMED)


def _update_units(
    actor: Viewer, cycle: Cycle, facts: Facts, rows: Iterable[Participant], entries: list[Entry]
) -> int:
    """How many people work in another unit now than the cycle says."""
    moved = []
    for row in rows:
        unit_id, since = facts.units.get(row.person_id, (None, None))
        settled = row.unit_by_hand or row.progress == Progress.CONFIRMED
        if unit_id is None or unit_id == row.unit_id or settled:
            continue
        before = {"unit": row.unit_id}
        if row.unit_id is not None:
            came_back = row.former_unit_id == unit_id
            row.former_unit_id = None if came_back else row.former_unit_id or row.unit_id
            row.moved_on = None if came_back else since
        row.unit_id = unit_id
        moved.append(row)
        entries.append(entry(actor, "move", cycle, row, before, {"unit": unit_id, "since": str(since)}))
    Participant.objects.bulk_update(moved, ("unit", "former_unit", "moved_on"), batch_size=500)
    return len(moved)
