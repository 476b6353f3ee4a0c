"""Rules over people facts: who is in a population on a day, and why somebody is in or not.

A rule is data that callers keep (JSON); this room reads it, finds its people in one statement, and explains itself.
The README of org shows how a caller uses it.
"""

from ikusei.org.rules.describing import Description, describe
from ikusei.org.rules.explaining import Explanation, Group, Line, explain, explain_all, explain_each
from ikusei.org.rules.matching import Counts, counts, matching
from ikusei.org.rules.rule import EVERYBODY, Condition, Rule, RuleUnreadable, parse

__all__ = [
    "EVERYBODY",
    "Condition",
    "Counts",
    "Description",
    "Explanation",
    "Group",
    "Line",
    "Rule",
    "RuleUnreadable",
    "counts",
    "describe",
    "explain",
    "explain_all",
    "explain_each",
    "matching",
    "parse",
]
