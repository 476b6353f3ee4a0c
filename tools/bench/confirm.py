"""Confirming a team of twelve: the list, one person's page, and the one action for everything unchanged.

Usage: python -m tools.bench.confirm [--people 40000] [--only sqlite|postgresql]
Prints a Markdown table and writes bench/out/confirm.json.
"""

from collections.abc import Mapping
from typing import Any

from tools.bench.inside import arguments, keep, measure, on_the_city

COLUMNS = {
    "answers": "levels confirmed",
    "list_p50": "list p50 ms",
    "list_p95": "list p95 ms",
    "person_p50": "person p50 ms",
    "person_p95": "person p95 ms",
    "action_p50": "one action p50 ms",
    "action_p95": "one action p95 ms",
}


def main() -> None:
    """Measure and report."""
    report(on_the_city(arguments(__doc__), figures))


def figures(environment: Mapping[str, str]) -> dict[str, Any]:
    """What was measured on one database that holds the city."""
    return measure("tools.bench.confirming", environment=environment)


def report(told: dict[str, dict[str, Any]]) -> None:
    """Print the figures of every database as a table, and keep them."""
    print("\n| database | " + " | ".join(COLUMNS.values()) + " |")
    print("|---" * (len(COLUMNS) + 1) + "|")
    for database, row in told.items():
        cells = [f"{row[name]:.1f}" if isinstance(row[name], float) else f"{row[name]:,}" for name in COLUMNS]
        print(f"| {database} | " + " | ".join(cells) + " |")
    keep("confirm", told)


if __name__ == "__main__":
    main()
