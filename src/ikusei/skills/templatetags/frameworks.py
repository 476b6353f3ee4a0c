"""How a text of a framework is written that may exist in one language only."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ikusei.lib import fields

register = template.Library()


@register.filter
def said(row: object, field: str = "name") -> SafeString:
    """The text of row.<field> in the reader's language; in the other, and marked as such, where that one is empty."""
    spoken = fields.language()
    text = getattr(row, f"{field}_{spoken}")
    if text:
        return format_html("{}", text)
    other = "en" if spoken == "ja" else "ja"
    text = getattr(row, f"{field}_{other}")
    return format_html('<span lang="{}">{}</span>', other, text) if text else SafeString("")
