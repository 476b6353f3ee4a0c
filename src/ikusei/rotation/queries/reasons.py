"""Why somebody sits where a plan or a draft puts them, and why not elsewhere, ready to be shown.

Prices are those of a run of the planner, for the personnel section alone. Rules are asked of the draft, for everybody
who may know of it; a protected reason is told to the personnel section alone.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import FETCH_RAISE
from django.utils.translation import gettext as _

from ikusei.lib import fiscal
from ikusei.org import access as org_access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.models import Person
from ikusei.rotation import access, announced
from ikusei.rotation.models import Draft, PlanRun, RunState
from ikusei.rotation.picture import MoveFacts, PersonFacts, Picture, seating
from ikusei.rotation.queries.consequences import skill_namer
from ikusei.rotation.queries.considerations import considerations
from ikusei.rotation.queries.picture import draft_moves, load
from ikusei.rotation.reasons import seats, wishes, words
from ikusei.rotation.reasons.seats import Priced
from ikusei.rotation.rules import Breach, Step
from ikusei.rotation.rules.scene import Scene
from ikusei.rotation.rules.sentences import (
    SkillName,
    Told,
    choice_sentence,
    open_choices,
    post_label,
    tell,
    years_label,
)
from ikusei.rotation.solver.problem import parse

LOOK = "rotation.reason.open"
CHEAPEST = 8
"""Alternatives that a stint shows."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that speaks for a seat, against it, or decides it."""

    side: str
    text: str


@dataclass(frozen=True, slots=True)
class Other:
    """A post that somebody could sit in instead, with how much worse that would be in words."""

    post: int
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class StintShown:
    """Years in one post: why, what a seat costs, and the cheapest alternatives in the first of them."""

    post: int
    label: str
    years: str
    first: int
    is_move: bool
    lines: tuple[Line, ...]
    price: str
    others: tuple[Other, ...]
    more: int


@dataclass(frozen=True)
class Ground:
    """What reasons are looked for on: a draft, its picture and moves, and a plan with prices where there is one."""

    draft: Draft
    picture: Picture
    moves: list[MoveFacts]
    person: PersonFacts
    run: PlanRun | None
    priced: Priced | None
    is_section: bool
    skill_name: SkillName

    @property
    def is_priced(self) -> bool:
        """Whether the plan plans for this person."""
        return self.priced is not None and self.priced.knows(self.person.key)


@dataclass(frozen=True)
class WhyPage:
    """Why somebody sits where a plan puts them; without a plan, where the draft does."""

    ground: Ground
    stints: tuple[StintShown, ...]
    growth: Line | None
    drafted: tuple[str, ...]
    """Where the draft has them, for the years in which it differs from the plan."""


def find_run(viewer: Viewer, draft: Draft, run_id: uuid.UUID | None) -> PlanRun | None:
    """The plan whose prices are told: the one named, or the latest found that tries nothing; None outside the section.

    Raises NotVisible (404) for a named run that is none of the draft's, or has found no plan.
    """
    if not access.is_section(viewer, draft.round.employer):
        if run_id is not None:
            raise NotVisible(str(run_id))
        return None
    found = PlanRun.objects.filter(draft=draft, state=RunState.FOUND).defer("course").fetch_mode(FETCH_RAISE)
    if run_id is None:
        return found.filter(trial_of=None, curve=None).first()
    run = found.filter(public_id=run_id).first()
    if run is None:
        raise NotVisible(str(run_id))
    return run


def ground(viewer: Viewer, draft: Draft, key: str, run_id: uuid.UUID | None = None) -> Ground:
    """A draft with somebody of it, the look noted. Raises NotVisible (404) for whom the viewer does not plan for."""
    run = find_run(viewer, draft, run_id)
    picture = load(viewer, draft.round, draft=draft)
    person = picture.people.get(key)
    if person is None:
        raise NotVisible(key)
    if not person.is_planned:
        looked_at = Person(pk=person.id, public_id=person.public_id)
        org_access.note_person(viewer, Right.ROTATION_PLAN, looked_at, verb=LOOK)
    return Ground(
        draft=draft,
        picture=picture,
        moves=[move for move in draft_moves(draft) if move.person in picture.people],
        person=person,
        run=run,
        priced=None if run is None else priced(run),
        is_section=access.is_section(viewer, draft.round.employer),
        skill_name=skill_namer(viewer)[1],
    )


def priced(run: PlanRun) -> Priced:
    """A run's plan with its prices."""
    return Priced(
        parse(run.problem),
        run.assignments,
        run.prices,
        run.row_prices,
        announced.read(run.announced),
        run.change_price,
    )


def why(viewer: Viewer, draft: Draft, key: str, run_id: uuid.UUID | None = None) -> WhyPage:
    """Why somebody sits where the plan of a run (the latest without one) puts them."""
    found = ground(viewer, draft, key, run_id)
    picture, now = found.picture, seating(found.picture, found.moves)
    scene = Scene(now)
    theirs = [move for move in found.moves if move.person == key and move.is_pinned]
    pins = {(move.post, move.year) for move in theirs if move.post is not None}
    if found.priced is not None and found.is_priced:
        scene, pins = seats.planned(picture, found.priced), found.priced.pins(key)
    said = considerations(draft.round)
    rows = [_stint(found, stint) for stint in seats.stints(scene, key, said, pins)]
    grown = seats.growth(scene, key)
    return WhyPage(
        ground=found,
        stints=tuple(rows),
        growth=None if grown is None else _line(found, grown),
        drafted=tuple(
            _("%(year)s: %(post)s")
            % {"year": fiscal.label(year), "post": place_label(picture, now.at(key, year))}
            for year in picture.years
            if picture.people[key].is_there(year) and now.at(key, year) != scene.seating.at(key, year)
        ),
    )


def place_label(picture: Picture, post: int | None) -> str:
    """A post in words, or that there is none."""
    return _("no post") if post is None else post_label(picture, post)


def _line(found: Ground, reason: seats.Reason) -> Line:
    return Line(reason.side, words.reason_sentence(reason, found.picture, found.skill_name))


def _stint(found: Ground, stint: seats.Stint) -> StintShown:
    price = None
    others: list[seats.Alternative] = []
    if found.priced is not None and found.is_priced:
        price = found.priced.price(found.picture, stint.post, stint.first)
        others = found.priced.alternatives(found.person.key, stint.first)
        others = [one for one in others if one.post in found.picture.posts]
    return StintShown(
        post=stint.post,
        label=post_label(found.picture, stint.post),
        years=years_label(stint.first, stint.last),
        first=stint.first,
        is_move=stint.is_move,
        lines=tuple(_line(found, reason) for reason in stint.reasons),
        price="" if price is None else words.price_sentence(price, found.picture),
        others=tuple(
            Other(one.post, post_label(found.picture, one.post), words.alternative_words(one))
            for one in others[:CHEAPEST]
        ),
        more=max(0, len(others) - CHEAPEST),
    )


@dataclass(frozen=True, slots=True)
class Way:
    """A change that frees a seat, as a button: what it says, and which choice of which broken rule it is."""

    text: str
    code: str
    number: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class BindingShown:
    """A rule that keeps somebody out, what would free the seat in words, and as changes of the draft."""

    told: Told
    freeing: str
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What pinning somebody to a seat, or forbidding it to them, would cost at fixed prices; in words, and their years then."""

    kind: str
    text: str
    path: tuple[str, ...]
    is_possible: bool
    trials: tuple[PlanRun, ...]


@dataclass(frozen=True)
class WhyNotPage:
    """Why somebody does not sit in a post in a year: rules, then prices. `wish` is None before one was chosen."""

    ground: Ground
    wish: wishes.Wish | None = None
    post: str = ""
    binding: tuple[BindingShown, ...] = ()
    prices: tuple[Told, ...] = ()
    estimate: Estimate | None = None
    seat_price: str = ""


def why_not(
    viewer: Viewer,
    draft: Draft,
    key: str,
    *,
    post: int | None,
    year: int | None,
    run_id: uuid.UUID | None = None,
) -> WhyNotPage:
    """What keeps somebody out of a post in a year. Raises NotVisible (404) for a post or year outside the round."""
    found = ground(viewer, draft, key, run_id)
    if post is None or year is None:
        return WhyNotPage(found)
    if post not in found.picture.posts or year not in found.picture.place:
        raise NotVisible(str(post))
    wish = wishes.ask(found.picture, found.moves, key, post, year)
    price = None if found.priced is None else found.priced.price(found.picture, post, year)
    return WhyNotPage(
        ground=found,
        wish=wish,
        post=post_label(found.picture, post),
        binding=tuple(_binding(found, wish, one) for one in wish.binding),
        prices=tuple(_told(found, one) for one in wish.prices),
        estimate=_estimate(found, post, year),
        seat_price="" if price is None else words.price_sentence(price, found.picture),
    )


def _told(found: Ground, breach: Breach) -> Told:
    return tell(breach, found.picture, is_section=found.is_section, skill_name=found.skill_name)


def _binding(found: Ground, wish: wishes.Wish, one: wishes.Binding) -> BindingShown:
    code = "|".join(str(part) for part in one.breach.key)
    put = () if wish.is_there else (wish.step,)
    ways = tuple(
        Way(choice_sentence(choice, found.picture), code, number, (*put, *choice.steps))
        for number, choice in enumerate(open_choices(one.breach, one.choices, is_section=found.is_section))
    )
    said = words.freeing(one, found.picture, is_section=found.is_section, skill_name=found.skill_name)
    return BindingShown(_told(found, one.breach), said, ways)


def steps_of(page: WhyNotPage, code: str, number: int) -> tuple[Step, ...]:
    """The steps of a button, worked out anew: of a change that frees the seat, or of the move alone where nothing binds.

    Raises NotVisible where it is proposed no more.
    """
    for binding in page.binding:
        for way in binding.ways:
            if (way.code, way.number) == (code, number):
                return way.steps
    if page.wish is not None and page.wish.is_free and not code:
        return (page.wish.step,)
    raise NotVisible(code)


def _estimate(found: Ground, post: int, year: int) -> Estimate | None:
    """The estimate of a pin, or of a forbid where the plan has them there; None without a plan for them."""
    if found.priced is None or found.run is None or not found.is_priced:
        return None
    key, picture = found.person.key, found.picture
    kind = "forbid" if found.priced.seat(key, year) == post else "pin"
    price = found.priced.forbidden if kind == "forbid" else found.priced.pinned
    points = price(key, post, year)
    seat = [(str(post), year)]
    path: tuple[str, ...] = ()
    if points is not None:
        answers = found.priced.answers
        way = answers.path(key, forbids=seat) if kind == "forbid" else answers.path(key, pins=seat)
        rows = () if way is None else way.posts
        path = tuple(
            _("%(year)s: %(post)s") % {"year": fiscal.label(one), "post": post_label(picture, int(row))}
            for one, row in zip(found.priced.problem.years, rows, strict=False)
            if row is not None
        )
    trial = {"kind": kind, "person": key, "post": str(post), "year": year}
    rows_of = PlanRun.objects.filter(trial_of=found.run, trial=trial).select_related("draft").defer("problem")
    return Estimate(kind, words.estimate_words(kind, points), path, points is not None, tuple(rows_of))
