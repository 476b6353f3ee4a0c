"""`ikusei rotation check`: what a plan costs and which rules it breaks, counted independently of the planner."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from ikusei.rotation.solver import plan as plans
from ikusei.rotation.solver import problem as problems
from ikusei.rotation.solver.check import check
from ikusei.rotation.solver.fields import InvalidDocument
from ikusei.rotation.solver.plan import Plan

BROKEN, INVALID = 1, 2
"""Exit statuses: rules are broken; a file is none."""
NEAR = 1e-6
"""Figures this close to each other, in parts of their size, are the same."""


class Command(BaseCommand):
    help = "Check a plan of the rotation planner against its problem: rules, objective, what is short."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("problem", metavar="PROBLEM", type=Path, help="FILE.json or FILE.json.gz")
        parser.add_argument("plan", metavar="PLAN", type=Path, help="FILE.json or FILE.json.gz")

    def handle(self, *args: Any, **options: Any) -> None:
        file = options["problem"]
        try:
            problem = problems.read(file)
            file = options["plan"]
            plan = plans.read(file)
        except (InvalidDocument, OSError) as error:
            reason = (
                str(error)
                if isinstance(error, InvalidDocument)
                else f"The file cannot be opened: {error.strerror or error}."
            )
            self.stderr.write(f"{file}: {reason}")
            raise SystemExit(INVALID) from None
        verdict = check(problem, plan)
        self.stdout.write(json.dumps(verdict.as_dict(), ensure_ascii=False, allow_nan=False))
        self._compare(plan, verdict.objective)
        if verdict.broken:
            raise SystemExit(BROKEN)

    def _compare(self, plan: Plan, objective: float) -> None:
        """Say where the plan's own figures are not what was counted; they decide nothing."""
        room = NEAR * max(1.0, abs(objective))
        if plan.objective is not None and abs(plan.objective - objective) > room:
            self.stderr.write(f"The plan says objective {plan.objective:.12g}; it is {objective:.12g}.")
        if plan.bound is not None and plan.bound > objective + room:
            self.stderr.write(
                f"The plan says that no plan lies below {plan.bound:.12g}; it lies at {objective:.12g} itself."
            )
