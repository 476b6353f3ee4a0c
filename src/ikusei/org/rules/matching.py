"""Who is in: one statement for the whole population, and how many fulfil each condition."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

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
    """How many people fulfil each condition alone, each group, and the whole rule. One query."""
    asked: dict[str, Any] = {"employed": Count("pk")}
    for number, group in enumerate(rule.groups):
        asked[f"group_{number}"] = Count("pk", filter=_all_of(group, on)) if group else Count("pk")
        for place, condition in enumerate(group):
            asked[f"group_{number}_{place}"] = Count("pk", filter=_q(condition, on))
    for place, condition in enumerate(rule.exceptions):
        asked[f"except_{place}"] = Count("pk", filter=_q(condition, on))
    in_a_group = _in_a_group(rule, on)
    asked["before"] = Count("pk", filter=in_a_group) if in_a_group else Count("pk")
    whole = in_a_group & ~_excepted(rule, on) if rule.exceptions else in_a_group
    asked["total"] = Count("pk", filter=whole) if whole else Count("pk")
    told = Person.objects.filter(_employed(on)).order_by().aggregate(**asked)
    return Counts(
        employed=told["employed"],
        total=told["total"],
        groups=tuple(
            tuple(told[f"group_{number}_{place}"] for place in range(len(group)))
            for number, group in enumerate(rule.groups)
        ),
        whole_groups=tuple(told[f"group_{number}"] for number in range(len(rule.groups))),
        exceptions=tuple(told[f"except_{place}"] for place in range(len(rule.exceptions))),
        excepted=told["before"] - told["total"],
    )


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
