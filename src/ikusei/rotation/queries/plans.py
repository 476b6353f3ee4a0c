"""Runs of the planner on a draft, ready to be shown: how bound and plan move, what came out, the moves it proposes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ikusei.jobs.models import ENDED
from ikusei.lib import fiscal
from ikusei.org.access import NotVisible, Right, Viewer, note_list
from ikusei.rotation import access
from ikusei.rotation.compiling import moves_of
from ikusei.rotation.models import Draft, PlanRun, RunState
from ikusei.rotation.picture import CONCURRENT, MoveFacts, Picture, seating
from ikusei.rotation.queries.picture import load_draft
from ikusei.rotation.queries.replans import Replan, broken_rules, replan
from ikusei.rotation.queries.seats import seats
from ikusei.rotation.rules import breaches
from ikusei.rotation.rules.sentences import Told, listed, post_label, tell
from ikusei.rotation.solver.plan import Plan
from ikusei.rotation.solver.problem import parse

PAGE_SIZE = 40
RUNS = 10
WIDTH, HEIGHT = 600, 160
OPEN = (RunState.WAITING, RunState.RUNNING)

CONFLICT: Mapping[str, Promise | str] = {
    "pin": gettext_lazy("%(person)s is pinned to %(post)s in %(year)s."),
    "presence": gettext_lazy("%(person)s is not there in %(year)s."),
    "options": gettext_lazy("%(person)s may sit in these posts only: %(posts)s."),
    "no-options": gettext_lazy("There is no post in which %(person)s may sit."),
    "forbidden": gettext_lazy("%(post)s is closed to %(person)s in %(year)s."),
    "tenure_min": gettext_lazy("%(post)s is not left before years served: %(years)s."),
    "tenure_max": gettext_lazy("Nobody serves more years in %(post)s than %(years)s."),
}
"""Kind of a rule of a conflict -> its sentence."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Bound and best plan over time as two lines: "x,y x,y ..." within WIDTH x HEIGHT."""

    bound: str
    plan: str
    seconds: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a plan proposes for one person: the seat before, and the moves with the labels of year and post."""

    key: str
    name: str
    now: str
    moves: tuple[tuple[str, str], ...]
    is_taken: bool


@dataclass(frozen=True)
class Shown:
    """A run as its page shows it."""

    run: PlanRun

    @property
    def is_at_work(self) -> bool:
        """Whether it waits or works: its job has not ended."""
        job = self.run.job
        return self.run.state in OPEN and job is not None and job.state not in ENDED

    @property
    def is_waiting(self) -> bool:
        """Whether no worker has begun."""
        return self.run.state == RunState.WAITING

    @property
    def is_broken_off(self) -> bool:
        """Whether it ended without a word: stopped before it began, or given up after its worker died twice."""
        return self.run.state in OPEN and not self.is_at_work

    @property
    def is_unseen(self) -> bool:
        """Whether the draft has changed since the plan was asked for."""
        return self.run.draft_revision != self.run.draft.revision

    @cached_property
    def seconds(self) -> int:
        """Seconds that the search has taken so far."""
        return int(self.run.course[-1][0]) if self.run.course else 0

    @cached_property
    def gap(self) -> float | None:
        """The gap as it stands: of the ended run, else 100 x (plan - bound) / V of the latest point."""
        if self.run.gap is not None:
            return self.run.gap
        if self.run.objective is None or self.run.bound is None:
            return None
        worth = _worth(self.run.problem)
        return 100 * (self.run.objective - self.run.bound) / worth if worth > 0 else None

    @cached_property
    def seat(self) -> float | None:
        """What one seat over capacity counts in the gap, in per cent; None where the plan has none, and nobody too few."""
        worth, verdict = _worth(self.run.problem), self.run.verdict
        if worth <= 0 or not (verdict.get("over_capacity", 0) or verdict.get("below_minimum", 0)):
            return None
        return 100 * float(self.run.problem["weights"]["over_capacity"]) / worth

    @cached_property
    def chart(self) -> Chart | None:
        """How both moved, from the second point on."""
        return chart(self.run.course)


def _worth(problem: Mapping[str, Any]) -> float:
    """V: the sum over people and the years they are present of their best option's value."""
    total = 0.0
    for person in problem.get("people", ()):
        years = sum(person["from"] <= year < person["until"] for year in problem["years"])
        total += years * max((option["value"] for option in person["options"]), default=0.0)
    return total


def chart(course: list[list[float | None]]) -> Chart | None:
    """The lines of a course [[seconds, bound, plan or None], ...]; None before there are two points with a plan."""
    points = [(row[0] or 0.0, row[1] or 0.0, row[2]) for row in course]
    plans = [plan for _seconds, _bound, plan in points if plan is not None]
    if len(plans) < 2:
        return None
    # From where a plan stands: the bounds of the first second would press all the rest into a line.
    shown = points[next(place for place, point in enumerate(points) if point[2] is not None) :]
    least, most = min(bound for _s, bound, _p in shown), max(plans)
    begin, end = shown[0][0], shown[-1][0]

    def place(seconds: float, figure: float) -> str:
        x = WIDTH * (seconds - begin) / ((end - begin) or 1)
        y = HEIGHT - HEIGHT * (figure - least) / ((most - least) or 1)
        return f"{x:.1f},{y:.1f}"

    return Chart(
        bound=" ".join(place(seconds, bound) for seconds, bound, _plan in shown),
        plan=" ".join(place(seconds, plan) for seconds, _bound, plan in shown if plan is not None),
        seconds=end,
        least=least,
        most=most,
    )


def runs_of(draft: Draft) -> list[Shown]:
    """The latest runs on a draft, newest first. One query."""
    rows = (
        PlanRun.objects.filter(draft=draft, curve=None)
        .select_related("job", "asked_by", "draft")
        .defer("problem", "assignments", "prices", "row_prices", "conflict", "start", "announced", "replan")
        .fetch_mode(FETCH_RAISE)[:RUNS]
    )
    return [Shown(row) for row in rows]


def open_run(viewer: Viewer, draft_id: uuid.UUID, public_id: uuid.UUID) -> PlanRun:
    """A run on a draft that the viewer may know of, for the personnel section. Raises NotVisible (404), or 403."""
    drafts = access.visible_drafts(viewer).filter(public_id=draft_id).order_by()
    run = (
        PlanRun.objects.filter(draft__in=drafts.values("pk"), public_id=public_id)
        .select_related("job", "asked_by", "draft__round__employer", "draft__owner", "draft__bureau", "curve")
        .select_related("announced_of__round")
        .first()
    )
    if run is None:
        raise NotVisible(str(public_id))
    access.require_section(viewer, run.draft.round.employer)
    return run


@dataclass(frozen=True, slots=True)
class RuleShown:
    """One rule of a conflict as a sentence, with the seat that it names: why it holds is asked on that seat's page."""

    text: str
    post: int | None
    year: int | None


@dataclass(frozen=True, slots=True)
class ConflictShown:
    """Somebody for whom no plan exists, and the rules that cannot all hold for them. `key` is empty for who has gone."""

    name: str
    key: str
    rules: tuple[RuleShown, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What a run came to: conflicts in sentences, or the moves it proposes."""

    conflicts: tuple[ConflictShown, ...] = ()
    page: Page[Proposed] | None = None
    people: int = 0
    moves: int = 0
    replan: Replan | None = None
    broken: tuple[str, ...] = ()


def result(viewer: Viewer, run: PlanRun, *, number: str | int = 1, changes: str | int = 1) -> Result:
    """What a run that has ended came to, read on the records of today."""
    if run.state not in {RunState.IMPOSSIBLE, RunState.FOUND, RunState.REFUSED}:
        return Result()
    shown = seats(viewer, run.draft)
    note_list(viewer, Right.ROTATION_PLAN, verb="rotation.picture", count=len(shown.picture.people))
    if run.state == RunState.IMPOSSIBLE:
        return Result(conflicts=tuple(_conflict(shown.picture, one) for one in run.conflict))
    if run.state == RunState.REFUSED:
        return Result(broken=tuple(broken_rules(shown.picture, run.verdict.get("broken", ()))))
    found = _moves(run, shown.picture, shown.moves)
    rows = proposals(shown.picture, found, shown.moves)
    return Result(
        page=Paginator(rows, PAGE_SIZE).get_page(number),
        people=len(rows),
        moves=len(found),
        replan=replan(run, shown.picture, number=changes),
    )


def _moves(run: PlanRun, picture: Picture, drafted: Iterable[MoveFacts]) -> list[MoveFacts]:
    plan = Plan({key: tuple(posts) for key, posts in run.assignments.items()})
    return moves_of(parse(run.problem), plan, picture, _kept(drafted))


def _kept(drafted: Iterable[MoveFacts]) -> list[MoveFacts]:
    return [move for move in drafted if move.is_pinned or move.kind == CONCURRENT]


def broken(viewer: Viewer, run: PlanRun) -> list[Told]:
    """The rules that would hinder an order if all of a plan were taken, as sentences; of a run without a plan none."""
    if run.state != RunState.FOUND:
        return []
    picture, drafted = load_draft(viewer, run.draft)
    moves = [*_kept(drafted), *_moves(run, picture, drafted)]
    found = breaches(picture, seating(picture, moves))
    return [tell(breach, picture, is_section=True) for breach in found if breach.is_must]


def proposals(picture: Picture, found: list[MoveFacts], drafted: Iterable[MoveFacts]) -> list[Proposed]:
    """The people whom a plan moves, in the order of the picture, each with every move."""
    theirs: dict[str, list[MoveFacts]] = {}
    for move in found:
        theirs.setdefault(move.person, []).append(move)
    known = {(move.person, move.year, move.post) for move in drafted if move.kind != CONCURRENT}
    rows = []
    for key, person in picture.people.items():
        if key not in theirs:
            continue
        now = _("no post") if person.main is None else post_label(picture, person.main.post)
        moves = tuple((fiscal.label(move.year), post_label(picture, move.post)) for move in theirs[key])
        is_taken = all((key, move.year, move.post) in known for move in theirs[key])
        rows.append(Proposed(key, person.name, now, moves, is_taken))
    return rows


def _conflict(picture: Picture, stored: Mapping[str, Any]) -> ConflictShown:
    """Somebody's name, and the rules that cannot all hold for them as sentences."""
    person = picture.people.get(stored["person"])
    name = _("somebody no longer in the round") if person is None else person.name
    rules = tuple(
        RuleShown(
            _rule(picture, name, rule),
            int(rule["post"]) if rule.get("post") and int(rule["post"]) in picture.posts else None,
            rule["year"] if rule.get("year") in picture.place else None,
        )
        for rule in stored["rules"]
    )
    return ConflictShown(name, "" if person is None else person.key, rules)


def _rule(picture: Picture, name: str, rule: Mapping[str, Any]) -> str:
    post = picture.posts.get(int(rule["post"])) if rule.get("post") else None
    kind, options = rule["kind"], str(rule.get("text", "")).split("only: ")
    words = {
        "person": name,
        "post": post_label(picture, None if post is None else post.id),
        "year": fiscal.label(rule["year"]) if rule.get("year") else "",
        "years": "" if post is None else post.tenure_min if kind == "tenure_min" else post.tenure_max,
    }
    if kind == "options":
        numbers = [word.strip(" .") for word in options[-1].split(",")] if len(options) > 1 else []
        labels = [post_label(picture, int(number)) for number in numbers if number.isdigit()]
        words["posts"] = listed(labels)
        kind = "options" if labels else "no-options"
    return str(CONFLICT[kind]) % words
