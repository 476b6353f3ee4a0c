"""A rule as data: read from JSON with clear errors, written back as it came."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ikusei.org.rules.facts import FACTS, Fact, How, Wanted, WrongValue
from ikusei.org.rules.words import listed

MOST_CONDITIONS = 60
MOST_GROUPS = 20


class RuleUnreadable(ValueError):
    """Data is no rule; `where` is the place in it ("groups[0][1].is"), the text says what is wrong there."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(message)
        self.where = where
        self.message = message

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on one fact: `wanted` are the values for is / is_not, one value for at_least / at_most."""

    fact: Fact
    how: How
    wanted: Wanted

    def data(self) -> dict[str, Any]:
        """The condition as JSON."""
        if self.how in {How.AT_LEAST, How.AT_MOST}:
            return {"fact": self.fact.key, str(self.how): self.wanted[0]}
        return {"fact": self.fact.key, str(self.how): list(self.wanted)}


@dataclass(frozen=True, slots=True)
class Rule:
    """Whoever is employed on the day and fulfils ALL conditions of ANY group, and NONE of the exceptions, is in."""

    groups: tuple[tuple[Condition, ...], ...]
    exceptions: tuple[Condition, ...] = ()

    def data(self) -> dict[str, Any]:
        """The rule as JSON; parse(rule.data()) == rule."""
        return {
            "groups": [[condition.data() for condition in group] for group in self.groups],
            "except": [condition.data() for condition in self.exceptions],
        }

    def conditions(self) -> Iterator[Condition]:
        """Every condition: group by group, then the exceptions."""
        for group in self.groups:
            yield from group
        yield from self.exceptions


EVERYBODY = Rule(groups=((),))
"""Everybody who is employed on the day."""


def parse(data: object) -> Rule:
    """The rule that JSON data says. Raises RuleUnreadable, which names the place and what is wrong there."""
    if not isinstance(data, Mapping):
        raise RuleUnreadable("", _("A rule is an object with groups of conditions."))
    unknown = set(data) - {"groups", "except"}
    if unknown:
        raise RuleUnreadable(str(min(unknown, key=str)), _("A rule has “groups” and “except” only."))
    groups = _list(data.get("groups"), "groups")
    if not groups or len(groups) > MOST_GROUPS:
        raise RuleUnreadable("groups", _("A rule has between 1 and %(most)s groups.") % {"most": MOST_GROUPS})
    rule = Rule(
        groups=tuple(_conditions(group, f"groups[{number}]") for number, group in enumerate(groups)),
        exceptions=_conditions(data.get("except", []), "except"),
    )
    if sum(1 for _condition in rule.conditions()) > MOST_CONDITIONS:
        raise RuleUnreadable(
            "groups", _("A rule has at most %(most)s conditions.") % {"most": MOST_CONDITIONS}
        )
    return rule


def _list(value: object, where: str) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise RuleUnreadable(where, _("A list belongs here."))
    return value


def _conditions(value: object, where: str) -> tuple[Condition, ...]:
    return tuple(_condition(row, f"{where}[{number}]") for number, row in enumerate(_list(value, where)))


def _condition(data: object, where: str) -> Condition:
    if not isinstance(data, Mapping):
        raise RuleUnreadable(where, _("A condition is an object with a fact and what it is compared with."))
    key = data.get("fact")
    if not isinstance(key, str) or key not in FACTS:
        raise RuleUnreadable(
            f"{where}.fact", _("There is no such fact; there are: %(facts)s.") % {"facts": listed(FACTS)}
        )
    fact = FACTS[key]
    asked = [name for name in data if name != "fact"]
    if len(asked) != 1 or asked[0] not in fact.hows:
        raise RuleUnreadable(
            where,
            _("The fact “%(fact)s” is compared in exactly one of these ways: %(ways)s.")
            % {"fact": key, "ways": listed(str(how) for how in fact.hows)},
        )
    how = How(asked[0])
    try:
        return Condition(fact=fact, how=how, wanted=fact.read(how, data[asked[0]]))
    except WrongValue as error:
        raise RuleUnreadable(f"{where}.{how}", str(error)) from None
