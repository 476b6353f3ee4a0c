"""Rule population over 40,000 people of the full city, on SQLite and on PostgreSQL: found, counted, explained.

Usage: python -m tools.bench.rules [--people 40000] [--only sqlite|postgresql]
Prints a Markdown table and writes bench/out/rules.json.
"""

from typing import Any

from tools.bench.inside import arguments, databases, ikusei, keep, machine, measure


def main() -> None:
    """Measure and report."""
    asked = arguments(__doc__)
    told: dict[str, dict[str, Any]] = {}
    for database, environment in databases(asked.only):
        ikusei("demo", "--people", str(asked.people), environment=environment)
        told[database] = measure("tools.bench.populations", environment=environment)
    _report(told)


def _report(told: dict[str, dict[str, Any]]) -> None:
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
