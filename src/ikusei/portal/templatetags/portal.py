"""How the audit trail is written on a page."""

from typing import Any

from django import template

from ikusei.audit.models import Entry
from ikusei.org.models import Purpose
from ikusei.portal.verbs import verb_label

register = template.Library()


@register.filter
def verb(value: str) -> str:
    """What was done, in words."""
    return verb_label(value)


@register.filter
def purpose(value: str) -> str:
    """A purpose in words, nothing where none was stated."""
    return str(Purpose(value).label) if value in Purpose else value


LEFT_OUT = "…"
ABOUT_SKILLS = ("skills.", "growth.")


@register.filter
def fact_side(entry: Entry, side: str) -> Any:
    """One side of a change ("before", "after") as whoever reads the trail may see it.

    Of what was said of a person's skills the names of the facts alone: the trail shows that a level was changed, by whom
    and when, not which level somebody has.
    """
    facts = getattr(entry, side)
    if entry.verb.startswith(ABOUT_SKILLS) and entry.subject_kind == "person":
        return _names_alone(facts)
    return facts


def _names_alone(facts: Any) -> Any:
    return {key: _names_alone(value) for key, value in facts.items()} if isinstance(facts, dict) else LEFT_OUT
