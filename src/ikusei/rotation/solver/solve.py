"""A plan for a rotation problem, with a proven bound: the planner's front door.

How it works, measured and explained: docs/develop/planner.md. Pure: reads nothing, writes nothing (numba keeps compiled
code beside the modules, or in NUMBA_CACHE_DIR, or in the user's cache folder where the modules' own is not writable).
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ikusei.rotation.solver import conflict, greedy
from ikusei.rotation.solver.allowed import allowed
from ikusei.rotation.solver.budget import Budget
from ikusei.rotation.solver.objective import best_values, objective, rounding
from ikusei.rotation.solver.outcome import Found, Impossible, Outcome, Progress, Unknown
from ikusei.rotation.solver.plan import Plan
from ikusei.rotation.solver.problem import Problem
from ikusei.rotation.solver.tables import NOBODY, Tables, compile_tables

if TYPE_CHECKING:
    from ikusei.rotation.solver.search import Search

__all__ = ["Found", "Impossible", "Outcome", "Progress", "Unknown", "solve"]

SECONDS = 60.0
WATCH = 0.2  # seconds between two looks at stop() and two tellings of progress
PATIENCE = 1.5  # seconds that a search that was told to end may take to come back

type Announced = Mapping[tuple[str, int], str]


def solve(
    problem: Problem,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 0,
    threads: int | None = None,
    start: Plan | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    announced: Announced | None = None,
    change_price: float = 0.0,
) -> Outcome:
    """The best plan found within `seconds` (60 where neither is given) or `iterations`, or why there is none.

    The same seed and `iterations` on one thread give the same plan. `start`: paths to begin with, where they keep the
    rules. `announced`: (person, year) -> post; each seat that differs costs `change_price` more in what is searched.
    """
    budget = Budget(SECONDS if seconds is None and iterations is None else seconds, iterations)
    told_to_stop = stop or (lambda: False)
    tables = compile_tables(problem)
    if announced and change_price:
        tables = with_changes(problem, tables, announced, change_price)
    first = greedy.first_plan(tables, lambda: budget.stopped() or told_to_stop())
    if not first.done:
        return Unknown("the search was ended before its first plan.")
    if first.stuck:
        people = [problem.people[person].id for person in first.stuck]
        conflicts = conflict.find(problem, people)
        if conflicts is None:
            return Unknown("the planner finds no way for somebody, and the rules do not say why.")
        return Impossible(conflicts)
    run = _Run(problem, tables, first, budget)
    if announced and change_price:
        run.announced, run.change_price = announced, change_price
        run.whole = run.whole and float(change_price).is_integer()
    if run.ended():
        run.tell(progress)
    else:
        run.watch(seed, threads or _cores(), start, progress, told_to_stop)
    return run.found(seed)


def _cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def with_changes(problem: Problem, tables: Tables, announced: Announced, price: float) -> Tables:
    """The tables with a price on every seat that differs from the announced one."""
    value = tables.option_value.copy()
    place = {post.id: number for number, post in enumerate(problem.posts)}
    people = {person.id: number for number, person in enumerate(problem.people)}
    for (person, year), post in announced.items():
        if person in people and year in problem.years:
            options = slice(tables.options[people[person]], tables.options[people[person] + 1])
            other = tables.option_post[options] != place.get(post, NOBODY)
            value[options, year - problem.years[0]] -= price * other
    return tables._replace(option_value=value)


def changes(problem: Problem, plan: Plan, announced: Announced) -> int:
    """How many announced seats of people who are present differ in the plan."""
    present = {person.id: person for person in problem.people}
    return sum(
        plan.assignments[person][year - problem.years[0]] != post
        for (person, year), post in announced.items()
        if person in present
        and year in problem.years
        and present[person].start <= year < present[person].until
    )


def whole(problem: Problem) -> bool:
    """Is the objective of every plan a whole number."""
    weights = problem.weights
    figures = [weights.move, weights.balance, weights.over_capacity, weights.below_minimum]
    figures += [weights.missing_expert, weights.missing_continuity]
    figures += [option.value for person in problem.people for option in person.options]
    return all(float(figure).is_integer() for figure in figures)


class _Run:
    """One search being watched: starts it, tells its progress, ends it in time, keeps its best plan."""

    def __init__(self, problem: Problem, tables: Tables, first: greedy.First, budget: Budget) -> None:
        self.problem, self.tables, self.first, self.budget = problem, tables, first, budget
        self.announced: Announced = {}
        self.change_price = 0.0
        self.whole = whole(problem)
        self.first_seconds = budget.elapsed()
        self.search: Search | None = None
        self.failure: BaseException | None = None
        self.known = greedy.bound(first)

    def ended(self) -> bool:
        """Is nothing left to search: there is one plan only, or the first one lies at its bound."""
        searched = self._searched(self._plan(self.first.paths))
        if greedy.only_plan(self.tables):
            self.known = searched
        # The bound of the first plan is lowered against rounding, by its size.
        room = 0.0 if self.whole else rounding(searched) + rounding(2.0 * (1.0 + self.first.size))
        return searched - self._bound(searched) <= room

    def tell(self, progress: Callable[[Progress], None] | None) -> None:
        """Tell how far the search is."""
        if progress:
            progress(self._progress(self._searched(self._plan(self.first.paths))))

    def watch(
        self,
        seed: int,
        threads: int,
        start: Plan | None,
        progress: Callable[[Progress], None] | None,
        stop: Callable[[], bool],
    ) -> None:
        """Run the search in a thread of its own until it ends, or its time is over, or it is told to stop."""
        known = (
            _paths(self.problem, start)
            if start
            else np.empty((0, len(self.problem.years) + 1), dtype=np.int64)
        )
        worker = threading.Thread(target=self._work, args=(seed, threads, known), name="planner")
        objective = self._searched(self._plan(self.first.paths))
        worker.start()
        while worker.is_alive():
            if stop() or self.budget.left() <= 0:
                break
            if progress:
                progress(self._progress(objective))
            worker.join(min(WATCH, max(0.0, self.budget.left())))
        self.budget.end()
        worker.join(PATIENCE)
        if self.failure is not None:
            raise self.failure
        if progress:
            progress(self._progress(objective))

    def _work(self, seed: int, threads: int, known: NDArray[np.int64]) -> None:
        """Load the compiled search, then run it. What goes wrong is raised by whoever watches."""
        try:
            from ikusei.rotation.solver.improve import improve
            from ikusei.rotation.solver.incumbent import Incumbent
            from ikusei.rotation.solver.search import Search

            tables = self.tables
            incumbent = Incumbent(tables, self.first.paths)
            known = known[allowed(tables, known)]
            incumbent.offer(known[:, 0], known[:, 1:])
            near = 1.0 - 1e-6 if self.whole else 3e-7 + rounding(incumbent.objective)
            self.search = Search(tables, incumbent, self.budget, seed=seed, threads=threads, near=near)
            self.search.price()
            improve(self.search, known)
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that asked
            self.failure = error

    def _progress(self, first: float) -> Progress:
        search = self.search
        objective = search.incumbent.objective if search else first
        return Progress(self.budget.elapsed(), self.budget.rounds, self._bound(objective), objective)

    def _bound(self, searched: float) -> float:
        """The proven bound; rounded up where every objective is a whole number.

        What lies above the plan (`searched`) by more than rounding is wrong and stays there: whoever checks the plan refuses it.
        """
        bound = self.known
        if self.search:
            bound = max(bound, self.search.bound)
        if self.whole and math.isfinite(bound):
            bound = float(math.ceil(bound - 1e-6))
        return searched if 0.0 < bound - searched <= rounding(searched) else bound

    def _plan(self, paths: NDArray[np.int64]) -> Plan:
        """The plan of paths (N, T)."""
        posts = [post.id for post in self.problem.posts]
        rows = {
            person.id: tuple(None if post == NOBODY else posts[post] for post in path)
            for person, path in zip(self.problem.people, paths.tolist(), strict=True)
        }
        return Plan(rows, objective=objective(self.problem, rows))

    def _searched(self, plan: Plan) -> float:
        """The objective searched: the file's, and the price of changing what was announced."""
        return objective(self.problem, plan.assignments) + self.change_price * changes(
            self.problem, plan, self.announced
        )

    def found(self, seed: int) -> Found:
        """The best plan, with the bound and what it was searched by."""
        search = self.search
        plan = self._plan(search.incumbent.columns.path if search else self.first.paths)
        searched = self._searched(plan)
        bound = self._bound(searched)
        most = best_values(self.problem)
        seconds = self.budget.elapsed()
        of_file = bound - self.change_price * len(self.announced)
        shape = (3, len(self.problem.posts), len(self.problem.years))
        return Found(
            plan=replace(plan, bound=of_file, seconds=round(seconds, 3), seed=seed),
            bound=bound,
            gap=100.0 * (searched - bound) / most if most > 0 else math.nan,
            seconds=seconds,
            iterations=self.budget.rounds,
            searched=searched,
            prices=search.ascent.best if search else np.zeros(shape),
            first_seconds=self.first_seconds,
        )


def _paths(problem: Problem, plan: Plan) -> NDArray[np.int64]:
    """(n, T + 1): person and path of everybody whose row of the plan names known posts for the right years."""
    posts = {post.id: number for number, post in enumerate(problem.posts)}
    rows = [
        [number, *(NOBODY if seat is None else posts[seat] for seat in plan.assignments[person.id])]
        for number, person in enumerate(problem.people)
        if len(plan.assignments.get(person.id, ())) == len(problem.years)
        and all(seat is None or seat in posts for seat in plan.assignments[person.id])
    ]
    return np.array(rows, dtype=np.int64).reshape(len(rows), len(problem.years) + 1)
