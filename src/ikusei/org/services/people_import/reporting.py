"""A plan in JSON: what the page and the command line show of it."""

from typing import Any

from ikusei.lib.tabular import Problem
from ikusei.org.imports.plan import Plan
from ikusei.org.imports.rows import StaffList

SAMPLES = 20
"""People shown of each kind."""

KEPT = 2000
"""Problems kept with an import for its page; the file of problem rows holds them all."""


def report_of(staff: StaffList, plan: Plan) -> dict[str, Any]:
    """The report: counts, samples, problems, warnings, what was not read; endings to be confirmed stand apart."""
    problems = [*plan.stops, *plan.problems]
    return {
        **plan.counts,
        "rows": len(staff.cells),
        "problems": [problem.as_dict() for problem in problems[:KEPT]],
        "problem_count": len(problems),
        "problem_rows": len(rows_with_problems(plan)),
        "stops": bool(plan.stops),
        "too_many_end": plan.too_many_end.as_dict() if plan.too_many_end else None,
        "warnings": [warning.as_dict() for warning in plan.warnings[:KEPT]],
        "warning_count": len(plan.warnings),
        "skipped": [*staff.skipped, *plan.passed_over][:KEPT],
        "columns": staff.columns,
        "uncertain": staff.uncertain,
        "not_read": staff.not_read,
        "units": [unit.words for unit in plan.units[:SAMPLES]],
        "unit_count": len(plan.units),
        "post_count": len(plan.posts),
        "samples": _samples(plan),
    }


def all_problems(plan: Plan) -> list[Problem]:
    """What hinders the whole list, then the problems of rows."""
    return [*plan.stops, *([plan.too_many_end] if plan.too_many_end else []), *plan.problems]


def rows_with_problems(plan: Plan) -> list[int]:
    """The numbers of the rows to be mended, each once, in order."""
    return sorted({problem.row for problem in plan.problems if problem.row is not None})


def _samples(plan: Plan) -> dict[str, list[dict[str, Any]]]:
    return {
        "new": [
            {
                "number": new.row.number,
                "name": new.row.name,
                "grade": new.grade,
                "category": str(new.category),
                "posting": new.postings[0].post.words if new.postings else "",
                "again": new.person is not None,
            }
            for new in plan.new[:SAMPLES]
        ],
        "changed": [
            {
                "number": changed.person.number,
                "name": changed.person.name,
                "differences": [list(difference) for difference in changed.differences()],
            }
            for changed in plan.changed[:SAMPLES]
        ],
        "ended": [
            {
                "number": ended.person.number,
                "name": ended.person.name,
                "on": ended.on.isoformat(),
                "row": ended.row,
                "posting": ended.person.postings[0].post.words if ended.person.postings else "",
            }
            for ended in plan.ended[:SAMPLES]
        ],
    }
