"""A notice to 40,000: preview, queue and send it into a file, on SQLite and on PostgreSQL (one that writes durably).

Usage: python -m tools.bench.notices [--people 40000] [--only sqlite|postgresql]
Prints a Markdown table and writes bench/out/notices.json.
"""

from typing import Any

from tools.bench.inside import arguments, databases, keep, machine, measure


def main() -> None:
    """Measure and report."""
    asked = arguments(__doc__)
    told: dict[str, dict[str, Any]] = {}
    for database, environment in databases(asked.only):
        told[database] = measure(
            "tools.bench.mailing", str(asked.people), environment=environment | {"IKUSEI_MAIL_RATE": "0"}
        )
    print(f"\n{asked.people:,} people, {machine()}.\n")
    print("| database | preview s | queue s | preview, written to lately s | send s | letters/s | letters |")
    print("|---|---|---|---|---|---|---|")
    for database, row in told.items():
        letters = int(row["letters"])
        assert letters == row["in_file"], f"{letters} letters, {row['in_file']} in the file"  # noqa: S101  # or the figure lies
        cells = [f"{row[name]:.1f}" for name in ("preview", "queue", "preview_after", "send")]
        print(f"| {database} | " + " | ".join(cells) + f" | {letters / row['send']:.0f} | {letters:,} |")
    keep("notices", told)


if __name__ == "__main__":
    main()
