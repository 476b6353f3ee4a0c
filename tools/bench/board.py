"""The board: how long a drafted move takes from the press of the button to its consequences, on the full city.

Usage: python -m tools.bench.board [--people 40000] [--only sqlite|postgresql]
Prints a Markdown table and writes bench/out/board.json. The limit is 300 ms for 95 of 100 moves.
"""

from collections.abc import Mapping
from typing import Any

from tools.bench.inside import arguments, keep, machine, measure, on_the_city

COLUMNS = {
    "people": "people in the round",
    "moves": "moves drafted",
    "median": "median: ms",
    "p95": "p95: ms",
    "worst": "worst: ms",
    "cpu": "processor time of the web process: ms",
    "queries": "queries",
    "board": "page of the board, median: ms",
}


def main() -> None:
    """Measure and report."""
    report(on_the_city(arguments(__doc__), figures))


def figures(environment: Mapping[str, str]) -> dict[str, Any]:
    """What was measured on one database that holds the city."""
    return measure("tools.bench.drafting", environment=environment)


def report(told: dict[str, dict[str, Any]]) -> None:
    """Print the figures of every database as a table, and keep them."""
    print(f"\n{machine()}\n\n| database | " + " | ".join(COLUMNS.values()) + " |")
    print("|---" * (len(COLUMNS) + 1) + "|")
    for database, row in told.items():
        print(f"| {database} | " + " | ".join(f"{row[name]:,.0f}" for name in COLUMNS) + " |")
    keep("board", told)


if __name__ == "__main__":
    main()
