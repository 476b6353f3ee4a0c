"""How a text of a framework is written that may exist in one language only."""

from collections.abc import Iterator
from itertools import groupby

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ikusei.lib import fields
from ikusei.skills.formats import Text

register = template.Library()

BULLETS = ("- ", "• ", "* ", "・")


def _chosen(row: object, field: str) -> tuple[str, str]:
    """The text of row.<field> in the reader's language and "", or the other's with its code where that one is empty.

    A row has <field>_ja and <field>_en; content of files that is not stored yet has <field>.ja and <field>.en.
    """
    spoken = fields.language()
    other = "en" if spoken == "ja" else "ja"
    texts = getattr(row, field, None)
    mine, theirs = (
        (getattr(texts, spoken), getattr(texts, other))
        if isinstance(texts, Text)
        else (getattr(row, f"{field}_{spoken}"), getattr(row, f"{field}_{other}"))
    )
    return (mine, "") if mine else (theirs, other)


@register.filter
def said(row: object, field: str = "name") -> SafeString:
    """The text in one line, marked with its language where that is not the reader's."""
    text, other = _chosen(row, field)
    return (
        format_html('<span lang="{}">{}</span>', other, text) if other and text else format_html("{}", text)
    )


@register.filter
def told(row: object, field: str) -> SafeString:
    """The text in paragraphs and lists as its source breaks it, marked with its language where that is not the reader's."""
    text, other = _chosen(row, field)
    blocks = format_html_join("", "{}", ((block,) for block in _blocks(text)))
    return format_html('<div lang="{}">{}</div>', other, blocks) if other and text else blocks


def _blocks(text: str) -> Iterator[SafeString]:
    lines = (line.strip() for line in text.splitlines() if line.strip())
    for is_list, run in groupby(lines, key=lambda line: line.startswith(BULLETS)):
        if is_list:
            items = format_html_join("", "<li>{}</li>", ((line.lstrip("-•*・ "),) for line in run))
            yield format_html("<ul>{}</ul>", items)
        else:
            yield format_html_join("", "<p>{}</p>", ((line,) for line in run))
