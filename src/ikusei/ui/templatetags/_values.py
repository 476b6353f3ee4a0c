"""Filters and small tags that turn one value into the reader's words."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.template import Context
from django.template.defaulttags import querystring
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ikusei.lib import clock, fields, fiscal
from ikusei.lib.dates import format_date
from ikusei.ui.components import Link, LinkGroup, Text
from ikusei.ui.reading import era_dates

LEVELS = 5


def day(value: date | None) -> str:
    """The day in the reader's language and manner: 2026年4月1日, 令和8年4月1日, 1 April 2026; empty for None."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(clock.TOKYO).date()
    return format_date(value, era=era_dates())


def moment(value: datetime | None) -> str:
    """Day and time of day in Tokyo: 2026年4月1日 9:05, 1 April 2026 9:05."""
    if not value:
        return ""
    local = value.astimezone(clock.TOKYO)
    return f"{format_date(local.date(), era=era_dates())} {local.hour}:{local.minute:02}"


def fy(value: int | date) -> str:
    """The fiscal year of a number or a day: 2026年度, 令和8年度, FY2026."""
    year = fiscal.fiscal_year(value) if isinstance(value, date) else value
    return fiscal.label(year, era=era_dates())


def text(value: Any, field: str = "") -> str:
    """The text in the reader's language of {"ja": ..., "en": ...}, or of obj.<field>_ja and obj.<field>_en."""
    if value is None or value == "":
        return ""
    if isinstance(value, Mapping):
        return fields.pick_text(value)
    return fields.pick(value, field or "name")


def number(value: int | float | Decimal | None, digits: int = 0) -> str:
    """The number with thousands apart: 12,345; with so many digits after the point."""
    if value is None or value == "":
        return ""
    return f"{value:,.{digits}f}"


FEW = 8
"""So many entries stand side by side in the menu; more are put under their headings."""


def menu_links(entries: Iterable[Any], request: HttpRequest | None) -> list[Link | LinkGroup]:
    """The entries of the menu as links, many of them in groups; what is read, page or part of the site, is marked.

    An entry has `label`, `route` and `group`, the heading it stands under where there are more than FEW ("": none).
    """
    path = request.path if request is not None else ""
    drawn = [(entry.group, entry.label, reverse(entry.route)) for entry in entries]
    above = [url for _group, _label, url in drawn if url != "/" and path.startswith(url)]
    nearest = max(above, key=len, default="")
    groups: dict[str, list[Link]] = {}
    for place, (group, label, url) in enumerate(drawn):
        current = "page" if url == path else "true" if url == nearest else ""
        heading = str(group) if group and len(drawn) > FEW else f"{place}"
        groups.setdefault(heading, []).append(Link(label, url, current))
    return [
        LinkGroup(heading, tuple(links)) if len(links) > 1 else links[0] for heading, links in groups.items()
    ]


def today() -> str:
    """Today as the reader writes it."""
    return day(clock.today())


def query(context: Context, **changes: Any) -> str:
    """The query string of this page with changes; None removes a parameter: {% query page=2 sort=None %}."""
    return str(querystring(context, context["request"].GET, **changes))


def badge(label: Text, tone: str = "") -> SafeString:
    """A short status word. `tone`: "", ok, warning, danger, info, gq, dq, create, use, understand."""
    return format_html('<span class="badge" data-tone="{}">{}</span>', tone, label)


def level(value: int | None, required: int | None = None, top: int = LEVELS - 1) -> SafeString:
    """A level as number and bar: filled to `value`, outlined to `required`; None is "not assessed".

    Said in words for those who do not see it, and drawn with borders, so that it holds without colour.
    """
    words = _level_words(value, required)
    steps = format_html_join(
        "",
        '<i class="level__step"{}{}></i>',
        (
            (
                SafeString(" data-filled" if step <= (value or 0) else ""),
                SafeString(" data-required" if step <= (required or 0) else ""),
            )
            for step in range(1, top + 1)
        ),
    )
    return format_html(
        '<span class="level" role="img" aria-label="{}" data-level="{}"{}>'
        '<span class="level__number">{}</span>{}</span>',
        words,
        "" if value is None else value,
        SafeString(" data-gap") if required is not None and (value or 0) < required else "",
        "–" if value is None else value,
        steps,
    )


def _level_words(value: int | None, required: int | None) -> str:
    if required is None:
        return _("Not assessed") if value is None else _("Level %(level)s") % {"level": value}
    if value is None:
        return _("Not assessed; required: %(required)s") % {"required": required}
    return _("Level %(level)s; required: %(required)s") % {"level": value, "required": required}
