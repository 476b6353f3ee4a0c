"""A rule in sentences, for a page."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from ikusei.org.rules.rule import Rule
from ikusei.org.rules.words import Names, names


@dataclass(frozen=True, slots=True)
class Description:
    """The sentences of each group (all of them hold) and of the exceptions (none of them holds)."""

    groups: tuple[tuple[str, ...], ...]
    exceptions: tuple[str, ...]


def names_of(on: date, *rules: Rule) -> Names:
    """What the employers and units of rules are called. One query at most."""
    wanted: dict[str, set[str | int]] = {"employer": set(), "unit": set()}
    for condition in (condition for rule in rules for condition in rule.conditions()):
        if condition.fact.key in wanted:
            wanted[condition.fact.key].update(condition.wanted)
    return names({str(code) for code in wanted["employer"]}, {int(pk) for pk in wanted["unit"]}, on)


def describe(rule: Rule, on: date) -> Description:
    """The rule in the reader's language. One query at most, for the names of employers and units."""
    called = names_of(on, rule)
    everybody = (_("Is employed on the day."),)
    return Description(
        groups=tuple(
            tuple(condition.fact.say(condition.how, condition.wanted, called) for condition in group)
            or everybody
            for group in rule.groups
        ),
        exceptions=tuple(
            condition.fact.say(condition.how, condition.wanted, called) for condition in rule.exceptions
        ),
    )
