"""The restricted problem over listed columns, for HiGHS: as a linear program (prices) or in whole numbers (plans).

One row for each person in it (one path each), one for each post and year that its columns touch; the rest of the plan
stands still and has taken its seats. Every solver object runs on one thread: changing `threads` between objects of one
process makes HiGHS return nothing without a word, so every status is looked at.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from ikusei.rotation.solver.columns import Columns, row_costs
from ikusei.rotation.solver.objective import rounding
from ikusei.rotation.solver.tables import Tables

INFINITE = highspy.kHighsInf
TAKEN = 0.5
DUAL = 1e-7  # the solver's tolerance for reduced costs


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The linear program's answer: objective (of these columns and all rows), shares (C,) of the columns,
    prices (3, P, T), which of these rows any column touches, and whether it was solved.
    """

    objective: float
    shares: NDArray[np.float64]
    prices: NDArray[np.float64]
    touched: NDArray[np.bool_]
    solved: bool

    def priced(self, otherwise: NDArray[np.float64]) -> NDArray[np.float64]:
        """The prices, and others for rows that no column touches."""
        return np.where(self.touched, self.prices, otherwise)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The whole-number answer: the columns taken, whether no better ones exist among those given, and nodes seen.

    bound: what no choice among the given columns lies below, with everything outside; lowered against rounding, and
    minus infinity unless proven.
    """

    columns: NDArray[np.int64]
    proven: bool
    nodes: int
    bound: float


class Restricted:
    """A model over columns (of people who are out of the plan) beside `outside` (3, P, T), what the others count."""

    def __init__(self, tables: Tables, columns: Columns, outside: NDArray[np.int64]) -> None:
        self.tables, self.columns, self.outside = tables, columns, outside
        self.people, self.local = np.unique(columns.person, return_inverse=True)
        self._limits()
        self._entries()
        untouched = np.delete(row_costs(tables, outside).ravel(), np.unique(self.row))
        self.constant = float(untouched.sum())

    def _limits(self) -> None:
        """Rows of posts and years that columns touch: their limits, and which model row each is."""
        tables = self.tables
        posts, years = self.outside.shape[1:]
        touched = np.unique(self.columns.rows[self.columns.rows >= 0])
        kind, post = touched // (posts * years), touched % (posts * years) // years
        taken = self.outside.ravel()[touched]
        wanted = np.choose(kind, [tables.minimum[post], tables.expert_count[post], tables.continuity[post]])
        least = (wanted - taken).astype(np.float64)
        most = np.where(kind == 0, tables.capacity[post] - taken, INFINITE).astype(np.float64)
        below = np.choose(kind, [tables.below_minimum, tables.missing_expert, tables.missing_continuity])
        # Capacity and minimum of a row are one model row unless they contradict each other.
        apart = (least > most) & (kind == 0)
        matters = (least > 0) | (kind == 0)
        above = (
            touched[matters & ~apart],
            least[matters & ~apart],
            most[matters & ~apart],
            below[matters & ~apart],
        )
        tops = touched[apart], np.full(apart.sum(), -INFINITE), most[apart], below[apart]
        bottoms = touched[apart], least[apart], np.full(apart.sum(), INFINITE), below[apart]
        self.row, self.least, self.most, self.below = (
            np.concatenate(parts) for parts in zip(above, tops, bottoms, strict=True)
        )

    def _entries(self) -> None:
        """The matrix, column by column: path columns first, then what is over, then what is short."""
        columns, people = self.columns, len(self.people)
        number = len(columns)
        size = self.outside.size
        # A row of post and year is one or two rows of the model.
        place = np.full((2, size + 1), -1, dtype=np.int64)
        for model_row, row in enumerate(self.row.tolist()):
            place[0 if place[0, row] < 0 else 1, row] = people + model_row
        touches = np.concatenate(
            [self.local[:, None], place[0][columns.rows], place[1][columns.rows]], axis=1
        )
        valid = touches >= 0
        lengths = valid.sum(axis=1)
        over = np.nonzero(self.most < INFINITE)[0]
        short = np.nonzero(self.least > 0)[0]
        slack_rows = people + np.concatenate([over, short])
        self.start = np.concatenate([[0], np.cumsum(np.concatenate([lengths, np.ones(len(slack_rows))]))])
        self.index = np.concatenate([touches[valid], slack_rows])
        self.value = np.concatenate([np.ones(valid.sum()), np.full(len(over), -1.0), np.ones(len(short))])
        self.cost = np.concatenate(
            [columns.cost, np.full(len(over), self.tables.over_capacity), self.below[short]]
        )
        self.upper = np.concatenate([np.ones(number), np.full(len(slack_rows), INFINITE)])
        self.over, self.short = over, short

    def _model(self, whole: bool) -> highspy.HighsLp:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.cost), len(self.people) + len(self.row)
        model.col_cost_ = self.cost
        model.col_lower_ = np.zeros(len(self.cost))
        # Nobody can take more than one whole path: without this bound the linear program is quicker.
        model.col_upper_ = self.upper if whole else np.full(len(self.cost), INFINITE)
        ones = np.ones(len(self.people))
        model.row_lower_ = np.concatenate([ones, self.least])
        model.row_upper_ = np.concatenate([ones, self.most])
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = self.start.astype(np.int32)
        model.a_matrix_.index_ = self.index.astype(np.int32)
        model.a_matrix_.value_ = self.value
        if whole:
            kinds = [highspy.HighsVarType.kInteger] * len(self.columns)
            kinds += [highspy.HighsVarType.kContinuous] * (len(self.cost) - len(self.columns))
            model.integrality_ = kinds
        return model

    def relax(self, seconds: float, stop: Callable[[], bool]) -> Relaxed:
        """Solve the linear program by the interior point method; prices of rows it does not hold are nothing."""
        solver = _solver(seconds)
        solver.setOptionValue("solver", "ipm")
        solver.setOptionValue("run_crossover", "off")
        solver.cbIpmInterrupt.subscribe(_interrupter(stop))
        solver.passModel(self._model(whole=False))
        solver.run()
        status = solver.getModelStatus()
        solution = solver.getSolution()
        prices = np.zeros(self.outside.size)
        shaped = prices.reshape(self.outside.shape)
        touched = np.isin(np.arange(prices.size), self.row).reshape(shaped.shape)
        done = status == highspy.HighsModelStatus.kOptimal and len(solution.row_dual) > 0
        if not done:
            return Relaxed(np.inf, np.zeros(len(self.columns)), shaped, touched, solved=False)
        duals = np.array(solution.row_dual)[len(self.people) :]
        np.add.at(prices, self.row, duals)
        shaped[0] *= -1.0
        values = np.array(solution.col_value)
        objective = float(values @ self.cost) + self.constant
        return Relaxed(objective, values[: len(self.columns)], shaped, touched, solved=True)

    def choose(
        self,
        *,
        seconds: float,
        patience: float,
        nodes: int,
        near: float,
        stop: Callable[[], bool],
        known: NDArray[np.int64] | None = None,
    ) -> Chosen | None:
        """Solve in whole numbers, best plan within the limits; `known` are columns of a plan to begin with.

        None where nothing was found in time. patience: seconds of the processor. `near`: a plan this close to the best counts as the best.
        """
        solver = _solver(seconds)
        solver.setOptionValue("mip_max_nodes", nodes)
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.setOptionValue("mip_abs_gap", near)
        begun = time.thread_time()
        # Patience counts the processor's time: on a busy machine a neighbourhood gets no less work done.
        solver.cbMipInterrupt.subscribe(_interrupter(lambda: stop() or time.thread_time() - begun > patience))
        solver.passModel(self._model(whole=True))
        if known is not None:
            begin = highspy.HighsSolution()
            begin.col_value = self._with_slack(known)
            solver.setSolution(begin)
        solver.run()
        info = solver.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        taken = np.nonzero(np.array(solver.getSolution().col_value)[: len(self.columns)] > TAKEN)[0]
        if len(taken) != len(self.people):
            return None
        proven = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        bound = self._lowered(float(info.mip_dual_bound)) if proven else -np.inf
        return Chosen(taken, proven, max(0, int(info.mip_node_count)), bound)

    def _lowered(self, dual_bound: float) -> float:
        """The solver's bound with what stands outside, lowered by what its tolerances could have raised it.

        Its reduced costs may be wrong by DUAL each, and no column is taken more than once; the rest is rounding.
        """
        if not np.isfinite(dual_bound):
            return -np.inf
        size = float(np.abs(self.columns.cost).sum()) / max(1, len(self.columns)) * len(self.people)
        room = 10 * DUAL * len(self.cost) + rounding(size + abs(dual_bound) + abs(self.constant))
        return dual_bound + self.constant - room

    def _with_slack(self, known: NDArray[np.int64]) -> list[float]:
        """Values of all the model's columns for a plan that takes the known columns."""
        taken = np.zeros(len(self.cost))
        taken[known] = 1.0
        sums = np.zeros(len(self.people) + len(self.row))
        column = np.repeat(np.arange(len(self.cost)), np.diff(self.start).astype(np.int64))
        np.add.at(sums, self.index, self.value * taken[column])
        sums = sums[len(self.people) :]
        number = len(self.columns)
        taken[number : number + len(self.over)] = np.maximum(0.0, sums - self.most)[self.over]
        taken[number + len(self.over) :] = np.maximum(0.0, self.least - sums)[self.short]
        return [float(value) for value in taken]


class _Silent(highspy.Highs):
    """A solver that never writes to standard output: a fresh one greets there, unless it is told not to before that."""

    def enableCallbacks(self) -> None:  # noqa: N802 - HiGHS calls it so, from its constructor
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def _solver(seconds: float) -> highspy.Highs:
    solver = _Silent()  # type: ignore[no-untyped-call]
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 0)
    if seconds < INFINITE:
        solver.setOptionValue("time_limit", max(0.05, float(seconds)))
    return solver


def _interrupter(stop: Callable[[], bool]) -> Callable[[highspy.HighsCallbackEvent], None]:
    def ask(event: highspy.HighsCallbackEvent) -> None:
        if stop():
            event.interrupt()

    return ask
