"""Why a wish was not met, in words to the person who wished. Pure.

A sentence says the rule, the person's own figures, and when or with what it would be open. It never says who sits in a
post, who else wished for it, or what was decided about anybody: decisions about the reader and protected reasons are left
to the human who edits the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from ikusei.lib import fiscal
from ikusei.org.grades import grade_label
from ikusei.org.job_types import job_type_name
from ikusei.rotation.picture import Picture
from ikusei.rotation.reasons.wishes import Wish
from ikusei.rotation.rules.breach import Breach
from ikusei.rotation.rules.eligibility import TOO_FAR
from ikusei.rotation.rules.sentences import SkillName, itself, listed, post_label

TOLD: Mapping[str, Promise | str] = {
    "grade": gettext_lazy("The post takes people of these grades: %(grades)s."),
    "job-type": gettext_lazy("The post takes people of these job types: %(job_types)s."),
    "level": gettext_lazy(
        "The post asks for level %(asked)s in %(skill)s; on record for you is level %(held)s. From level %(enough)s on it is open to you."
    ),
    "tenure-min": gettext_lazy(
        "Your present post is to be held for at least so many years: %(least)s; on the day of the moves you have served %(served)s."
    ),
    "closed": gettext_lazy("The post does not exist in that year."),
    "capacity": gettext_lazy("The post has no free seat in that year."),
    "reserved": gettext_lazy("The post has no free seat in that year."),
    "headcount": gettext_lazy("The post has no free seat in that year."),
    "quota": gettext_lazy(
        "The number of moves into that organisation is limited each year, and the limit was reached."
    ),
    "promoted": gettext_lazy(
        "Who was promoted to senior staff goes to another bureau, and the post is in yours."
    ),
    "promotion": gettext_lazy("A promotion to senior staff changes the bureau, and the post is in yours."),
    "minimum": gettext_lazy("Your present post needs its people in that year."),
    "experts": gettext_lazy("Your present post needs its experienced people in that year."),
    "continuity": gettext_lazy("Your present post needs people who stay from the year before."),
}
"""Rule -> what the person is told. Rules that are not here are not told: pins, forbids, protected reasons, leave."""

FROM = gettext_lazy("As things stand, nothing speaks against it from %(year)s on.")
WEIGHED = gettext_lazy("No rule stood against it; it could not be made when all posts were filled together.")


def sentences(wish: Wish, picture: Picture, skill_name: SkillName = itself) -> list[str]:
    """Why a wish was not met, as far as the person may be told; empty where all there is to say is for a human to say."""
    rules = [one.breach for one in wish.binding] or [
        breach for breach in wish.prices if breach.rule in TOLD and breach.post != wish.post
    ]
    told = list(dict.fromkeys(_sentence(one, picture, skill_name) for one in rules if one.rule in TOLD))
    if not wish.binding and not told:
        return [str(WEIGHED)]
    if told and wish.free_from is not None and all(one.breach.rule in TOLD for one in wish.binding):
        told.append(str(FROM) % {"year": fiscal.label(wish.free_from)})
    return told


def _sentence(breach: Breach, picture: Picture, skill_name: SkillName) -> str:
    facts = breach.facts
    words: dict[str, Any] = {name: value for name, value in facts.items() if not isinstance(value, list)}
    words["post"] = post_label(picture, breach.post)
    if "grades" in facts:
        words["grades"] = listed(grade_label(grade) for grade in facts["grades"])
    if "job_types" in facts:
        words["job_types"] = listed(job_type_name(key) for key in facts["job_types"])
    if "skill" in facts:
        words |= {"skill": skill_name(facts["skill"]), "enough": facts["asked"] - TOO_FAR + 1}
    return str(TOLD[breach.rule]) % words
