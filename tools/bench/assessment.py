"""Everything about assessment on one city: rules, saving, confirming, deriving levels, running a cycle; then notices.

Usage: python -m tools.bench.assessment [--people 40000] [--only sqlite|postgresql]
Prints their Markdown tables and writes their files in bench/out. Each can be run alone: tools.bench.rules, saving, confirm,
levels, cycles, notices.
"""

from collections.abc import Mapping
from typing import Any

from tools.bench import confirm, cycles, levels, notices, rules, saving
from tools.bench.inside import arguments, on_the_city

# What only reads comes first; a cycle of everybody, which makes the city another one, last.
PARTS = {"rules": rules, "saving": saving, "confirm": confirm, "levels": levels, "cycles": cycles}


def main() -> None:
    """Measure and report."""
    told = on_the_city(arguments(__doc__), figures)
    for name, part in PARTS.items():
        print(f"\n## {name}")
        part.report({database: row[name] for database, row in told.items()})
    print("\n## notices")
    notices.main()


def figures(environment: Mapping[str, str]) -> dict[str, Any]:
    """The figures of every part on one database."""
    return {name: part.figures(environment) for name, part in PARTS.items()}


if __name__ == "__main__":
    main()
