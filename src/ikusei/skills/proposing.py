"""What most likely becomes of each skill in a new version, told from keys, names and texts: a proposal, not a decision."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ikusei.skills.models import Carry

ALIKE = 0.6
"""From this likeness on a skill is proposed to be carried into another (1: the same words)."""
PERHAPS = 0.4
"""From this likeness on people are proposed to be asked again; below it the skill is gone."""
READ = 400
"""Characters of a skill's texts that are compared."""


@dataclass(frozen=True, slots=True)
class Described:
    """A skill as proposals read it: `made_from` are the old skills that an editor split or merged it from."""

    key: str
    names: tuple[str, str]
    text: str = ""
    made_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """What becomes of an old skill: the keys of its targets in the new version."""

    skill_key: str
    carry: Carry
    targets: tuple[str, ...] = ()


def propose(old: Sequence[Described], new: Sequence[Described]) -> list[Proposal]:
    """A proposal for each old skill, in their order: by the editor's own splits and mergers, by key, by name, by likeness."""
    targets, perhaps = _targets(old, new)
    sources: dict[str, int] = {}
    for keys in targets.values():
        for key in keys:
            sources[key] = sources.get(key, 0) + 1
    return [_proposal(one.key, targets.get(one.key, ()), perhaps.get(one.key), sources) for one in old]


def _proposal(
    key: str, targets: tuple[str, ...], perhaps: str | None, sources: Mapping[str, int]
) -> Proposal:
    if not targets:
        return Proposal(key, Carry.ASK, (perhaps,)) if perhaps else Proposal(key, Carry.END)
    if len(targets) > 1:
        return Proposal(key, Carry.SPLIT, targets)
    if sources[targets[0]] > 1:
        return Proposal(key, Carry.MERGE, targets)
    return Proposal(key, Carry.KEEP if targets == (key,) else Carry.MAP, targets)


def _targets(
    old: Sequence[Described], new: Sequence[Described]
) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """The targets of the old skills, and for those without any the one that is a little like it."""
    keys = {one.key for one in old}
    found: dict[str, tuple[str, ...]] = {}
    for one in new:
        for key in [key for key in one.made_from if key in keys] or [one.key]:
            if key in keys:
                found[key] = (*found.get(key, ()), one.key)
    taken = {key for targets in found.values() for key in targets}
    free = [one for one in new if one.key not in taken]
    open_ones = [one for one in old if one.key not in found]
    for one in list(open_ones):
        same = next((other for other in free if _same_name(one, other)), None)
        if same is not None:
            found[one.key] = (same.key,)
            free.remove(same)
            open_ones.remove(one)
    perhaps: dict[str, str] = {}
    for one in open_ones:
        scores = sorted(((likeness(one, other), other.key) for other in free), reverse=True)
        alike = tuple(key for score, key in scores if score >= ALIKE)
        if alike:
            found[one.key] = tuple(other.key for other in free if other.key in alike)
        elif scores and scores[0][0] >= PERHAPS:
            perhaps[one.key] = scores[0][1]
    return found, perhaps


def likeness(one: Described, other: Described) -> float:
    """How alike two skills are, 0 to 1: by the name that is more alike, or by name and texts together."""
    name = max(_ratio(mine, theirs) for mine, theirs in zip(one.names, other.names, strict=True))
    if not (one.text and other.text):
        return name
    return max(name, (2 * name + 3 * _ratio(one.text, other.text)) / 5)


def _ratio(mine: str, theirs: str) -> float:
    mine, theirs = _plain(mine)[:READ], _plain(theirs)[:READ]
    if not mine or not theirs:
        return 0.0
    matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
    if min(matcher.real_quick_ratio(), matcher.quick_ratio()) < PERHAPS:
        return 0.0
    return matcher.ratio()


def _same_name(one: Described, other: Described) -> bool:
    pairs = zip(one.names, other.names, strict=True)
    return any(mine and _plain(mine) == _plain(theirs) for mine, theirs in pairs)


def _plain(text: str) -> str:
    """Letters as they are compared: width and case do not matter, nor does what stands between them."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(_letters(folded))


def _letters(text: Iterable[str]) -> Iterator[str]:
    return (letter for letter in text if letter.isalnum())
