"""The steward's pages of a cycle with 40,000 people and with the ICT staff; opening, refreshing and reminding 40,000.

Usage: python -m tools.bench.cycles [--people 40000] [--only sqlite|postgresql]
Prints a Markdown table and writes bench/out/cycles.json.
"""

from collections.abc import Mapping
from typing import Any

from tools.bench.inside import arguments, keep, measure, on_the_city


def main() -> None:
    """Measure and report."""
    report(on_the_city(arguments(__doc__), figures))


def figures(environment: Mapping[str, str]) -> dict[str, Any]:
    """What was measured on one database that holds the city."""
    return measure("tools.bench.running", environment=environment)


def report(told: dict[str, dict[str, Any]]) -> None:
    """Print the figures of every database as a table, and keep them."""
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
