"""A curve of changes against value, in a worker: one plan after the other, each checked and kept as a run of its own.

A worker that dies loses the price at work and nothing else: run again, the prices that have their plan are not searched
anew. The search is loaded inside `run_curve` alone.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from ikusei.jobs.progress import Progress as JobProgress
from ikusei.jobs.progress import StopWanted, Why
from ikusei.jobs.registry import TaskFailed
from ikusei.rotation import announced
from ikusei.rotation.models import PlanCurve, PlanRun, RunState
from ikusei.rotation.services.planning import OPEN, Watch, end, start_of, told, write
from ikusei.rotation.solver import conflict
from ikusei.rotation.solver.plan import Plan
from ikusei.rotation.solver.problem import InvalidProblem, Problem, parse

if TYPE_CHECKING:
    from ikusei.rotation.solver.curve import Point
    from ikusei.rotation.solver.solve import Found, Progress


class _Watch(Watch):
    """Writes how the price at work moves, and counts the seconds of the prices before it."""

    before = 0.0

    def keep(self, so_far: Progress) -> None:
        """Write the course of the price at work to the curve."""
        write(self.run, course=self.course)

    def _advance(self, seconds: int) -> None:
        super()._advance(max(seconds + int(self.before), self.progress.done))

    def next(self, seconds: float) -> None:
        """Begin with the next price; the one before took so long."""
        self.before += seconds
        self.course = []


def run_curve(progress: JobProgress, public_id: uuid.UUID) -> PlanCurve:
    """The curve, ended; one that has ended before is left as it is.

    Ends REFUSED at the first plan that the checker contradicts: the plans before it were agreed to one by one and stay.
    Raises TaskFailed for a problem that is none, StopWanted where the worker ends (the job then goes back to the queue).
    """
    curve = PlanCurve.objects.get(public_id=public_id)
    if curve.state not in OPEN:
        return curve
    write(curve, state=RunState.RUNNING, course=[])
    try:
        problem = parse(curve.problem)
    except InvalidProblem:
        end(curve, RunState.FAILED)
        raise TaskFailed(_("The problem could not be read.")) from None
    if conflict.find(problem) is not None:
        end(curve, RunState.IMPOSSIBLE)
        return curve
    end(curve, _search(curve, problem, _Watch(curve, progress)))
    return curve


def _search(curve: PlanCurve, problem: Problem, watch: _Watch) -> RunState:
    """How the curve ends, after a plan for each price that has none yet."""
    from ikusei.rotation.solver.curve import NoPoint, RefusedPoint

    done = {run.change_price: run for run in curve.points.all()}
    last = start_of(curve, problem)
    for price in curve.prices:
        if price in done:
            if done[price].state != RunState.FOUND:
                return RunState.REFUSED
            last = Plan({key: tuple(posts) for key, posts in done[price].assignments.items()})
            continue
        if watch.stopped():
            _go_back(watch)
            break
        try:
            one = _point(curve, problem, price, last, watch)
        except (NoPoint, RefusedPoint) as bad:
            _go_back(watch)
            if isinstance(bad, NoPoint):
                break
            _record(curve, problem, price, bad.found, watch)
            return RunState.REFUSED
        _go_back(watch)
        _record(curve, problem, price, one.found, watch)
        watch.next(one.found.seconds)
        last = one.plan
    return RunState.FOUND if curve.points.filter(state=RunState.FOUND).exists() else RunState.UNKNOWN


def _go_back(watch: _Watch) -> None:
    """Raise StopWanted where the worker ends: what the price at work has found is left for the next worker to find."""
    if watch.why in {Why.WORKER_ENDS, Why.NOT_OURS}:
        raise StopWanted(watch.why)


def _point(curve: PlanCurve, problem: Problem, price: float, start: Plan | None, watch: _Watch) -> Point:
    from ikusei.rotation.solver.curve import point

    return point(
        problem,
        announced.read(curve.announced),
        price,
        seconds=curve.seconds_allowed / len(curve.prices),
        seed=curve.seed,
        start=start,
        progress=watch.told,
        stop=watch.stopped,
    )


def _record(curve: PlanCurve, problem: Problem, price: float, found: Found, watch: _Watch) -> None:
    """Keep the plan of a price as a run that has ended."""
    watch.note(found.seconds, found.bound, found.searched)
    run = PlanRun(
        draft_id=curve.draft_id,
        draft_revision=curve.draft_revision,
        job_id=curve.job_id,
        asked_by_id=curve.asked_by_id,
        seconds_allowed=max(1, curve.seconds_allowed // len(curve.prices)),
        seed=curve.seed,
        change_price=price,
        problem=curve.problem,
        announced=curve.announced,
        announced_of_id=curve.announced_of_id,
        start=curve.start,
        curve=curve,
        course=watch.course,
        ended_at=timezone.now(),
    )
    run.state, facts = told(run, problem, found)
    for name, value in facts.items():
        setattr(run, name, value)
    run.save(force_insert=True)
