"""Who is in: one statement for the whole population, and how many fulfil each condition."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, Q, QuerySet, Value, When

from ikusei.org.models import Employment, Person
from ikusei.org.rules.rule import Condition, Rule


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of people employed on the day: all, those in, and those who fulfil each condition and group alone.

    `groups[g][c]` and `exceptions[c]` stand beside the conditions of the rule; `whole_groups[g]` fulfil group g whole,
    exceptions not yet taken off; `excepted` would be in, were there no exceptions.
    """

    employed: int
    total: int
    groups: tuple[tuple[int, ...], ...]
    whole_groups: tuple[int, ...]
    exceptions: tuple[int, ...]
    excepted: int


def matching(rule: Rule, on: date) -> QuerySet[Person]:
    """The people whom a rule takes in on a day, in no order. One statement, whatever is asked of it.

    Only people whom somebody employs on the day. What is recorded for days to come is secret before the notice: take
    the day from `asof.readable_day` wherever a viewer names it.
    """
    return Person.objects.filter(_employed(on), _in_a_group(rule, on), ~_excepted(rule, on)).order_by()


def counts(rule: Rule, on: date) -> Counts:
    """How many people fulfil each condition alone, each group, and the whole rule. One query.

    The database judges each condition once a person and counts how many people answer alike; the sums are made of that.
    """
    asked = list(rule.conditions())
    flags = {
        f"flag_{number}": Case(When(_q(condition, on), then=Value(1)), default=Value(0))
        for number, condition in enumerate(asked)
    }
    employed = Person.objects.filter(_employed(on)).order_by()
    if flags:
        alike = employed.annotate(**flags).values(*flags).annotate(people=Count("pk"))
        answers = [(row[:-1], row[-1]) for row in alike.values_list(*flags, "people")]
    else:
        answers = [((), employed.count())]
    return _summed(rule, answers)


def _summed(rule: Rule, answers: list[tuple[tuple[int, ...], int]]) -> Counts:
    """The numbers of a rule, from the answers to its conditions (1 or 0, in their order) and how many gave them."""
    places = iter(range(sum(1 for _condition in rule.conditions())))
    groups = [[next(places) for _condition in group] for group in rule.groups]
    exceptions = [next(places) for _condition in rule.exceptions]

    def people(holds: Callable[[tuple[int, ...]], bool]) -> int:
        return sum(number for answer, number in answers if holds(answer))

    def in_a_group(answer: tuple[int, ...]) -> bool:
        return any(all(answer[place] for place in group) for group in groups)

    before = people(in_a_group)
    total = people(lambda answer: in_a_group(answer) and not any(answer[place] for place in exceptions))
    return Counts(
        employed=people(lambda _answer: True),
        total=total,
        groups=tuple(tuple(people(_at(place)) for place in group) for group in groups),
        whole_groups=tuple(people(_all_at(group)) for group in groups),
        exceptions=tuple(people(_at(place)) for place in exceptions),
        excepted=before - total,
    )


def _at(place: int) -> Callable[[tuple[int, ...]], bool]:
    return lambda answer: bool(answer[place])


def _all_at(group: list[int]) -> Callable[[tuple[int, ...]], bool]:
    return lambda answer: all(answer[place] for place in group)


def _employed(on: date) -> Q:
    return Q(pk__in=Employment.objects.on(on).order_by().values("person_id"))


def _q(condition: Condition, on: date) -> Q:
    return condition.fact.people(condition.how, condition.wanted, on)


def _all_of(group: tuple[Condition, ...], on: date) -> Q:
    found = Q()
    for condition in group:
        found &= _q(condition, on)
    return found


def _in_a_group(rule: Rule, on: date) -> Q:
    """The condition to be in one of the groups; a group without conditions takes in everybody."""
    found = Q()
    for group in rule.groups:
        if not group:
            return Q()
        found |= _all_of(group, on)
    return found


def _excepted(rule: Rule, on: date) -> Q:
    found = Q(pk__in=())
    for condition in rule.exceptions:
        found |= _q(condition, on)
    return found
