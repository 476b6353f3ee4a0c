"""What every fact can do: read what it is compared with, find people in bulk, judge one record, say itself."""

from abc import ABC, abstractmethod
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ikusei.lib.dates import add_months
from ikusei.org.rules.record import Record
from ikusei.org.rules.words import Names, listed

MOST_VALUES = 300
MOST_MONTHS = 1200

type Wanted = tuple[str | int, ...]
type Choices = tuple[tuple[str, Promise | str], ...]


class How(StrEnum):
    """The ways in which a fact is compared; the value is the word in the JSON of a rule."""

    IS = "is"
    IS_NOT = "is_not"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"

    @property
    def label(self) -> Promise:
        """The way in words, for a select box."""
        return _HOWS[self]


_HOWS = {
    How.IS: _("is one of"),
    How.IS_NOT: _("is none of"),
    How.AT_LEAST: _("is at least"),
    How.AT_MOST: _("is at most"),
}


class WrongValue(ValueError):
    """A fact cannot be compared with this; the text says why."""


class Fact(ABC):
    """One thing that is recorded of people on a day."""

    key: ClassVar[str]
    label: ClassVar[Promise]
    hows: ClassVar[tuple[How, ...]]

    @abstractmethod
    def read(self, how: How, value: Any) -> Wanted:
        """What is compared with, from JSON. Raises WrongValue."""

    @abstractmethod
    def people(self, how: How, wanted: Wanted, on: date) -> Q:
        """The condition on Person, answered once for all people and not row by row."""

    @abstractmethod
    def holds(self, how: How, wanted: Wanted, record: Record) -> bool:
        """Whether the condition holds for one record: the same answer as `people` gives."""

    @abstractmethod
    def own(self, record: Record) -> list[str]:
        """What is recorded of the person, in the reader's words."""

    @abstractmethod
    def say(self, how: How, wanted: Wanted, names: Names) -> str:
        """The condition as a whole sentence in the reader's language."""

    def choices(self) -> Choices | None:
        """What there is to choose from, where that does not stand in the database."""
        return None


def either(values: list[str]) -> str:
    """Values of which one is enough: "A, B or C"."""
    if len(values) < 2:
        return "".join(values)
    return gettext("%(some)s or %(last)s") % {"some": listed(values[:-1]), "last": values[-1]}


class ListedFact(Fact):
    """A fact with values of which a person may have several at once; is_not means that they have none of them."""

    hows: ClassVar[tuple[How, ...]] = (How.IS, How.IS_NOT)
    of_numbers: ClassVar[bool] = False

    @abstractmethod
    def those(self, wanted: Wanted, on: date) -> QuerySet[Any, Any]:
        """The primary keys of the people who have one of the values, as a subquery."""

    @abstractmethod
    def values(self, record: Record) -> set[str | int]:
        """The values that a person has."""

    @abstractmethod
    def sentence(self, how: How) -> str:
        """The sentence with a place for %(values)s."""

    def value_label(self, value: str | int, names: Names) -> str:
        """One value in words."""
        chosen = dict(self.choices() or ())
        return str(chosen.get(str(value), value))

    def read(self, how: How, value: Any) -> Wanted:
        if not isinstance(value, list | tuple) or not value:
            raise WrongValue(gettext("A list with at least one value belongs here."))
        if len(value) > MOST_VALUES:
            raise WrongValue(gettext("At most %(most)s values belong here.") % {"most": MOST_VALUES})
        return tuple(self.read_one(one) for one in value)

    def read_one(self, value: Any) -> str | int:
        """One value. Raises WrongValue."""
        if self.of_numbers:
            if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
                raise WrongValue(gettext("Numbers belong here, not “%(value)s”.") % {"value": value})
            return value
        if not isinstance(value, str) or not value:
            raise WrongValue(gettext("Words belong here, not “%(value)s”.") % {"value": value})
        known = self.choices()
        if known is not None and value not in dict(known):
            raise WrongValue(
                gettext("“%(value)s” is none of: %(values)s.")
                % {"value": value, "values": listed(key for key, _label in known)}
            )
        return value

    def people(self, how: How, wanted: Wanted, on: date) -> Q:
        found = Q(pk__in=self.those(wanted, on))
        return ~found if how == How.IS_NOT else found

    def holds(self, how: How, wanted: Wanted, record: Record) -> bool:
        has_one = not self.values(record).isdisjoint(wanted)
        return has_one != (how == How.IS_NOT)

    def say(self, how: How, wanted: Wanted, names: Names) -> str:
        return self.sentence(how) % {"values": either([self.value_label(value, names) for value in wanted])}


YES, NO = "yes", "no"


class YesNoFact(Fact):
    """A fact that holds or does not."""

    hows = (How.IS,)
    yes: ClassVar[Promise]
    no: ClassVar[Promise]

    @abstractmethod
    def those(self, on: date) -> QuerySet[Any, Any]:
        """The primary keys of the people of whom it is so, as a subquery."""

    @abstractmethod
    def is_so(self, record: Record) -> bool:
        """Whether it is so."""

    def choices(self) -> Choices:
        return ((YES, _("yes")), (NO, _("no")))

    def read(self, how: How, value: Any) -> Wanted:
        if value not in ([YES], [NO], (YES,), (NO,)):
            raise WrongValue(gettext("Either [“yes”] or [“no”] belongs here."))
        return (value[0],)

    def people(self, how: How, wanted: Wanted, on: date) -> Q:
        found = Q(pk__in=self.those(on))
        return found if YES in wanted else ~found

    def holds(self, how: How, wanted: Wanted, record: Record) -> bool:
        return self.is_so(record) == (YES in wanted)

    def own(self, record: Record) -> list[str]:
        return [str(self.yes if self.is_so(record) else self.no)]

    def say(self, how: How, wanted: Wanted, names: Names) -> str:
        return str(self.yes if YES in wanted else self.no)


class NumberFact(Fact):
    """Whole months since a day; for whoever has no such day neither comparison holds."""

    hows = (How.AT_LEAST, How.AT_MOST)

    @abstractmethod
    def those(self, condition: str, day: date, on: date) -> QuerySet[Any, Any]:
        """The primary keys of the people whose day stands in a lookup ("lte", "gt") to this one, as a subquery."""

    @abstractmethod
    def since(self, record: Record) -> date | None:
        """The day from which is counted."""

    @abstractmethod
    def sentence(self, how: How, months: int) -> str:
        """The sentence for so many months."""

    def read(self, how: How, value: Any) -> Wanted:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_MONTHS:
            raise WrongValue(
                gettext("A whole number between 0 and %(most)s belongs here.") % {"most": MOST_MONTHS}
            )
        return (value,)

    def people(self, how: How, wanted: Wanted, on: date) -> Q:
        if how == How.AT_LEAST:
            return Q(pk__in=self.those("lte", _months_before(on, int(wanted[0])), on))
        return Q(pk__in=self.those("gt", _months_before(on, int(wanted[0]) + 1), on))

    def holds(self, how: How, wanted: Wanted, record: Record) -> bool:
        since = self.since(record)
        if since is None:
            return False
        if how == How.AT_LEAST:
            return since <= _months_before(record.on, int(wanted[0]))
        return since > _months_before(record.on, int(wanted[0]) + 1)

    def own(self, record: Record) -> list[str]:
        since = self.since(record)
        return [] if since is None else [months_in_words(whole_months(since, record.on))]

    def say(self, how: How, wanted: Wanted, names: Names) -> str:
        return self.sentence(how, int(wanted[0]))


def _months_before(on: date, months: int) -> date:
    return add_months(on, -months)


def whole_months(since: date, on: date) -> int:
    """The months completed between two days."""
    return (on.year - since.year) * 12 + on.month - since.month - (on.day < since.day)


def months_in_words(months: int) -> str:
    """So many months, in words."""
    return gettext("%(months)s months") % {"months": months}
