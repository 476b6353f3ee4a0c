"""One run of the planner, in a worker: the search, its progress, the independent checker, and what is kept of it.

The search (numba, HiGHS) is loaded inside `run_plan` alone.
"""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from ikusei.jobs.progress import Progress as JobProgress
from ikusei.jobs.progress import StopWanted, Why
from ikusei.jobs.registry import TaskFailed
from ikusei.rotation import announced
from ikusei.rotation.models import PlanCurve, PlanRun, RunState
from ikusei.rotation.solver import conflict
from ikusei.rotation.solver.check import check
from ikusei.rotation.solver.plan import Plan
from ikusei.rotation.solver.problem import InvalidProblem, Problem, parse
from ikusei.rotation.solver.verified import changed_seats, disagrees

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ikusei.rotation.solver.solve import Found, Outcome, Progress

OPEN = (RunState.WAITING, RunState.RUNNING)
PACE = 1.0
"""Seconds between two writes of the course, and two looks for a wish to stop."""
POINTS = 240
"""Points of the course that are kept; from then on every second one goes."""

type Point = list[float | None]


def run_plan(progress: JobProgress, public_id: uuid.UUID) -> PlanRun:
    """The run, ended. One that has ended before is left as it is: run again after a crash, nothing is done twice.

    Raises TaskFailed for a problem that is none, StopWanted where the worker ends (the job then goes back to the queue).
    """
    run = PlanRun.objects.get(public_id=public_id)
    if run.state not in OPEN:
        return run
    write(run, state=RunState.RUNNING, course=[])
    try:
        problem = parse(run.problem)
    except InvalidProblem:
        end(run, RunState.FAILED)
        raise TaskFailed(_("The problem could not be read.")) from None
    stuck = conflict.find(problem)
    if stuck is not None:
        end(run, RunState.IMPOSSIBLE, conflict=stuck.as_dict()["conflict"])
        return run
    watch = Watch(run, progress)
    outcome = _search(run, problem, watch)
    if watch.why in {Why.WORKER_ENDS, Why.NOT_OURS}:
        raise StopWanted(watch.why)
    _keep(run, problem, outcome, watch)
    return run


def _search(run: PlanRun, problem: Problem, watch: Watch) -> Outcome:
    from ikusei.rotation.solver.solve import solve

    return solve(
        problem,
        seconds=float(run.seconds_allowed),
        seed=run.seed,
        start=start_of(run, problem),
        progress=watch.told,
        stop=watch.stopped,
        announced=announced.read(run.announced),
        change_price=run.change_price,
    )


def start_of(run: PlanRun | PlanCurve, problem: Problem) -> Plan | None:
    """The plan that a search begins with; None where nothing was drafted or announced.

    A trial begins with the plan that it tries otherwise; any other search with everything kept that was announced.
    """
    if not run.start:
        return None
    start = Plan({person: tuple(posts) for person, posts in run.start.items()})
    if not run.announced or (isinstance(run, PlanRun) and run.trial_of_id is not None):
        return start
    return announced.starting(problem, announced.read(run.announced), start)


class Watch:
    """What looks over the planner's shoulder: writes how bound and best plan move, and hears that it should stop."""

    def __init__(
        self, run: PlanRun | PlanCurve, progress: JobProgress, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.run, self.progress, self.clock = run, progress, clock
        self.course: list[Point] = []
        self.why: Why | None = None
        self._written = -math.inf
        self._looked = -math.inf
        self._is_asked = False

    def told(self, so_far: Progress) -> None:
        """Note a point of the course, at most one a second."""
        if self.clock() - self._written < PACE or not math.isfinite(so_far.bound):
            return
        self._written = self.clock()
        self.note(so_far.seconds, so_far.bound, so_far.objective)
        self.keep(so_far)
        self._advance(int(so_far.seconds))

    def keep(self, so_far: Progress) -> None:
        """Write how far the search is to the run."""
        write(self.run, course=self.course, bound=so_far.bound, objective=so_far.objective)

    def note(self, seconds: float, bound: float, objective: float | None) -> None:
        """One point more; the last one always stays."""
        self.course.append([round(seconds, 1), round(bound, 1), _rounded(objective)])
        if len(self.course) > POINTS:
            self.course = self.course[::2]

    def stopped(self) -> bool:
        """Whether the search is to end now and hand over its best plan."""
        if self.why is None and self.clock() - self._looked >= PACE:
            self._looked = self.clock()
            self._advance(self.progress.done)
            rows = type(self.run)._default_manager.filter(pk=self.run.pk)
            self._is_asked = bool(rows.values_list("stop_asked", flat=True).first())
        return self._is_asked or self.why is not None

    def _advance(self, seconds: int) -> None:
        try:
            self.progress.advance(max(0, seconds - self.progress.done))
        except StopWanted as stop:
            self.why = stop.why


def _keep(run: PlanRun, problem: Problem, outcome: Outcome, watch: Watch) -> None:
    """Write what came out. A plan is kept only where the checker agrees with every figure of it."""
    from ikusei.rotation.solver.solve import Found, Impossible

    if isinstance(outcome, Impossible):
        end(run, RunState.IMPOSSIBLE, conflict=outcome.conflict.as_dict()["conflict"])
    elif not isinstance(outcome, Found):
        end(run, RunState.UNKNOWN, seconds=run.seconds)
    else:
        watch.note(outcome.seconds, outcome.bound, outcome.searched)
        state, facts = told(run, problem, outcome)
        end(run, state, course=watch.course, **facts)


def told(run: PlanRun, problem: Problem, found: Found) -> tuple[RunState, dict[str, Any]]:
    """What is kept of a plan found for a run: its figures, and the plan itself only where the checker agrees with them all."""
    verdict = check(problem, found.plan)
    seats = announced.read(run.announced)
    paid = run.change_price * len(changed_seats(problem, found.plan, seats))
    facts: dict[str, Any] = {
        "verdict": verdict.as_dict(),
        "seconds": found.seconds,
        "bound": _finite(found.bound),
        "objective": verdict.objective,
        "gap": _finite(found.gap),
    }
    if disagrees(verdict, found.plan, found.bound, paid=paid, searched=found.searched):
        return RunState.REFUSED, facts
    if seats:
        made = announced.replanned(problem, seats, found.plan, verdict, found.prices.tolist())
        facts["replan"] = made.as_dict()
    facts["assignments"] = {person: list(posts) for person, posts in found.plan.assignments.items()}
    return RunState.FOUND, facts | _prices(problem, found)


def _prices(problem: Problem, found: Found) -> dict[str, dict[str, Any]]:
    """The prices of seats, and those of experts and stayers of the posts where one has a price."""
    seats, experts, stayers = ([_row(row) for row in rows] for rows in found.prices)
    names = [post.id for post in problem.posts]
    rows = {name: [experts[place], stayers[place]] for place, name in enumerate(names)}
    return {
        "prices": dict(zip(names, seats, strict=True)),
        "row_prices": {name: pair for name, pair in rows.items() if any(map(any, pair))},
    }


def _row(prices: NDArray[np.float64]) -> list[float]:
    return [round(float(price), 1) for price in prices]


def end(run: PlanRun | PlanCurve, state: RunState, **facts: Any) -> None:
    """Write the end of a run or curve."""
    write(run, state=state, ended_at=timezone.now(), **facts)


def write(run: PlanRun | PlanCurve, **facts: Any) -> None:
    """Write to a run or curve as long as it has not ended: what ended once is never written again."""
    if type(run)._default_manager.filter(pk=run.pk, state__in=OPEN).update(**facts):
        for name, value in facts.items():
            setattr(run, name, value)
    else:
        run.refresh_from_db()


def _finite(figure: float) -> float | None:
    return float(figure) if math.isfinite(figure) else None


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 1)
