"""Who is in a cycle and why, for the steward and for everybody who asks about themselves."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import FETCH_RAISE, F, FilteredRelation, Q
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ikusei.lib.dates import format_date
from ikusei.lib.text import search_key
from ikusei.org import access, rules
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.rules import Counts, Description, Explanation
from ikusei.skills.models import Cycle, Excuse, Participant, Phase

FOUND = 20
MOST_WORDS = 6
LATEST = 10


@dataclass(frozen=True, slots=True)
class Line:
    """A condition of the rule as a sentence, and how many people fulfil it alone."""

    sentence: str
    people: int


@dataclass(frozen=True, slots=True)
class Part:
    """A group of conditions with how many people fulfil all of them."""

    lines: list[Line]
    people: int


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody who was searched for: in the cycle or not, and why."""

    public_id: UUID
    name: str
    kana: str
    is_participant: bool
    explanation: Explanation
    verdict: str


@dataclass(frozen=True, slots=True)
class PopulationPage:
    """The rule of a cycle in words with its numbers of today."""

    on: date
    employed: int
    total: int
    excepted: int
    groups: list[Part]
    exceptions: list[Line]
    people_in: int


def population_page(viewer: Viewer, cycle: Cycle) -> PopulationPage:
    """The rule of a cycle as of today. Three queries."""
    rule = rules.parse(cycle.population)
    told, said = rules.counts(rule, viewer.today), rules.describe(rule, viewer.today)
    return PopulationPage(
        on=viewer.today,
        employed=told.employed,
        total=told.total,
        excepted=told.excepted,
        groups=_parts(said, told),
        exceptions=[Line(*pair) for pair in zip(said.exceptions, told.exceptions, strict=True)],
        people_in=Participant.objects.filter(cycle=cycle).count(),
    )


def _parts(said: Description, told: Counts) -> list[Part]:
    """Groups with their conditions; one without conditions takes in everybody employed."""
    return [
        Part([Line(*pair) for pair in zip(sentences, numbers or (told.employed,), strict=True)], whole)
        for sentences, numbers, whole in zip(said.groups, told.groups, told.whole_groups, strict=True)
    ]


def search(viewer: Viewer, cycle: Cycle, text: str) -> list[Found]:
    """Up to FOUND people whose name or staff number fits, in the cycle or not, each with why; the look is noted.

    Five queries at most.
    """
    people = access.people(viewer, Right.CYCLE_RUN)
    for word in text.split()[:MOST_WORDS]:
        if key := search_key(word):
            people = people.filter(search__contains=key)
    mine = FilteredRelation("participations", condition=Q(participations__cycle=cycle))
    rows = people.alias(mine=mine).annotate(
        row_id=F("mine__pk"), excuse=F("mine__excuse"), by_hand=F("mine__added_by_hand")
    )
    shown = list(rows.order_by("kana", "name", "pk").fetch_mode(FETCH_RAISE)[:FOUND])
    access.note_list(viewer, Right.CYCLE_RUN, verb="skills.cycle.why", count=len(shown))
    ids = [person.pk for person in shown]
    explained = rules.explain_all(rules.parse(cycle.population), ids, viewer.today) if ids else {}
    found = []
    for person in shown:
        known: Any = person
        row = _row(known.row_id, known.excuse, by_hand=known.by_hand)
        found.append(
            Found(
                public_id=person.public_id,
                name=person.display_name,
                kana=person.kana,
                is_participant=row is not None,
                explanation=explained[person.pk],
                verdict=verdict(cycle, row, explained[person.pk]),
            )
        )
    return found


def _row(pk: int | None, excuse: str, *, by_hand: bool) -> Participant | None:
    """What a verdict reads of somebody's row, where they have one."""
    return None if pk is None else Participant(pk=pk, excuse=excuse, added_by_hand=by_hand)


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """Whether a cycle asks the viewer, in one sentence, and why. `is_asked`: something is awaited or was given."""

    cycle: Cycle
    is_asked: bool
    sentence: str
    note: str
    explanation: Explanation


def own_answers(viewer: Viewer, *, public_id: UUID | None = None) -> list[OwnAnswer]:
    """Why the viewer is asked or not: by the cycle named, else by every open one, else by the last that was.

    Six queries at most, however many cycles are open.
    """
    if viewer.person is None:
        raise NotVisible("person")
    person_id = viewer.person.pk
    rows = Cycle.objects.exclude(phase=Phase.PLANNED).order_by("-opens_on", "-pk").fetch_mode(FETCH_RAISE)
    if public_id is not None:
        rows = rows.filter(public_id=public_id)
    last = list(rows[:LATEST])
    if public_id is not None and not last:
        raise NotVisible(str(public_id))
    chosen = [cycle for cycle in last if cycle.is_open] or last[:1]
    mine = {row.cycle_id: row for row in Participant.objects.filter(person_id=person_id, cycle__in=chosen)}
    parsed = [rules.parse(cycle.population) for cycle in chosen]
    explained = rules.explain_each(parsed, person_id, viewer.today) if chosen else []
    return [_own(cycle, mine.get(cycle.pk), why) for cycle, why in zip(chosen, explained, strict=True)]


def _own(cycle: Cycle, row: Participant | None, explanation: Explanation) -> OwnAnswer:
    return OwnAnswer(
        cycle=cycle,
        is_asked=row is not None and not row.excuse,
        sentence=own_verdict(cycle, row, explanation),
        note=row.note if row is not None else "",
        explanation=explanation,
    )


EXCUSED = {
    Excuse.LEAVE: _("In the cycle, and excused: on long leave on the last day to answer."),
    Excuse.LEFT: _("In the cycle, and excused: no longer employed."),
    Excuse.OUT: _("In the cycle, and excused: the rule does not take them in any more."),
    Excuse.BY_HAND: _("In the cycle, and excused by the steward."),
}
OWN_EXCUSED = {
    Excuse.LEAVE: _("You need not answer: you are on long leave on the last day to answer."),
    Excuse.LEFT: _("You need not answer: no employment of yours is recorded today."),
    Excuse.OUT: _("You need not answer any more: you are outside those who are asked now."),
    Excuse.BY_HAND: _("You need not answer: the skill steward has excused you."),
}


def verdict(cycle: Cycle, row: Participant | None, explanation: Explanation) -> str:
    """In one sentence: whether somebody is in a cycle, beyond what the rule says today."""
    if row is None:
        return str(_outside(cycle, explanation))
    if row.excuse:
        return str(EXCUSED[Excuse(row.excuse)])
    if row.added_by_hand:
        return gettext("In the cycle, added by hand.")
    if not explanation.is_in:
        return gettext("In the cycle, because they had begun before the rule ceased to take them in.")
    return gettext("In the cycle.")


def _outside(cycle: Cycle, explanation: Explanation) -> Promise | str:
    if explanation.is_in and cycle.phase == Phase.PLANNED:
        return _("Will be asked when the cycle opens, as the rule stands today.")
    if explanation.is_in and cycle.phase == Phase.SELF:
        return _("Not in the cycle yet: the rule takes them in, and the next nightly update adds them.")
    return _("Not in the cycle.")


def own_verdict(cycle: Cycle, row: Participant | None, explanation: Explanation) -> str:
    """The same, said to the person themselves."""
    if row is None:
        if explanation.is_in and cycle.phase == Phase.SELF:
            return gettext(
                "You are not asked yet: you have come in since the opening and are added overnight."
            )
        return gettext("You are not asked this time.")
    if row.excuse:
        return str(OWN_EXCUSED[Excuse(row.excuse)])
    if row.extended_until is not None:
        day = format_date(row.extended_until)
        return gettext("You are asked, and may answer until %(day)s.") % {"day": day}
    if row.added_by_hand:
        return gettext("You are asked: the skill steward has added you.")
    return gettext("You are asked.")
