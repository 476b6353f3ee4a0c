"""Curves of changes against value, ready to be shown: a point for each price, the line through them, how far the work is."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import FETCH_RAISE

from ikusei.jobs.models import ENDED
from ikusei.org.access import NotVisible, Viewer
from ikusei.rotation import access
from ikusei.rotation.models import Draft, PlanCurve, PlanRun, RunState

WIDTH, HEIGHT = 600, 260
OPEN = (RunState.WAITING, RunState.RUNNING)
CURVES = 5
TICKS = 4


@dataclass(frozen=True, slots=True)
class Point:
    """A plan of the curve: `gained` are the points that its objective lies below the plan that changes least."""

    run: PlanRun
    changed: int
    people: int
    gained: float
    x: float = 0.0
    y: float = 0.0

    @property
    def whole(self) -> float:
        """The objective with the price of the changes."""
        return (self.run.objective or 0.0) + self.run.change_price * self.changed


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: its place in the picture and its number."""

    at: float
    number: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """The line through the points, "x,y x,y ...", and the marks on both axes."""

    line: str
    points: tuple[Point, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]


@dataclass(frozen=True)
class ShownCurve:
    """A curve as its page shows it."""

    curve: PlanCurve
    runs: Sequence[PlanRun]

    @property
    def is_at_work(self) -> bool:
        """Whether it waits or works: its job has not ended."""
        job = self.curve.job
        return self.curve.state in OPEN and job is not None and job.state not in ENDED

    @property
    def is_waiting(self) -> bool:
        """Whether no worker has begun."""
        return self.curve.state == RunState.WAITING

    @property
    def is_broken_off(self) -> bool:
        """Whether it ended without a word: stopped before it began, or given up after its worker died twice."""
        return self.curve.state in OPEN and not self.is_at_work

    @property
    def seats(self) -> int:
        """Announced seats of people and years."""
        return len(self.curve.announced)

    @cached_property
    def points(self) -> list[Point]:
        """The plans that the checker agreed with, the dearest price first."""
        found = [run for run in self.runs if run.state == RunState.FOUND and run.objective is not None]
        found.sort(key=lambda run: -run.change_price)
        least = found[0].objective or 0.0 if found else 0.0
        return [
            Point(
                run=run,
                changed=int(run.replan.get("changed", 0)),
                people=len(run.replan.get("people", ())),
                gained=least - (run.objective or 0.0),
            )
            for run in found
        ]

    @property
    def now(self) -> float | None:
        """The price at work."""
        done = {run.change_price for run in self.runs}
        return next((price for price in self.curve.prices if price not in done), None)

    @property
    def seconds(self) -> int:
        """Seconds of search so far."""
        done = sum(run.seconds or 0.0 for run in self.runs)
        course = self.curve.course
        return int(done + (course[-1][0] if course and self.is_at_work else 0.0))

    @property
    def drawing(self) -> Drawing | None:
        """The picture, from two points on."""
        return draw(self.points)


def draw(points: Sequence[Point]) -> Drawing | None:
    """Seats changed across, points gained up; None for fewer than two plans."""
    if len(points) < 2:
        return None
    most_changed = max(1, *(point.changed for point in points))
    low, high = min(point.gained for point in points), max(point.gained for point in points)
    span = (high - low) or 1.0
    placed = [
        Point(
            point.run,
            point.changed,
            point.people,
            point.gained,
            x=round(WIDTH * point.changed / most_changed, 1),
            y=round(HEIGHT - HEIGHT * (point.gained - low) / span, 1),
        )
        for point in points
    ]
    placed.sort(key=lambda point: (point.changed, point.gained))
    across = [round(most_changed * place / TICKS) for place in range(TICKS + 1)]
    up = [low + span * place / TICKS for place in range(TICKS + 1)]
    return Drawing(
        line=" ".join(f"{point.x},{point.y}" for point in placed),
        points=tuple(placed),
        across=tuple(Tick(round(WIDTH * one / most_changed, 1), one) for one in dict.fromkeys(across)),
        up=tuple(Tick(round(HEIGHT - HEIGHT * (one - low) / span, 1), one) for one in up),
    )


def curves_of(draft: Draft) -> list[PlanCurve]:
    """The latest curves of a draft, newest first. One query."""
    rows = PlanCurve.objects.filter(draft=draft).select_related("job", "asked_by")
    return list(rows.defer("problem", "start", "announced").fetch_mode(FETCH_RAISE)[:CURVES])


def open_curve(viewer: Viewer, draft_id: uuid.UUID, public_id: uuid.UUID) -> ShownCurve:
    """A curve of a draft that the viewer may know of, for the personnel section. Raises NotVisible (404), or 403."""
    drafts = access.visible_drafts(viewer).filter(public_id=draft_id).order_by()
    curve = (
        PlanCurve.objects.filter(draft__in=drafts.values("pk"), public_id=public_id)
        .select_related(
            "job",
            "asked_by",
            "draft__round__employer",
            "draft__owner",
            "draft__bureau",
            "announced_of__round",
        )
        .defer("problem", "start")
        .first()
    )
    if curve is None:
        raise NotVisible(str(public_id))
    access.require_section(viewer, curve.draft.round.employer)
    runs = curve.points.defer(
        "problem", "start", "assignments", "prices", "row_prices", "course", "announced"
    )
    return ShownCurve(curve, list(runs))
