"""What speaks for and against a seat beside the rules: wishes, fit, what chiefs and hosts say; as points. Pure.

The points are a default that anybody can add up: 40 for every post somebody may sit in, and then

| what | points |
|---|---|
| the post is wished for, first to fifth | 50, 40, 30, 22, 15 |
| its growth class is among the kinds of work wished for | 10 |
| levels held of those the post asks for, in shares | 0 to 20; 10 where nothing is asked for or known |
| would like to stay: the post of today | 15; would like to move: -15 |
| the section chief says stay: the post of today | 10; says move: -10 |
| the host would like to keep this person | 12; says that the person may go: -12 |
| a host needs somebody for the post | 8 |
| a post for one year, and the person did not say they are open to it | -25 |

The sum is kept between 0 and 130. Balance of GQ and DQ, moves and coverage have prices of their own (`compiling`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ikusei.rotation.picture import PersonFacts, PostFacts

BASE = 40.0
RANKED = (50.0, 40.0, 30.0, 22.0, 15.0)
KIND_OF_WORK = 10.0
FIT, FIT_UNKNOWN = 20.0, 10.0
INTENT, OPINION, HOST_SAYS = 15.0, 10.0, 12.0
NEEDED = 8.0
NOT_OPEN = -25.0
LEAST, MOST = 0.0, 130.0

STAY, MOVE = "stay", "move"


@dataclass(frozen=True, slots=True)
class Considerations:
    """What was said before the round was drafted, by key of the person or number of the post.

    `intents` and `opinions` are "stay" or "move"; `host_says` "stay" (keep) or "move" (may go).
    """

    intents: Mapping[str, str] = field(default_factory=dict)
    opinions: Mapping[str, str] = field(default_factory=dict)
    host_says: Mapping[str, str] = field(default_factory=dict)
    kinds_of_work: Mapping[str, frozenset[str]] = field(default_factory=dict)
    open_to_dispatch: frozenset[str] = frozenset()
    needed: frozenset[int] = frozenset()


NOTHING_SAID = Considerations()


def points(person: PersonFacts, post: PostFacts, said: Considerations = NOTHING_SAID) -> dict[str, float]:
    """What each consideration adds to the value of a year in a post; what adds nothing is left out."""
    found = {"base": BASE, "fit": fit(person, post)}
    if post.id in person.wishes:
        rank = person.wishes.index(post.id)
        found["wish"] = RANKED[min(rank, len(RANKED) - 1)]
    if post.growth in said.kinds_of_work.get(person.key, frozenset()):
        found["kind-of-work"] = KIND_OF_WORK
    if person.main is not None and person.main.post == post.id:
        found["intent"] = _side(said.intents.get(person.key, ""), INTENT)
        found["opinion"] = _side(said.opinions.get(person.key, ""), OPINION)
        found["host"] = _side(said.host_says.get(person.key, ""), HOST_SAYS)
    if post.id in said.needed:
        found["needed"] = NEEDED
    if post.is_host and post.tenure_max == 1 and person.key not in said.open_to_dispatch:
        found["not-open"] = NOT_OPEN
    return {name: amount for name, amount in found.items() if amount}


def value(person: PersonFacts, post: PostFacts, said: Considerations = NOTHING_SAID) -> float:
    """The value of a year of somebody in a post: the sum of the points, a whole number from 0 to 130."""
    return float(round(min(MOST, max(LEAST, sum(points(person, post, said).values())))))


def fit(person: PersonFacts, post: PostFacts) -> float:
    """0 to 20: the share of the levels asked for that the person holds; 10 where nothing is asked for or known."""
    asked = sum(post.needs.values())
    if not asked or not person.levels:
        return FIT_UNKNOWN
    held = sum(min(level, person.levels.get(skill, 0)) for skill, level in post.needs.items())
    return round(FIT * held / asked, 1)


def _side(says: str, amount: float) -> float:
    return {STAY: amount, MOVE: -amount}.get(says, 0.0)
