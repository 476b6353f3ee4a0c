"""A breach and its smallest change as whole sentences, in the reader's language. Each names its figures and their source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ikusei.lib import fiscal
from ikusei.lib.fields import language
from ikusei.org.grades import grade_label
from ikusei.org.job_types import job_type_name
from ikusei.rotation.picture import OF_ROUND, Picture
from ikusei.rotation.rules.breach import Breach, Choice, Fix, Step
from ikusei.rotation.rules.texts import CHOICES, FIXES, FIXES_WITHOUT, SENTENCES

type SkillName = Callable[[str], str]

MASKED = gettext_lazy("%(person)s, %(years)s: a reason the personnel section knows speaks against this move.")


def itself(key: str) -> str:
    """The key of a skill where nobody tells its name."""
    return key


def post_label(picture: Picture, post: int | None) -> str:
    """A post by its name and its unit; what is not in rotation says so."""
    facts = None if post is None else picture.posts.get(post)
    if facts is None:
        return _("a post outside the rotation")
    return _("%(post)s (%(unit)s)") % {"post": facts.name, "unit": facts.unit}


def years_label(first: int, last: int | None) -> str:
    """A fiscal year, or the first and the last one of several."""
    if last is None or last <= first:
        return fiscal.label(first)
    return _("%(first)s to %(last)s") % {"first": fiscal.label(first), "last": fiscal.label(last)}


def listed(names: Iterable[str]) -> str:
    """Names one after the other, as the language separates them."""
    return ("、" if language() == "ja" else ", ").join(names)


def sentence(
    breach: Breach, picture: Picture, *, is_section: bool = False, skill_name: SkillName = itself
) -> str:
    """What is broken, by whom, where and when. What a protected reason asks for is told to the personnel section alone."""
    if breach.rule == "protected" and not is_section:
        text: str | Promise = MASKED
    else:
        text = SENTENCES[_variant(breach)]
    return str(text) % _words(breach, picture, skill_name)


def _variant(breach: Breach) -> str:
    """Which sentence says the breach: a rule may have several."""
    if breach.rule == "protected":
        return f"protected-{breach.facts['ask']}"
    if breach.rule == "unassigned" or breach.post is not None or breach.person is None:
        return breach.rule
    return f"{breach.rule}-nowhere"


def _words(breach: Breach, picture: Picture, skill_name: SkillName) -> dict[str, Any]:
    facts = breach.facts
    words: dict[str, Any] = {name: value for name, value in facts.items() if not isinstance(value, list)}
    words["person"] = picture.people[breach.person].name if breach.person else ""
    words["post"] = post_label(picture, breach.post)
    words["year"] = fiscal.label(breach.year)
    words["years"] = years_label(breach.year, facts.get("last"))
    if "posts" in facts:
        words["posts"] = listed(post_label(picture, post) for post in facts["posts"])
    if "grades" in facts:
        words["grade"] = grade_label(facts["grade"])
        words["grades"] = listed(grade_label(grade) for grade in facts["grades"])
    if "job_types" in facts:
        words["job_type"] = job_type_name(facts["job_type"])
        words["job_types"] = listed(job_type_name(key) for key in facts["job_types"])
    if "skill" in facts:
        words["skill"] = skill_name(facts["skill"])
    if "other" in facts:
        words["other"] = post_label(picture, facts["other"])
    for name in ("since", "until", "back"):
        if isinstance(facts.get(name), int):
            words[name] = fiscal.label(facts[name])
    if "total" in facts:
        words["total"] = f"{facts['total']:g}"
    return words


def fix_sentence(fix: Fix, picture: Picture) -> str:
    """The smallest change that would satisfy the rule, with the people or posts that would do."""
    facts = fix.facts
    moving = [choice for choice in fix.choices if choice.kind != "lift"]
    kind = fix.kind
    if kind == "expert-grown" and "person" not in facts:
        kind = "expert-none"
    texts: Mapping[str, str | Promise] = FIXES if moving else FIXES_WITHOUT
    words: dict[str, Any] = dict(facts)
    if "person" in facts:
        words["person"] = picture.people[facts["person"]].name
    words["post"] = post_label(picture, facts.get("post"))
    for name in ("last", "year"):
        if name in facts:
            words[name] = fiscal.label(facts[name])
    if "share" in facts:
        words["share"] = f"{facts['share']:g}"
    words["ways"] = listed(_way(choice, fix, picture) for choice in moving)
    return str(texts.get(kind, FIXES[kind])) % words


def _way(choice: Choice, fix: Fix, picture: Picture) -> str:
    """What tells the choices of a fix apart: the people, or the posts for one person."""
    if "person" in fix.facts and choice.person == fix.facts["person"]:
        return post_label(picture, choice.post)
    return picture.people[choice.person].name


def choice_sentence(choice: Choice, picture: Picture) -> str:
    """What a choice does, for its button."""
    return str(CHOICES[choice.kind]) % {
        "person": picture.people[choice.person].name,
        "post": post_label(picture, choice.post),
        "year": fiscal.label(choice.year),
        "last": fiscal.label(choice.last if choice.last is not None else choice.year),
        "share": f"{choice.share:g}",
    }


@dataclass(frozen=True, slots=True)
class ToldChoice:
    """A choice as a button: what it says and what it does."""

    text: str
    choice: Choice

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the draft that it stands for."""
        return self.choice.steps


@dataclass(frozen=True, slots=True)
class Told:
    """A breach ready to be shown."""

    breach: Breach
    text: str
    fix: str
    choices: tuple[ToldChoice, ...]

    @property
    def is_must(self) -> bool:
        """Whether no order can be given as long as it stands."""
        return self.breach.is_must


@dataclass(frozen=True, slots=True)
class Group:
    """The breaches of one person, one post, or of the round (neither), worst first."""

    person: str | None
    post: int | None
    name: str
    told: tuple[Told, ...]

    @property
    def musts(self) -> int:
        """How many of them hinder an order."""
        return sum(one.is_must for one in self.told)


def tell(
    breach: Breach, picture: Picture, *, is_section: bool = False, skill_name: SkillName = itself
) -> Told:
    """A breach with its sentence, its smallest change and a button for each choice that the reader may make."""
    fix = breach.fix
    choices = () if fix is None else open_choices(breach, fix.choices, is_section=is_section)
    return Told(
        breach=breach,
        text=sentence(breach, picture, is_section=is_section, skill_name=skill_name),
        fix="" if fix is None else fix_sentence(fix, picture),
        choices=tuple(ToldChoice(choice_sentence(choice, picture), choice) for choice in choices),
    )


def open_choices(breach: Breach, choices: Iterable[Choice], *, is_section: bool) -> tuple[Choice, ...]:
    """Those of some choices that the reader may make: what holds for all drafts is lifted by the personnel section alone."""
    is_closed = breach.facts.get("held") == OF_ROUND and not is_section
    return tuple(choice for choice in choices if choice.kind != "lift" or not is_closed)


def grouped(
    found: Iterable[Breach], picture: Picture, *, is_section: bool = False, skill_name: SkillName = itself
) -> list[Group]:
    """Breaches by whom or what they are about, the group with most that hinder an order first."""
    groups: dict[tuple[str | None, int | None], list[Told]] = {}
    for breach in found:
        about = (breach.person, None if breach.person else breach.post)
        told = tell(breach, picture, is_section=is_section, skill_name=skill_name)
        groups.setdefault(about, []).append(told)
    made = [
        Group(person, post, _group_name(picture, person, post), tuple(told))
        for (person, post), told in groups.items()
    ]
    return sorted(made, key=lambda group: (-group.musts, -len(group.told), group.name))


def _group_name(picture: Picture, person: str | None, post: int | None) -> str:
    if person is not None:
        return picture.people[person].name
    return _("the whole round") if post is None else post_label(picture, post)
