"""One condition of a rule as it is being filled in: a fact, how it is compared, and its values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ikusei.org.forms.select import PlainSelect
from ikusei.org.job_types import job_type_name
from ikusei.org.rules.facts import FACTS, Fact, How, NumberFact, YesNoFact
from ikusei.org.rules.population import RuleChoices

EXCEPT = "x"
"""The place of a row among the exceptions; rows of groups stand at "g0", "g1" ..."""

IN_DATABASE = frozenset({"employer", "unit", "job_type", "entry_route"})


@dataclass(frozen=True, slots=True)
class Check:
    """One value to tick."""

    id: str
    value: str
    label: str
    is_chosen: bool


@dataclass(slots=True)
class Row:
    """One condition as it is being filled in; `count` people fulfil it alone, where that is known."""

    prefix: str
    place: str
    number: int
    fact: str = ""
    how: str = ""
    values: list[str] = field(default_factory=list)
    choices: RuleChoices = field(default_factory=RuleChoices)
    count: int | None = None
    error: str = ""
    newest: str = ""

    @property
    def name(self) -> str:
        """What the names and ids of the row's inputs begin with."""
        return f"{self.prefix}-{self.place}-{self.number}"

    @property
    def _fact(self) -> Fact | None:
        return FACTS.get(self.fact)

    def fact_select(self) -> SafeString:
        """The select box of facts."""
        options = [("", _("Choose a fact")), *((key, fact.label) for key, fact in FACTS.items())]
        return self._select("fact", options, self.fact)

    def how_select(self) -> SafeString | None:
        """The select box of the ways to compare, None where there is but one."""
        fact = self._fact
        if fact is None or len(fact.hows) < 2:
            return None
        return self._select("how", [(str(how), how.label) for how in fact.hows], self.how)

    def value_select(self) -> SafeString | None:
        """The select box of a value of which there is one: yes or no, or a grade that is the limit."""
        fact = self._fact
        if fact is None or not (isinstance(fact, YesNoFact) or self.is_limit):
            return None
        choices = fact.choices()
        return self._select("value", choices, self.values[0] if self.values else "") if choices else None

    def checks(self) -> list[Check]:
        """The values to tick: all of them, or the chosen ones where there are many."""
        fact = self._fact
        if fact is None or self.value_select() is not None or isinstance(fact, NumberFact):
            return []
        offered = self._many() if fact.key in IN_DATABASE else list(fact.choices() or ())
        known = {str(value): str(label) for value, label in offered}
        chosen = [(value, self._called(value)) for value in self.values if value not in known]
        rows = [
            (value, label) for value, label in known.items() if value in self.values or not self._has_many
        ]
        return [
            Check(f"id_{self.name}-value-{number}", value, label, value in self.values)
            for number, (value, label) in enumerate([*rows, *chosen])
        ]

    def more_select(self) -> SafeString | None:
        """The select box that adds a value, where there are many; None elsewhere."""
        if not self._has_many:
            return None
        chosen = set(self.values)
        if self.fact == "unit":
            units = self.choices.parts_of([int(value) for value in chosen])
            offered = [(str(unit.pk), unit.name) for unit in units]
        else:
            offered = [choice for choice in self._many() if choice[0] not in chosen]
        return self._select("more", [("", _("Add a value")), *offered], "")

    @property
    def is_number(self) -> bool:
        """Whether a number is typed."""
        return isinstance(self._fact, NumberFact)

    @property
    def months(self) -> str:
        """The number as it was typed."""
        return self.values[0] if self.values else ""

    @property
    def is_limit(self) -> bool:
        """Whether the value is a lowest or a highest one."""
        return self.how in {How.AT_LEAST, How.AT_MOST}

    @property
    def _has_many(self) -> bool:
        return self.fact in IN_DATABASE

    def _called(self, value: str) -> str:
        """What a value is called that is not offered any more."""
        if self.fact == "job_type":
            return job_type_name(value)
        return self.choices.closed.get(value, value) if self.fact == "unit" else value

    def _many(self) -> list[tuple[str, str]]:
        if self.fact == "unit":
            return [(str(unit.pk), unit.name) for unit in self.choices.units]
        return self.choices.listed.get(self.fact, [])

    def _select(self, part: str, options: Sequence[tuple[Any, Any]], value: str) -> SafeString:
        name = f"{self.name}-{part}"
        return PlainSelect(choices=options).render(name, value, {"id": f"id_{name}"})

    def data(self) -> dict[str, Any] | None:
        """The condition as JSON, None while something is missing."""
        fact = self._fact
        if fact is None or not self.values:
            return None
        if isinstance(fact, NumberFact):
            return {"fact": self.fact, self.how: int(self.months)} if self.months.isdecimal() else None
        if self.is_limit:
            return {"fact": self.fact, self.how: self.values[0]}
        whole = [int(value) for value in self.values] if self.fact == "unit" else self.values
        return {"fact": self.fact, self.how: whole}


@dataclass(slots=True)
class Rows:
    """The rows of one group, or of the exceptions."""

    place: str
    rows: list[Row]
    count: int | None = None


def read_row(data: Mapping[str, Any], prefix: str, place: str, number: int) -> Row:
    """One row as it was sent; what does not belong to its fact (any more) is left out."""
    row = Row(prefix, place, number)
    fact = FACTS.get(str(data.get(f"{row.name}-fact", "")))
    if fact is None:
        return row
    row.fact = fact.key
    how = str(data.get(f"{row.name}-how", ""))
    row.how = how if how in fact.hows else str(fact.hows[0])
    if isinstance(fact, NumberFact):
        row.values = [text] if (text := str(data.get(f"{row.name}-months", "")).strip()[:4]) else []
        return row
    more = str(data.get(f"{row.name}-more", ""))
    sent = [*_all(data, f"{row.name}-value"), more]
    row.values = [value for value in dict.fromkeys(sent) if value and _belongs(fact, value)]
    row.newest = more if more in row.values else ""
    if row.value_select() is not None:
        row.values = row.values[:1] or [str((fact.choices() or ())[0][0])]
    return row


def _all(data: Mapping[str, Any], name: str) -> list[str]:
    """Every value sent under a name."""
    if hasattr(data, "getlist"):
        return [str(value) for value in data.getlist(name)]
    value = data.get(name, [])
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _belongs(fact: Fact, value: str) -> bool:
    """Whether a value can be one of a fact's: another fact may have been chosen since it was ticked."""
    if fact.key == "unit":
        return value.isascii() and value.isdecimal() and len(value) < 16
    choices = fact.choices()
    return choices is None or value in dict(choices)
