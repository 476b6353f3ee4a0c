"""The rule in force in words, its versions, and what other terms would change today for everybody."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter

from django.db.models import FETCH_RAISE
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Person
from ikusei.skills.deriving import FIELDS, Standing, Statement, Terms, standing_on
from ikusei.skills.models import Assessment, EvidenceGrade, LevelRule
from ikusei.skills.queries.levels import terms_and_number
from ikusei.skills.queries.maps.catalogue import Catalogue, catalogue_on

EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class RulePage:
    """The rule in force: its sentences in the order in which they are applied, and the versions, newest first."""

    number: int
    sentences: tuple[str, ...]
    stale: tuple[tuple[str, str], ...]
    versions: tuple[LevelRule, ...]


def rule_page() -> RulePage:
    """The rule as everybody may read it."""
    terms, number = terms_and_number()
    return RulePage(
        number=number,
        sentences=sentences(terms),
        stale=tuple(
            (str(grade.label), _months(terms.stale_months[grade]))
            for grade in EvidenceGrade
            if grade in terms.stale_months
        ),
        versions=tuple(LevelRule.objects.select_related("published_by").fetch_mode(FETCH_RAISE)[:20]),
    )


def sentences(terms: Terms) -> tuple[str, ...]:
    """The rule in sentences that can be read aloud."""
    said = [
        _(
            "What somebody other than the person said last counts. If two people said something on the same day, the "
            "one with the stronger evidence counts."
        )
    ]
    if terms.shares:
        said.append(
            _(
                "Within one cycle a second rater counts first; of several supervisors, the one who leads the larger "
                "share of the person's time."
            )
        )
    if terms.certificates:
        said.append(
            _("While a certificate is valid, the level is at least the one that the certificate stands for.")
        )
    said += [
        _(
            "If nobody else has said anything, the person's own latest assessment counts and is shown as not confirmed."
        ),
        _(
            "A level whose evidence has run out is marked as expired; a level that was last assessed too long ago is "
            "marked as stale. Both stay visible, but an expired one is not counted among those who cover a skill."
        ),
        _("Nothing is overwritten: every statement stays, and the page behind a level shows them all."),
    ]
    return tuple(said)


@dataclass(frozen=True, slots=True)
class Change:
    """One level that other terms would change today."""

    person: Person
    skill: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What other terms would change today: levels up and down, marks that come and go, people touched, examples."""

    levels: int
    up: int
    down: int
    newly_stale: int
    no_longer_stale: int
    people: int
    examples: tuple[Change, ...]

    @property
    def changes_nothing(self) -> bool:
        return not (self.up or self.down or self.newly_stale or self.no_longer_stale)


def preview_terms(viewer: Viewer, terms: Terms) -> Preview:
    """What the terms would change today for everybody, held against the rule in force; nothing is written."""
    access.require(viewer, Right.CYCLE_RUN)
    today = viewer.today
    present, _number = terms_and_number()
    counted: Counter[str] = Counter()
    people: set[int] = set()
    found: list[tuple[int, int, int, int]] = []
    for person_id, skill_id, said in _everything(today):
        before, after = standing_on(said, today, present), standing_on(said, today, terms)
        counted["levels"] += 1
        if before is None or after is None:
            continue
        changed = _compare(before, after, today, counted)
        if changed:
            people.add(person_id)
        if before.level != after.level and len(found) < EXAMPLES:
            found.append((person_id, skill_id, before.level, after.level))
    return Preview(
        levels=counted["levels"],
        up=counted["up"],
        down=counted["down"],
        newly_stale=counted["newly_stale"],
        no_longer_stale=counted["no_longer_stale"],
        people=len(people),
        examples=_examples(viewer, found),
    )


def _everything(today: date) -> Iterator[tuple[int, int, list[Statement]]]:
    rows = (
        Assessment.objects.filter(stated_on__lte=today, retraction=None)
        .order_by("person_id", "skill_id")
        .values_list("person_id", "skill_id", *FIELDS)
    )
    for (person_id, skill_id), group in groupby(rows.iterator(), key=itemgetter(0, 1)):
        yield person_id, skill_id, [Statement(*row[2:]) for row in group]


def _compare(before: Standing, after: Standing, today: date, counted: Counter[str]) -> bool:
    """Whether anything shown differs; what differs is counted."""
    was_stale, is_stale = _is_stale(before, today), _is_stale(after, today)
    found = {
        "up": after.level > before.level,
        "down": after.level < before.level,
        "newly_stale": is_stale and not was_stale,
        "no_longer_stale": was_stale and not is_stale,
    }
    counted.update(name for name, holds in found.items() if holds)
    return any(found.values())


def _is_stale(one: Standing, today: date) -> bool:
    return one.stale_on is not None and one.stale_on <= today


def _examples(viewer: Viewer, found: list[tuple[int, int, int, int]]) -> tuple[Change, ...]:
    """Examples by name, of the people whose levels the viewer may see."""
    catalogue = catalogue_on(viewer.today)
    named = access.people(viewer, Right.LEVELS_SEE).fetch_mode(FETCH_RAISE).in_bulk([row[0] for row in found])
    access.note_list(viewer, Right.LEVELS_SEE, verb="skills.level-rule.preview", count=len(named))
    return tuple(
        Change(named[person_id], _skill(catalogue, skill_id), before, after)
        for person_id, skill_id, before, after in found
        if person_id in named
    )


def _skill(catalogue: Catalogue | None, skill_id: int) -> str:
    item = catalogue.skills.get(skill_id) if catalogue else None
    return item.name if item else _("a skill of another version")


def _months(months: int) -> str:
    if months % 12 == 0:
        return ngettext("%(count)s year", "%(count)s years", months // 12) % {"count": months // 12}
    return ngettext("%(count)s month", "%(count)s months", months) % {"count": months}
