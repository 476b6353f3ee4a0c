"""The bar of a cycle: how many are how far, drawn with borders and said in words."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ikusei.skills.queries.cycles.counting import Counts

register = template.Library()

WIDTH = 1000
PARTS = ("confirmed", "handed_in", "answering", "waiting")


@register.simple_tag
def progress_bar(counts: Counts) -> SafeString:
    """One bar of four parts, confirmed first. The widths are drawn in SVG: styles in the page are not allowed."""
    words = _(
        "Confirmed %(confirmed)s, waiting for confirmation %(handed_in)s, answering %(answering)s, not begun %(waiting)s."
    )
    rows, start = [], 0.0
    for part in PARTS:
        width = WIDTH * getattr(counts, part) / (counts.asked or 1)
        rows.append((part.replace("_", "-"), f"{start:.1f}", f"{width:.1f}"))
        start += width
    rects = format_html_join(
        "", '<rect class="cycle-bar__part" data-part="{}" x="{}" y="0" width="{}" height="24"></rect>', rows
    )
    return format_html(
        '<svg class="cycle-bar__picture" viewBox="0 0 {} 24" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        WIDTH,
        words % {part: f"{getattr(counts, part):,}" for part in PARTS},
        rects,
    )
