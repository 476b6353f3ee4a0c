"""Why somebody is in or not: every condition with its answer and what is recorded of the person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ikusei.org.models import Person
from ikusei.org.rules.describing import names_of
from ikusei.org.rules.record import Record, records
from ikusei.org.rules.rule import Condition, Rule
from ikusei.org.rules.words import Names, listed, sentences

type Said = tuple[Condition, str]
"""A condition and its sentence."""


@dataclass(frozen=True, slots=True)
class Line:
    """One condition as a sentence, whether it holds, and what is recorded of the person on the day."""

    sentence: str
    holds: bool
    own: str


@dataclass(frozen=True, slots=True)
class Group:
    """The conditions of one group; it holds where all of them do."""

    holds: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a person is in, and why; `reason` says it in one sentence."""

    person_id: int
    on: date
    is_in: bool
    is_employed: bool
    groups: tuple[Group, ...]
    exceptions: tuple[Line, ...]
    reason: str


def explain(rule: Rule, person_id: int, on: date) -> Explanation:
    """Why one person is in or not on a day, also for somebody whom nobody employs. Three queries at most.

    Whether the viewer may know is the caller's question, and so is the day (`asof.readable_day`).
    """
    return explain_all(rule, [person_id], on)[person_id]


def explain_all(
    rule: Rule, people: Collection[int] | QuerySet[Person, int], on: date
) -> dict[int, Explanation]:
    """The explanations for many people at once, by primary key. Three queries at most, however many they are.

    A queryset of primary keys leaves out whoever nothing is recorded of.
    """
    called = names_of(on, rule)
    return _explained(rule, called, records(people, on))


def explain_each(rules: Sequence[Rule], person_id: int, on: date) -> list[Explanation]:
    """The explanations of several rules for one person, in the order of the rules. Three queries at most."""
    called, known = names_of(on, *rules), records([person_id], on)
    return [_explained(rule, called, known)[person_id] for rule in rules]


def _explained(rule: Rule, called: Names, known: dict[int, Record]) -> dict[int, Explanation]:
    # Said once for everybody: translating a sentence costs more than judging a record.
    groups = [[_said(condition, called) for condition in group] for group in rule.groups]
    exceptions = [_said(condition, called) for condition in rule.exceptions]
    return {person_id: _explanation(groups, exceptions, record) for person_id, record in known.items()}


def _said(condition: Condition, called: Names) -> Said:
    return condition, condition.fact.say(condition.how, condition.wanted, called)


def _explanation(asked: list[list[Said]], but: list[Said], record: Record) -> Explanation:
    own: dict[str, str] = {}
    groups = []
    for conditions in asked:
        lines = tuple(_line(condition, record, own) for condition in conditions)
        groups.append(Group(holds=all(line.holds for line in lines), lines=lines))
    exceptions = tuple(_line(condition, record, own) for condition in but)
    is_employed = bool(record.employments)
    is_in = (
        is_employed
        and any(group.holds for group in groups)
        and not any(exception.holds for exception in exceptions)
    )
    return Explanation(
        person_id=record.person_id,
        on=record.on,
        is_in=is_in,
        is_employed=is_employed,
        groups=tuple(groups),
        exceptions=exceptions,
        reason=_reason(groups, exceptions, is_employed=is_employed),
    )


def _line(said: Said, record: Record, own: dict[str, str]) -> Line:
    """The line of one condition; `own` keeps what was said of each fact of this person already."""
    condition, sentence = said
    fact = condition.fact
    if fact.key not in own:
        recorded = list(dict.fromkeys(fact.own(record)))
        own[fact.key] = listed(recorded) if recorded else _("nothing recorded")
    return Line(
        sentence=sentence,
        holds=fact.holds(condition.how, condition.wanted, record),
        own=own[fact.key],
    )


def _reason(groups: list[Group], exceptions: tuple[Line, ...], *, is_employed: bool) -> str:
    """The one sentence that says why; of several groups that fail, the one that fails least is told."""
    if not is_employed:
        return _("Not in, because nobody employs the person on this day.")
    whole = next((group for group in groups if group.holds), None)
    if whole is None:
        nearest = min(groups, key=lambda group: sum(not line.holds for line in group.lines))
        failed = sentences(line.sentence for line in nearest.lines if not line.holds)
        return _("Not in, because this does not hold: %(conditions)s") % {"conditions": failed}
    excepted = sentences(line.sentence for line in exceptions if line.holds)
    if excepted:
        return _("Not in, because an exception holds: %(conditions)s") % {"conditions": excepted}
    if not whole.lines:
        return _("In, because everybody is in who is employed on this day.")
    held = sentences(line.sentence for line in whole.lines)
    return _("In, because this holds: %(conditions)s") % {"conditions": held}
