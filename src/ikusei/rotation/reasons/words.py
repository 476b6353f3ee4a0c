"""Reasons as whole sentences for planners, in their language. Each names its figures and where they are set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ikusei.lib import fiscal
from ikusei.org.grades import grade_label
from ikusei.org.job_types import job_type_name
from ikusei.rotation.picture import OF_REJECTION, Picture
from ikusei.rotation.reasons.seats import NEAR, Alternative, Reason, SeatPrice
from ikusei.rotation.reasons.wishes import Binding
from ikusei.rotation.rules.eligibility import TOO_FAR
from ikusei.rotation.rules.sentences import SkillName, itself, listed, post_label

WHY: Mapping[str, Promise | str] = {
    "pin": gettext_lazy("A pin puts them there. Its reason: %(reason)s"),
    "one-of": gettext_lazy(
        "A decision leaves them only some posts, this one among them. Its reason: %(reason)s"
    ),
    "fixed": gettext_lazy(
        "Their seat is fixed in %(year)s: a move of the draft is pinned or ordered, or the post is kept for their return."
    ),
    "leave": gettext_lazy("They are on leave on the day of the moves and are not moved on it."),
    "protected": gettext_lazy("They asked not to be moved, with a protected reason (preference sheet)."),
    "no-seat": gettext_lazy("They have no seat in the rotation before and need one."),
    "tenure-over": gettext_lazy(
        "They must leave %(post)s: years served %(served)s, years at most %(most)s (rules of the post)."
    ),
    "tenure-served": gettext_lazy(
        "They may leave %(post)s: years served %(served)s, years at least %(least)s (rules of the post)."
    ),
    "tenure-short": gettext_lazy(
        "They may not leave %(post)s yet: years served %(served)s, years at least %(least)s (rules of the post)."
    ),
    "value": gettext_lazy("A year in this post counts %(points)s points for them."),
    "value-before": gettext_lazy(
        "A year in this post counts %(points)s points for them, a year in %(post)s %(other)s."
    ),
    "wish": gettext_lazy("Wish number %(rank)s of the preference sheet: %(points)s points a year."),
    "kind-of-work": gettext_lazy(
        "Its kind of work is among those wished for in the preference sheet: %(points)s points a year."
    ),
    "intent-stay": gettext_lazy("They would like to stay (preference sheet): %(points)s points a year."),
    "intent-move": gettext_lazy("They would like to move (preference sheet): %(points)s points a year."),
    "opinion-stay": gettext_lazy("The section chief says that they should stay: %(points)s points a year."),
    "opinion-move": gettext_lazy("The section chief says that they should move: %(points)s points a year."),
    "host-stay": gettext_lazy("The host would like to keep them: %(points)s points a year."),
    "host-move": gettext_lazy("The host says that they may go: %(points)s points a year."),
    "needed": gettext_lazy("A host asked for somebody for this post: %(points)s points a year."),
    "not-open": gettext_lazy(
        "The post takes people for one year, and they did not say that they are open to it: %(points)s points a year."
    ),
    "levels-met": gettext_lazy(
        "They hold every level that the post asks for (%(asked)s of %(asked)s): %(points)s points a year."
    ),
    "levels-short": gettext_lazy(
        "They hold %(met)s of the %(asked)s levels that the post asks for: %(points)s points a year. Short: %(short)s."
    ),
    "levels-unknown": gettext_lazy(
        "The post asks for %(asked)s levels, and none of theirs are on record, which is not held against them: %(points)s points a year."
    ),
    "minimum": gettext_lazy(
        "Without them the post would have fewer people in %(year)s than it asks for, which is at least %(least)s (rules of the post)."
    ),
    "expert": gettext_lazy(
        "They are an expert there in %(year)s, with %(axis)s of at least %(level)s, and nobody to spare (rules of the post)."
    ),
    "index": gettext_lazy(
        "At the end of %(last)s the index is GQ %(gq)s and DQ %(dq)s; today it is GQ %(gq_before)s and DQ %(dq_before)s, and without moves it would be GQ %(gq_stays)s and DQ %(dq_stays)s. Aimed at: GQ %(gq_target)s and DQ %(dq_target)s."
    ),
}
"""Kind of a reason for a seat -> what it says."""

FREES: Mapping[str, Promise | str] = {
    "grade": gettext_lazy(
        "It would be free if the post took the grade %(grade)s as well (rules of the post)."
    ),
    "job-type": gettext_lazy(
        "It would be free if the post took the job type %(job_type)s as well (rules of the post)."
    ),
    "level": gettext_lazy(
        "It would be free with level %(enough)s in %(skill)s: then what is missing is a gap to be closed in the post."
    ),
    "tenure-min": gettext_lazy(
        "It would be free if the move waited for so many years: %(missing)s; or if %(post)s asked for no more than %(served)s (rules of the post)."
    ),
    "tenure-max": gettext_lazy(
        "It would be free if the post allowed more years than %(most)s (rules of the post)."
    ),
    "dispatch-year": gettext_lazy(
        "It would be free if the post took people for more than one year (rules of the post)."
    ),
    "closed": gettext_lazy("It would be free if the post existed in that year (terms of the post)."),
    "absent-yet": gettext_lazy(
        "It would be free from %(since)s on, when they are employed (record of the person)."
    ),
    "absent-gone": gettext_lazy(
        "It would be free only before %(until)s, as long as they are employed (record of the person)."
    ),
    "promoted": gettext_lazy("It would be free in a post of another bureau (rule of the employer)."),
    "promotion": gettext_lazy("It would be free if they came from another bureau (rule of the employer)."),
    "protected": gettext_lazy("It would be free only if they said so themselves in a preference sheet."),
    "quota": gettext_lazy(
        "It would be free with a larger quota, %(enough)s moves a year (quota of the round)."
    ),
    "capacity": gettext_lazy("It would be free with more seats, %(enough)s in all (terms of the post)."),
    "reserved": gettext_lazy("It would be free with more seats, %(enough)s in all (terms of the post)."),
    "same-post": gettext_lazy("It would be free if they gave up the concurrent post there."),
    "shares": gettext_lazy("It would be free if their concurrent posts took less of their time."),
    "pin": gettext_lazy("It would be free if the pin were lifted."),
    "forbid": gettext_lazy("It would be free if the forbid were lifted."),
    "rejected": gettext_lazy(
        "It would be free if the rejection of that move were taken back by whoever rejected it (page of the approval)."
    ),
    "one-of": gettext_lazy("It would be free if the decision named this post as well, or were lifted."),
}
"""Rule that keeps somebody out -> what would free the seat."""

MASKED_FREES = gettext_lazy("The personnel section can tell whether it may be freed.")


def reason_sentence(reason: Reason, picture: Picture, skill_name: SkillName = itself) -> str:
    """What speaks for a seat, against it, or decides it."""
    words: dict[str, Any] = dict(reason.facts)
    if "post" in words:
        words["post"] = post_label(picture, words["post"])
    for name in ("year", "last"):
        if name in words:
            words[name] = fiscal.label(words[name])
    if "short" in words:
        words["short"] = listed(
            _("%(skill)s (%(held)s instead of %(asked)s)")
            % {"skill": skill_name(skill), "held": held, "asked": asked}
            for skill, held, asked in words["short"]
        )
    return str(WHY[reason.kind]) % words


def price_sentence(price: SeatPrice, picture: Picture) -> str:
    """What a seat costs and why: how many want it, how many may have it."""
    words = {
        "post": post_label(picture, price.post),
        "year": fiscal.label(price.year),
        "points": price.amount,
        "qualified": price.qualified,
        "wishing": price.wishing,
        "seats": price.seats,
    }
    if price.price < -NEAR:
        text = _(
            "A seat of %(post)s in %(year)s is worth %(points)s points to whoever takes it, because the post lacks people. People who may sit there: %(qualified)s, of them wished for it: %(wishing)s; seats: %(seats)s."
        )
    elif price.price <= NEAR:
        text = _(
            "A seat of %(post)s in %(year)s costs nothing at the prices of the plan: there are seats enough in it. People who may sit there: %(qualified)s, of them wished for it: %(wishing)s; seats: %(seats)s."
        )
    elif price.wishing:
        text = ngettext(
            "A seat of %(post)s in %(year)s costs %(points)s points, because %(wishing)s qualified person wished for it. People who may sit there: %(qualified)s; seats: %(seats)s.",
            "A seat of %(post)s in %(year)s costs %(points)s points, because %(wishing)s qualified people wished for it. People who may sit there: %(qualified)s; seats: %(seats)s.",
            price.wishing,
        )
    else:
        text = _(
            "A seat of %(post)s in %(year)s costs %(points)s points. Nobody wished for it; people who may sit there: %(qualified)s, seats: %(seats)s."
        )
    return text % words


def alternative_words(one: Alternative) -> str:
    """How much worse an alternative is than the plan, in points."""
    if abs(one.points) <= NEAR:
        return _("no difference")
    if one.points < 0:
        text = ngettext(
            "%(points)s point better, if everybody else gave way",
            "%(points)s points better, if everybody else gave way",
            one.amount,
        )
    else:
        text = ngettext("%(points)s point worse", "%(points)s points worse", one.amount)
    return text % {"points": one.amount}


def freeing(binding: Binding, picture: Picture, *, is_section: bool, skill_name: SkillName = itself) -> str:
    """The smallest change that would free a seat, beside the moves of a draft that were tried; empty where there is none."""
    breach = binding.breach
    if breach.rule == "protected" and not is_section:
        return str(MASKED_FREES)
    facts = breach.facts
    text = FREES.get("rejected" if facts.get("held") == OF_REJECTION else breach.rule)
    if text is None:
        return ""
    words: dict[str, Any] = {name: value for name, value in facts.items() if not isinstance(value, list)}
    words["post"] = post_label(picture, breach.post)
    if "grade" in facts:
        words["grade"] = grade_label(facts["grade"])
    if "job_type" in facts:
        words["job_type"] = job_type_name(facts["job_type"])
    if "skill" in facts:
        words |= {"skill": skill_name(facts["skill"]), "enough": facts["asked"] - TOO_FAR + 1}
    for name in ("since", "until"):
        if isinstance(facts.get(name), int):
            words[name] = fiscal.label(facts[name])
    if "people" in facts:
        words["enough"] = facts["people"]
    if "moves" in facts:
        words["enough"] = facts["moves"]
    return str(text) % words


def estimate_words(kind: str, points: float | None) -> str:
    """What a pin ("pin") or a forbid would cost this person's part of the plan, as an estimate."""
    if points is None and kind == "pin":
        return _(
            "The planner keeps this seat closed to them in that year: a rule, a decision or their leave forbids it."
        )
    if points is None:
        return _("Nothing else is left to them in that year: the plan would be impossible.")
    amount = {"points": round(abs(points))}
    if points < -NEAR:
        return (
            _(
                "Estimate: %(points)s points better, if everybody else gave way. A search tells whether they can."
            )
            % amount
        )
    if points <= NEAR:
        return _("Estimate: no difference in points.")
    return _("Estimate: %(points)s points worse.") % amount
