"""A rule filled in by hand, row by row: works by buttons alone, and answers at once where htmx is.

The caller posts the whole form to its own address; README.md of org shows the view.
"""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from ikusei.org.access import Viewer
from ikusei.org.rules import Condition, Counts, Rule, RuleUnreadable, parse
from ikusei.org.rules.form_rows import EXCEPT, IN_DATABASE, Row, Rows, read_row
from ikusei.org.rules.population import Preview, preview, rule_choices
from ikusei.org.rules.rule import MOST_CONDITIONS, MOST_GROUPS


class RuleForm:
    """A rule as a form: `data` is what was posted (None: nothing), `rule` what stood before."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        on: date,
        rule: Rule | None = None,
        prefix: str = "rule",
    ) -> None:
        self.prefix, self.on = prefix, on
        self.errors: list[str] = []
        self.seen: Preview | None = None
        self.is_bound = data is not None and f"{prefix}-groups" in data
        self._do = ""
        if data is not None and self.is_bound:
            # Pressed by hand ("-do"), or sent by htmx because something was changed ("-show").
            self._do = str(data.get(f"{prefix}-do") or data.get(f"{prefix}-show") or "")
            self.groups, self.exceptions = self._read(data)
        else:
            self.groups, self.exceptions = self._from_rule(rule)
        self._act()
        self._offer()

    @property
    def is_editing(self) -> bool:
        """Whether one of the builder's own buttons was pressed: show the form again, save nothing."""
        return bool(self._do)

    @property
    def has_one_group(self) -> bool:
        """Whether there is but one group, which cannot be removed."""
        return len(self.groups) == 1

    def rows(self) -> list[Row]:
        """Every row, group by group, then the exceptions."""
        return [row for part in (*self.groups, self.exceptions) for row in part.rows]

    def is_valid(self) -> bool:
        """Whether a whole rule was sent to be saved; what is missing stands in `errors` and beside its row."""
        return self.is_bound and not self.is_editing and self._checked is not None

    def rule(self) -> Rule:
        """The rule; only after `is_valid()`."""
        if self._checked is None:
            raise RuleUnreadable("", " ".join(self.errors))
        return self._checked

    @cached_property
    def _checked(self) -> Rule | None:
        for row in self.rows():
            row.error = "" if row.data() is not None else _("Choose a fact and a value, or remove the row.")
        if any(row.error for row in self.rows()):
            self.errors = [_("A condition is not complete.")]
            return None
        try:
            return parse(
                {
                    "groups": [[row.data() for row in group.rows] for group in self.groups],
                    "except": [row.data() for row in self.exceptions.rows],
                }
            )
        except RuleUnreadable as error:
            self.errors = [error.message]
            return None

    def preview(self, viewer: Viewer) -> Preview | None:
        """What the rule comes to as far as it is filled in, also beside the rows. Two queries, or none and None.

        Rows that are not complete yet count for nothing, and neither do groups of such rows alone.
        """
        groups = [group for group in self.groups if not group.rows or any(row.data() for row in group.rows)]
        exceptions = [row for row in self.exceptions.rows if row.data()]
        try:
            rule = parse(
                {
                    "groups": [[data for row in group.rows if (data := row.data())] for group in groups],
                    "except": [row.data() for row in exceptions],
                }
            )
        except RuleUnreadable:
            return None
        self.seen = preview(viewer, rule, on=self.on)
        self._count(self.seen.counts, groups, exceptions)
        return self.seen

    def _count(self, told: Counts, groups: list[Rows], exceptions: list[Row]) -> None:
        for group, numbers, whole in zip(groups, told.groups, told.whole_groups, strict=True):
            group.count = whole
            complete = [row for row in group.rows if row.data()]
            for row, number in zip(complete, numbers, strict=True):
                row.count = number
        for row, number in zip(exceptions, told.exceptions, strict=True):
            row.count = number
        self.exceptions.count = told.excepted

    def _from_rule(self, rule: Rule | None) -> tuple[list[Rows], Rows]:
        groups = [list(group) for group in rule.groups] if rule is not None else []
        made = [
            Rows(f"g{number}", [self._row(f"g{number}", place, one) for place, one in enumerate(group)])
            for number, group in enumerate(groups)
        ]
        if rule is None:
            made = [Rows("g0", [Row(self.prefix, "g0", 0)])]
        exceptions = rule.exceptions if rule is not None else ()
        return made, Rows(EXCEPT, [self._row(EXCEPT, place, one) for place, one in enumerate(exceptions)])

    def _row(self, place: str, number: int, condition: Condition) -> Row:
        values = [str(value) for value in condition.wanted]
        return Row(self.prefix, place, number, condition.fact.key, str(condition.how), values)

    def _read(self, data: Mapping[str, Any]) -> tuple[list[Rows], Rows]:
        sizes = [_size(part) for part in str(data[f"{self.prefix}-groups"]).split(".")[:MOST_GROUPS]]
        groups = [self._read_rows(data, f"g{number}", size) for number, size in enumerate(sizes)]
        return groups, self._read_rows(data, EXCEPT, _size(str(data.get(f"{self.prefix}-except", "0"))))

    def _read_rows(self, data: Mapping[str, Any], place: str, size: int) -> Rows:
        return Rows(place, [read_row(data, self.prefix, place, number) for number in range(size)])

    def _act(self) -> None:
        """Do what one of the builder's buttons asks: add a row or a group, remove one."""
        what, _dash, where = self._do.partition("-")
        if what == "group" and len(self.groups) < MOST_GROUPS:
            self.groups.append(Rows("", [Row(self.prefix, "", 0)]))
        elif what == "add" and len(self.rows()) < MOST_CONDITIONS:
            for part in self._parts():
                if part.place == where:
                    part.rows.append(Row(self.prefix, where, len(part.rows)))
        elif what == "remove":
            self.groups = [g for g in self.groups if g.place != where or self.has_one_group]
            for part in self._parts():
                part.rows = [row for row in part.rows if f"{row.place}-{row.number}" != where]
        for number, group in enumerate(self.groups):
            group.place = f"g{number}"
        for part in self._parts():
            for number, row in enumerate(part.rows):
                row.place, row.number = part.place, number

    def _parts(self) -> list[Rows]:
        return [*self.groups, self.exceptions]

    def _offer(self) -> None:
        """Read what there is to choose from, and let a newly chosen part of a unit take the place of that unit."""
        rows = [row for row in self.rows() if row.fact in IN_DATABASE]
        units = {int(value) for row in rows if row.fact == "unit" for value in row.values}
        choices = rule_choices({row.fact for row in rows}, units, on=self.on)
        for row in rows:
            row.choices = choices
            path = next((unit.path for unit in choices.units if str(unit.pk) == row.newest), "")
            row.values = [v for v in row.values if v == row.newest or f"/{v}/" not in path]


def _size(text: str) -> int:
    """How many rows were sent."""
    return min(int(text), MOST_CONDITIONS) if text.isascii() and text.isdecimal() and len(text) < 4 else 0
