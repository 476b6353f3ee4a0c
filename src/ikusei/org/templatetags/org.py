"""How facts of the organisation are written on a page."""

from decimal import Decimal

from django import template

from ikusei.org import grades
from ikusei.org.job_types import job_type_name

register = template.Library()


@register.filter
def grade(value: str) -> str:
    """A grade in the reader's language."""
    return grades.grade_label(value)


@register.filter
def job_type(key: str) -> str:
    """The name of a job type by its key."""
    return job_type_name(key)


@register.filter
def percent(share: Decimal) -> str:
    """A share between 0 and 1 as a percentage: 50%, 12.5%."""
    return f"{(share * 100).normalize():f}%"
