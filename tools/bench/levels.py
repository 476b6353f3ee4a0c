"""Deriving levels: all ICT staff, and one literacy level each of 40,000; and the preview of another rule.

Usage: python -m tools.bench.levels [--people 40000] [--only sqlite|postgresql]
Prints a Markdown table and writes bench/out/levels.json.
"""

from collections.abc import Mapping
from typing import Any

from tools.bench.inside import arguments, keep, measure, on_the_city

COLUMNS = {
    "ict": "ICT staff, all skills: s",
    "ict_people": "people",
    "ict_statements": "statements",
    "literacy": "literacy, one skill each: s",
    "literacy_people": "people",
    "preview": "preview of another rule: s",
}


def main() -> None:
    """Measure and report."""
    report(on_the_city(arguments(__doc__), figures))


def figures(environment: Mapping[str, str]) -> dict[str, Any]:
    """What was measured on one database that holds the city."""
    return measure("tools.bench.deriving", environment=environment)


def report(told: dict[str, dict[str, Any]]) -> None:
    """Print the figures of every database as a table, and keep them."""
    print("\n| database | " + " | ".join(COLUMNS.values()) + " |")
    print("|---" * (len(COLUMNS) + 1) + "|")
    for database, row in told.items():
        cells = [f"{row[name]:.2f}" if isinstance(row[name], float) else f"{row[name]:,}" for name in COLUMNS]
        print(f"| {database} | " + " | ".join(cells) + " |")
    keep("levels", told)


if __name__ == "__main__":
    main()
