"""Which notices exist. An app declares its own in `mails.py`, where they are found at the first look.

    CYCLE_REMINDER = kind(
        "skills.cycle-reminder",
        label=_("Reminder of the self-assessment"),
        placeholders={"deadline": _("the last day to answer"), "link": _("the address of the page")},
        needed=("link",),
        quiet_days=3,
    )

The wording that Ikusei comes with lies in `templates/<app>/mail/<rest of the name>.<language>.txt` of that app: first
line the subject, an empty line, then the text, with placeholders in braces: {name}, {deadline}. {name}, the name of
whoever is written to, belongs to every kind. A mail never holds anybody's levels.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

type Text = str | Promise

LANGUAGES = (("ja", _("Japanese")), ("en", _("English")))
CODES = ("ja", "en")
"""The languages of letters, in the order in which one letter in both holds them."""


class UnknownKind(LookupError):
    """No app declares a notice of that name."""


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A declared notice: its placeholders with what they stand for, and those that no wording may leave out.

    Nobody gets the same kind twice within `quiet_days` days (0: no such rule), unless a caller says otherwise. What is
    `private` is between the people it names: no page lists who wrote to whom.
    """

    name: str
    label: Text
    placeholders: Mapping[str, Text]
    needed: tuple[str, ...]
    quiet_days: int
    private: bool = False

    def template(self, language: str) -> str:
        """The name of the file with the wording that Ikusei comes with."""
        app, _dot, rest = self.name.partition(".")
        return f"{app}/mail/{rest}.{language}.txt"


_kinds: dict[str, Kind] = {}


def kind(
    name: str,
    *,
    label: Text,
    placeholders: Mapping[str, Text],
    needed: tuple[str, ...] = (),
    quiet_days: int = 0,
    private: bool = False,
) -> Kind:
    """The notice now declared under a name of the form "app.what-it-says".

    Raises ValueError where a needed placeholder is not declared, or another notice has the name.
    """
    known = {"name": _("the name of whoever is written to"), **placeholders}
    if not set(needed) <= set(known):
        raise ValueError(f"{name} needs a placeholder that it does not declare.")
    made = Kind(name, label, MappingProxyType(known), needed, quiet_days, private)
    if name in _kinds and tuple(_kinds[name].placeholders) != tuple(known):
        raise ValueError(f"Two notices are called {name}.")
    _kinds[name] = made
    return made


def find_kind(name: str) -> Kind:
    """The notice of that name; raises UnknownKind."""
    _discover()
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(name) from None


def all_kinds() -> list[Kind]:
    """Every declared notice, by name."""
    _discover()
    return [_kinds[name] for name in sorted(_kinds)]


def private_kinds() -> list[str]:
    """The names of the notices that are between the people they name."""
    return [known.name for known in all_kinds() if known.private]


def label_of(name: str) -> str:
    """What people read for a notice, its name where it is not declared any more."""
    _discover()
    return str(_kinds[name].label) if name in _kinds else name


@cache
def _discover() -> None:
    autodiscover_modules("mails")
