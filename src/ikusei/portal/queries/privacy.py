"""What is kept about people, for what, on what ground, how long, and who can see it: read from the models and the roles.

Nothing here asks the database: the page says what the program is, not what somebody filled in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.apps import apps

from ikusei.lib.privacy import (
    ABSENCE,
    ACCOUNT,
    EVIDENCE,
    FILES,
    IDENTITY,
    KINDS,
    LEVELS,
    MAIL,
    PLACEMENT,
    PROTECTED,
    TRAIL,
    WISHES,
    WORK,
    DataKind,
)
from ikusei.org.access import RIGHTS, Right

SHOWN_BY: Mapping[str, frozenset[Right]] = MappingProxyType(
    {
        IDENTITY.key: frozenset({Right.PEOPLE_LIST, Right.PEOPLE_OPEN, Right.LEVELS_CONFIRM}),
        WORK.key: frozenset(
            {
                *(Right.PEOPLE_LIST, Right.PEOPLE_OPEN, Right.ORG_EDIT),
                *(Right.LEDGER_SEE, Right.CREDITS_RECORD, Right.HOST_WISH, Right.FAIRNESS_SEE),
            }
        ),
        ABSENCE.key: frozenset({Right.PEOPLE_OPEN}),
        LEVELS.key: frozenset(
            {Right.LEVELS_SEE, Right.LEVELS_CONFIRM, Right.LEVELS_COUNT, Right.CYCLE_RUN, Right.PROXY_ENTRY}
        ),
        EVIDENCE.key: frozenset({Right.LEVELS_SEE, Right.LEVELS_CONFIRM}),
        WISHES.key: frozenset({Right.WISH_COMMENT, Right.ROTATION_PLAN}),
        PLACEMENT.key: frozenset({Right.ROTATION_PLAN}),
        PROTECTED.key: frozenset({Right.ROTATION_PLAN}),
        ACCOUNT.key: frozenset({Right.GRANTS_MANAGE, Right.HOST_INVITE}),
        TRAIL.key: frozenset({Right.AUDIT_READ, Right.JOBS_SEE}),
        MAIL.key: frozenset({Right.NOTICES_SEE}),
        FILES.key: frozenset({Right.PEOPLE_IMPORT, Right.SHEET_IMPORT}),
    }
)
"""Kind of data -> the rights under which pages show it. A test holds this to all rights there are."""

SHOWS_NOBODY = frozenset({Right.OWN, Right.FRAMEWORK_EDIT, Right.EMPLOYERS_MANAGE})
"""The rights under which nobody else's data is shown."""

IN_NUMBERS = frozenset({Right.LEVELS_COUNT, Right.FAIRNESS_SEE})
"""The rights that show numbers of people only, small ones outside the viewer's scope in steps of five."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where one kind of data is kept: a table, and its fields that have a name for people."""

    table: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KindShown:
    """One kind of data as the page tells it; `roles` see it person by person, `in_numbers` as numbers only."""

    kind: DataKind
    kept: tuple[Kept, ...]
    roles: tuple[str, ...]
    in_numbers: tuple[str, ...]

    @property
    def by_own_choice(self) -> bool:
        """Whether others see of it what the person agreed to show, or handed in to them."""
        return self.kind == WISHES

    @property
    def by_section_alone(self) -> bool:
        """Whether not every planner sees it: those of the whole employer alone."""
        return self.kind == PROTECTED


def kinds_shown() -> list[KindShown]:
    """Every kind of data with what is kept of it and who can see it, in the reader's language. No query."""
    return [_shown(kind) for kind in KINDS]


def _shown(kind: DataKind) -> KindShown:
    rights = SHOWN_BY[kind.key]
    named = tuple(role for role, theirs in RIGHTS.items() if theirs & (rights - IN_NUMBERS))
    counting = tuple(role for role, theirs in RIGHTS.items() if theirs & rights and role not in named)
    return KindShown(
        kind=kind,
        kept=tuple(_kept(kind)),
        roles=tuple(str(role.label) for role in named),
        in_numbers=tuple(str(role.label) for role in counting),
    )


def _kept(kind: DataKind) -> list[Kept]:
    """The tables that keep a kind of data; those of the demonstration's own personas left out."""
    found = []
    for model in apps.get_models():
        said = getattr(model, "privacy", None)
        if not model.__module__.startswith("ikusei.") or said is None or model._meta.app_label == "demo":
            continue
        names = [name for name, theirs in said.items() if theirs == kind]
        if names:
            fields = [f for f in (*model._meta.fields, *model._meta.many_to_many) if f.name in names]
            # Fields that people never see by name have none.
            labels = [str(f.verbose_name) for f in fields if getattr(f, "_verbose_name", None) is not None]
            found.append(Kept(table=str(model._meta.verbose_name_plural), fields=tuple(labels)))
    return found
