"""How facts of the organisation are written on a page."""

from django import template

from ikusei.org import grades

register = template.Library()


@register.filter
def grade(value: str) -> str:
    """A grade in the reader's language."""
    return grades.grade_label(value)
