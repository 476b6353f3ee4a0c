"""Rule population over 40,000 people of the full city, on SQLite and on PostgreSQL: found, counted, explained.

Usage: python -m tools.bench.rules [--people 40000] [--only sqlite|postgresql]
Prints a Markdown table and writes bench/out/rules.json.
"""

from collections.abc import Mapping
from typing import Any

from tools.bench.inside import arguments, keep, machine, measure, on_the_city


def main() -> None:
    """Measure and report."""
    report(on_the_city(arguments(__doc__), figures))


def figures(environment: Mapping[str, str]) -> dict[str, Any]:
    """What was measured on one database that holds the city."""
    return measure("tools.bench.populations", environment=environment)


def report(told: dict[str, dict[str, Any]]) -> None:
    """Print the figures of every database as a table, and keep them."""
    people = max(row["people"] for row in told.values())
    print(f"\n{people:,} people, {machine()}; milliseconds.\n")
    print("| database | rule | people in | ids p50 | ids max | counts beside each condition |")
    print("|---|---|---|---|---|---|")
    for database, row in told.items():
        for rule in row["rules"]:
            cells = [f"{rule[name]:.0f}" for name in ("p50", "max", "counts")]
            print(f"| {database} | {rule['name']} | {rule['in']:,} | " + " | ".join(cells) + " |")
    for database, row in told.items():
        print(
            f"\n{database}: one person explained in {row['explain_one']:.1f} ms, all {row['people']:,} in "
            f"{row['explain_all'] / 1000:.1f} s; who supervises everybody in {row['supervisors'] / 1000:.1f} s."
        )
    keep("rules", told)


if __name__ == "__main__":
    main()
