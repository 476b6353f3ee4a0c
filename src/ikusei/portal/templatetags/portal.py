"""How the audit trail is written on a page."""

from django import template

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
