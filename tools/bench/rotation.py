"""The planner on the published problems: first plan, gap as time goes by, memory; beside it what an office does today.

Usage: python -m tools.bench.rotation [--only 220x5|2000x5]
Where an aim is missed, two minutes of branching show how much of the gap no plan can close.
Needs the published problems in ../shared/data/rotation beside the repository, or IKUSEI_ROTATION_PROBLEMS. Prints a
Markdown table and writes bench/out/rotation.json. Every problem runs in a process of its own, so that its peak memory is
its own. `plans by year` seats everybody year by year with scipy's linear_sum_assignment, tenure kept, future ignored.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools.bench.inside import ROOT, keep, machine

PROBLEMS = {
    "rotation-220x5-seed1.json.gz": (60.0, 0.25),
    "rotation-220x5-seed2.json.gz": (60.0, 0.25),
    "rotation-2000x5-seed1.json.gz": (300.0, 0.6),
}
BRANCHING = 120.0
"""Seconds of branching where an aim is missed: how much of the rest is the linear program's own."""
CHECKPOINTS = (10, 20, 35, 60, 100, 171, 300)


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--child")
    asked = parser.parse_args()
    if asked.child:
        json.dump(measured(Path(asked.child)), sys.stdout)
        return
    folder = Path(os.environ.get("IKUSEI_ROTATION_PROBLEMS", ROOT.parent / "shared" / "data" / "rotation"))
    told: dict[str, Any] = {"machine": machine(), "load": os.getloadavg()}
    for name in PROBLEMS:
        if asked.only in name:
            command = [sys.executable, "-m", "tools.bench.rotation", "--child", str(folder / name)]
            environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT, env=environment)
            told[name] = json.loads(done.stdout)
    report(told)
    keep("rotation", told)


def measured(file: Path) -> dict[str, Any]:
    """What one problem took: runs in a process of its own."""
    from ikusei.rotation.solver.branching import branch
    from ikusei.rotation.solver.check import check
    from ikusei.rotation.solver.objective import best_values
    from ikusei.rotation.solver.problem import read
    from ikusei.rotation.solver.solve import Found, Progress, solve
    from tools.bench.yearly import by_year

    problem = read(file)
    worth = best_values(problem)
    gaps: dict[str, float] = {}

    def watch(progress: Progress) -> None:
        if progress.objective is not None:
            for seconds in CHECKPOINTS:
                if progress.seconds <= seconds:
                    gaps[str(seconds)] = 100 * (progress.objective - progress.bound) / worth

    seconds, aim = PROBLEMS[file.name]
    outcome = solve(problem, seconds=seconds, progress=watch)
    if not isinstance(outcome, Found):
        sys.exit(f"No plan for {file.name}.")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    verdict = check(problem, outcome.plan)
    yearly = check(problem, by_year(problem))
    branched: dict[str, float] = {}
    if outcome.gap > aim:
        told = branch(problem, outcome.prices, outcome.searched, seconds=BRANCHING)
        branched = {
            "own": 100 * (told.bound - outcome.bound) / worth,
            "nodes": told.nodes,
            "seconds": told.seconds,
        }
    return {
        "branched": branched,
        "first": outcome.first_seconds,
        "gaps": {key: gap for key, gap in gaps.items() if float(key) <= seconds},
        "gap": outcome.gap,
        "aim": aim,
        "seconds": outcome.seconds,
        "objective": verdict.objective,
        "bound": outcome.bound,
        "broken": len(verdict.broken),
        "peak": peak,
        "yearly_objective": yearly.objective,
        "yearly_broken": len(yearly.broken),
        "yearly_gap": 100 * (yearly.objective - outcome.bound) / worth,
    }


def report(told: dict[str, Any]) -> None:
    """Print the figures as a table."""
    print(f"\n{told['machine']}, load {told['load'][0]:.1f} at the start\n")
    print(
        "| problem | first plan s | gap % by second | gap % at the end | aim | peak MB | "
        "plans by year: gap % | of the gap, proven by branching to be the linear program's own |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for name, row in told.items():
        if isinstance(row, dict):
            halved = row["branched"]
            own = (
                f"{halved['own']:.3f} % ({halved['nodes']} nodes, {halved['seconds']:.0f} s)"
                if halved
                else "-"
            )
            gaps = ", ".join(
                f"{key}: {gap:.2f}" for key, gap in sorted(row["gaps"].items(), key=lambda one: float(one[0]))
            )
            print(
                f"| {name.split('.')[0]} | {row['first']:.1f} | {gaps} | {row['gap']:.3f} ({row['seconds']:.0f} s) "
                f"| {row['aim']} | {row['peak']:.0f} | {row['yearly_gap']:.1f} | {own} |"
            )


if __name__ == "__main__":
    main()
