"""Deriving levels: all ICT staff, and one literacy level each of 40,000; and the preview of another rule.

Usage: python -m tools.bench.levels [--people 40000] [--only sqlite|postgresql]
Prints a Markdown table and writes bench/out/levels.json.
"""

from typing import Any

from tools.bench.inside import arguments, databases, ikusei, keep, measure

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
    asked = arguments(__doc__)
    told: dict[str, dict[str, Any]] = {}
    for database, environment in databases(asked.only):
        ikusei("demo", "--people", str(asked.people), environment=environment)
        told[database] = measure("tools.bench.deriving", environment=environment)
    print("\n| database | " + " | ".join(COLUMNS.values()) + " |")
    print("|---" * (len(COLUMNS) + 1) + "|")
    for database, row in told.items():
        cells = [f"{row[name]:.2f}" if isinstance(row[name], float) else f"{row[name]:,}" for name in COLUMNS]
        print(f"| {database} | " + " | ".join(cells) + " |")
    keep("levels", told)


if __name__ == "__main__":
    main()
