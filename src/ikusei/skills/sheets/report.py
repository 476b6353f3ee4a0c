"""A sheet that was looked at, in JSON: what the page and the command line show of it."""

from collections.abc import Mapping
from typing import Any

from ikusei.lib.tabular import cell_text
from ikusei.skills.sheets.comparing import Outcome, Sample, Tally
from ikusei.skills.sheets.rows import Sheet

KEPT = 1_000
"""Problems and skipped rows kept with an import for its page; the file of rows to be mended holds them all."""

EXAMPLES = 3


def summary_of(sheet: Sheet, tally: Tally) -> dict[str, Any]:
    """The counts and every problem: what `ikusei skills sheet import --json` prints."""
    return {
        "new": tally.counts[Outcome.NEW],
        "differing": tally.counts[Outcome.DIFFERING],
        "unchanged": tally.counts[Outcome.UNCHANGED],
        "people": len(tally.people),
        "rows": len(sheet.cells),
        "rows_to_mend": len(sheet.faults.rows),
        "silent": sheet.silent,
        "skipped": [skipped.as_dict() for skipped in sheet.skipped],
        "columns": {column.title: column.reads for column in sheet.columns.all if column.reads},
        "guessed": {column.title: column.reads for column in sheet.columns.all if column.is_guess},
        "not_read": [column.title for column in sheet.columns.not_read],
        "problems": [problem.as_dict() for problem in sheet.problems],
    }


def report_of(sheet: Sheet, tally: Tally, names: Mapping[int, str]) -> dict[str, Any]:
    """The report for the page: the summary cut to what is shown, samples with the people's names, and the signature."""
    summary = summary_of(sheet, tally)
    problems = summary.pop("problems")
    return summary | {
        "problems": problems[:KEPT],
        "problem_count": len(problems),
        "stops": bool(sheet.stops),
        "skipped": summary["skipped"][:KEPT],
        "skipped_count": len(summary["skipped"]),
        "columns": columns_of(sheet),
        "guesses": len(summary.pop("guessed")),
        "by_skill": [
            {
                "skill": skill.key,
                "name_ja": skill.name_ja,
                "name_en": skill.name_en,
                **{outcome.value: tally.by_skill[skill.index, outcome] for outcome in Outcome},
            }
            for skill in sheet.skills
        ],
        "samples": {
            outcome.value: [
                _sample(sample, sheet, names) for sample in sorted(samples, key=lambda one: one.row)
            ]
            for outcome, samples in tally.samples.items()
        },
        "signature": tally.signature,
    }


def columns_of(sheet: Sheet) -> list[dict[str, Any]]:
    """Each column with a heading or with cells: what it is read as, how sure that is, and its first values."""
    rows = list(sheet.cells.values())[:200]
    found = []
    for column in sheet.columns.all:
        texts = (cell_text(row[column.index]) for row in rows if column.index < len(row))
        examples = list(dict.fromkeys(text[:40] for text in texts if text))[:EXAMPLES]
        if column.heading or examples:
            found.append(
                {
                    "index": column.index,
                    "title": column.title,
                    "reads": column.reads,
                    "is_guess": column.is_guess,
                    "is_chosen": column.is_chosen,
                    "examples": examples,
                }
            )
    return found


def _sample(sample: Sample, sheet: Sheet, names: Mapping[int, str]) -> dict[str, Any]:
    skill = next(skill for skill in sheet.skills if skill.index == sample.skill)
    return {
        "row": sample.row,
        "person": names.get(sample.person, ""),
        "name_ja": skill.name_ja,
        "name_en": skill.name_en,
        "level": sample.level,
        "before": sample.before,
    }
