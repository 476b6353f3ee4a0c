"""Two versions of a framework side by side: skills added, gone, renamed, changed; requirements changed. Words marked."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ikusei.lib.fields import language
from ikusei.org.access import Viewer
from ikusei.skills.formats import FrameworkData, JobTypeData, SkillData, Text
from ikusei.skills.models import FrameworkVersion
from ikusei.skills.queries.framework_content import framework_data
from ikusei.skills.queries.frameworks import open_version

A_PAGE = 15
LONGEST = 2000
"""Characters of a text within which single words are compared; longer ones are shown whole, before and after."""

TOKEN = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
"""A Latin word, white space, or one letter: Japanese has no spaces between words."""

FIELDS: Sequence[tuple[str, Promise]] = (
    ("name", _("Name")),
    ("plain", _("In plain words")),
    ("example", _("Example")),
    ("description", _("Description")),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text: "same", "gone" (only before) or "new" (only after)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class TextChange:
    """A text that differs, word by word; `label` says which, `spoken` is its language."""

    label: Promise | str
    spoken: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class SkillChange:
    """A skill of both versions that differs. `renamed`: its name does; `name` is the new one."""

    key: str
    name: str
    renamed: bool
    texts: tuple[TextChange, ...]


@dataclass(frozen=True, slots=True)
class RequirementChange:
    """What a job type asks of a skill before and after; None for nothing."""

    skill: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class JobTypeChange:
    """A job type that asks for something else. `state`: "added", "gone" or "changed"."""

    name: str
    state: str
    requirements: tuple[RequirementChange, ...]


@dataclass(frozen=True, slots=True)
class SkillName:
    """A skill that one of the versions alone has."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs from one version to another; `unchanged` counts the skills that say the very same."""

    old: FrameworkVersion
    new: FrameworkVersion
    added: tuple[SkillName, ...]
    gone: tuple[SkillName, ...]
    changed: Page[SkillChange]
    unchanged: int
    job_types: tuple[JobTypeChange, ...]
    levels: tuple[TextChange, ...]

    @property
    def same(self) -> bool:
        """Whether the two say the same."""
        return not (self.added or self.gone or self.changed.paginator.count or self.job_types or self.levels)


def compare(viewer: Viewer, *, key: str, label: str, other: str, page: str | None = None) -> Comparison:
    """What version `label` says that `other` does not, and the other way round. Raises NotVisible for an unknown one."""
    new = open_version(viewer, key=key, label=label)
    old = open_version(viewer, key=key, label=other)
    before, after = framework_data(old), framework_data(new)
    was = {skill.key: skill for skill in before.skills}
    now = {skill.key: skill for skill in after.skills}
    levels = sorted({level.number for data in (before, after) for level in data.levels})
    both = [(was[one.key], one) for one in after.skills if one.key in was]
    differing = [pair for pair in both if pair[0] != pair[1]]
    shown = Paginator(differing, A_PAGE).get_page(page)
    paginator: Paginator[Any] = shown.paginator
    changed: Page[SkillChange] = Page(
        [_skill_change(one, now_says, levels) for one, now_says in shown.object_list], shown.number, paginator
    )
    return Comparison(
        old=old,
        new=new,
        added=tuple(SkillName(one.key, said(one.name)) for one in after.skills if one.key not in was),
        gone=tuple(SkillName(one.key, said(one.name)) for one in before.skills if one.key not in now),
        changed=changed,
        unchanged=len(both) - len(differing),
        job_types=tuple(_job_types(before, after)),
        levels=tuple(_levels(before, after)),
    )


def said(text: Text) -> str:
    """The text in the reader's language, or in the other."""
    return (text.ja or text.en) if language() == "ja" else (text.en or text.ja)


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Two texts as one: what is the same, what is gone, what is new."""
    if before == after:
        return (Piece("same", after),) if after else ()
    if not before or not after or len(before) + len(after) > 2 * LONGEST:
        found = [Piece("gone", before), Piece("new", after)]
        return tuple(piece for piece in found if piece.text)
    mine, theirs = TOKEN.findall(before), TOKEN.findall(after)
    made: list[Piece] = []
    for tag, start, end, other_start, other_end in SequenceMatcher(None, mine, theirs, False).get_opcodes():
        if tag == "equal":
            made.append(Piece("same", "".join(mine[start:end])))
            continue
        made += [
            piece
            for piece in (
                Piece("gone", "".join(mine[start:end])),
                Piece("new", "".join(theirs[other_start:other_end])),
            )
            if piece.text
        ]
    return tuple(made)


def _skill_change(before: SkillData, after: SkillData, levels: Sequence[int]) -> SkillChange:
    texts: list[TextChange] = []
    for field, label in FIELDS:
        texts += _text_changes(label, getattr(before, field), getattr(after, field))
    for level in levels:
        label_of = _("Level %(level)s") % {"level": level}
        texts += _text_changes(
            label_of, before.level_texts.get(level, Text()), after.level_texts.get(level, Text())
        )
    if before.group != after.group:
        texts.append(TextChange(_("Group"), "", pieces(before.group or "", after.group or "")))
    return SkillChange(after.key, said(after.name), before.name != after.name, tuple(texts))


def _text_changes(label: Promise | str, before: Text, after: Text) -> Iterable[TextChange]:
    for spoken in ("ja", "en"):
        was, now = getattr(before, spoken), getattr(after, spoken)
        if was != now:
            yield TextChange(label, spoken, pieces(was, now))


def _levels(before: FrameworkData, after: FrameworkData) -> Iterable[TextChange]:
    was = {level.number: level for level in before.levels}
    now = {level.number: level for level in after.levels}
    for number in sorted({*was, *now}):
        one, other = was.get(number), now.get(number)
        label = _("Level %(level)s") % {"level": number}
        yield from _text_changes(label, one.name if one else Text(), other.name if other else Text())
        yield from _text_changes(label, one.meaning if one else Text(), other.meaning if other else Text())


def _job_types(before: FrameworkData, after: FrameworkData) -> Iterable[JobTypeChange]:
    was = {one.key: one for one in before.job_types}
    now = {one.key: one for one in after.job_types}
    names = {one.key: said(one.name) for data in (before, after) for one in data.skills}
    for key in dict.fromkeys([*now, *was]):
        one, other = was.get(key), now.get(key)
        state = "added" if one is None else "gone" if other is None else "changed"
        changes = tuple(_requirements(one, other, names))
        if changes or state != "changed":
            yield JobTypeChange(said((other or one or now[key]).name), state, changes)


def _requirements(
    before: JobTypeData | None, after: JobTypeData | None, names: dict[str, str]
) -> Iterable[RequirementChange]:
    was = before.requirements if before else {}
    now = after.requirements if after else {}
    for key in dict.fromkeys([*now, *was]):
        if was.get(key) != now.get(key):
            yield RequirementChange(names.get(key, key), was.get(key), now.get(key))
