"""The steward's pages of a cycle with 40,000 people and with the ICT staff; opening, refreshing and reminding 40,000.

Usage: python -m tools.bench.cycles [--people 40000] [--only sqlite|postgresql]
Prints a Markdown table and writes bench/out/cycles.json.
"""

from typing import Any

from tools.bench.inside import arguments, databases, ikusei, keep, measure


def main() -> None:
    """Measure and report."""
    asked = arguments(__doc__)
    told: dict[str, dict[str, Any]] = {}
    for database, environment in databases(asked.only):
        ikusei("demo", "--people", str(asked.people), environment=environment)
        told[database] = measure("tools.bench.running", environment=environment)
    print("\n| what | " + " | ".join(told) + " |")
    print("|---" * (len(told) + 1) + "|")
    for name in next(iter(told.values())):
        cells = [
            f"{row[name]:,.1f}" if isinstance(row[name], float) else f"{row[name]:,}" for row in told.values()
        ]
        print(f"| {name} | " + " | ".join(cells) + " |")
    keep("cycles", told)


if __name__ == "__main__":
    main()
