"""How tiles and cells of the maps are written. The parts that repeat on a page are put together once and kept."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from urllib.parse import urlencode

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ikusei.lib.dates import format_date
from ikusei.skills.queries.maps.cells import ALL, OTHERS, Cell, Row
from ikusei.skills.queries.maps.my_map import Held, Tile
from ikusei.skills.queries.maps.reach import Missing
from ikusei.skills.queries.maps.suppression import Shown
from ikusei.skills.queries.maps.units import NOWHERE
from ikusei.ui.reading import era_dates

register = template.Library()


@register.simple_tag
def steps(level: int | None, asked: int | None, scale: tuple[int, ...]) -> SafeString:
    """The steps of a scale side by side: filled to the level held, outlined to the level asked."""
    return _steps(level or 0, asked or 0, scale)


@lru_cache(maxsize=512)
def _steps(level: int, asked: int, scale: tuple[int, ...]) -> SafeString:
    drawn = format_html_join(
        "",
        "<i{}{}></i>",
        (
            (
                SafeString(" data-held" if number <= level else ""),
                SafeString(" data-asked" if number <= asked else ""),
            )
            for number in scale
        ),
    )
    return format_html('<span class="steps" aria-hidden="true">{}</span>', drawn)


@register.filter
def standing(tile: Tile) -> str:
    """The tile's levels in words: "level 2 of 3 asked", "not rated; 3 asked", "level 2"."""
    if tile.level is None:
        return _("not rated; level %(asked)s asked") % {"asked": tile.asked} if tile.asked else _("not rated")
    if tile.asked:
        return _("level %(level)s of %(asked)s asked") % {"level": tile.level, "asked": tile.asked}
    return _("level %(level)s") % {"level": tile.level}


@register.filter
def verdict(tile: Tile) -> str:
    """What is to be done about a tile in two or three words; empty where nothing is asked."""
    match tile.state:
        case "gap":
            return ngettext("%(count)s level short", "%(count)s levels short", tile.short) % {
                "count": tile.short
            }
        case "expired":
            return _("expired: have it confirmed again")
        case "met":
            return _("reached")
    return ""


@register.filter
def here(tile: Tile) -> str:
    """What introduces the behaviour at the level held."""
    return _("Level %(level)s looks like this:") % {"level": tile.level}


@register.filter
def wanted(tile: Tile) -> str:
    """What introduces the behaviour at the level asked; empty where it is reached."""
    missing = tile.state == "gap" or (tile.asked is not None and tile.held is None)
    return _("Asked, level %(level)s:") % {"level": tile.asked} if missing else ""


@register.filter
def basis(held: Held) -> str:
    """What a level rests on, in a sentence."""
    facts = {"rater": held.rater, "evidence": held.evidence, "day": _day(held.stated_on)}
    said = _("Said by %(rater)s on %(day)s; evidence: %(evidence)s.") % facts
    return f"{said} {held.note}" if held.note else said


@register.filter
def validity(held: Held) -> str:
    """Until when a level counts, or that it was said long ago; empty for one that neither expires nor is stale."""
    if held.expires_on is None:
        return _("Said long ago: have it confirmed again.") if held.stale else ""
    text = _("Expired on %(day)s.") if held.expired else _("Valid until %(day)s.")
    return text % {"day": _day(held.expires_on)}


def _day(value: date) -> str:
    return format_date(value, era=era_dates())


@register.filter
def gaps(missing: Iterable[Missing]) -> SafeString:
    """The skills that are missing with the level held and the level needed, each kept together on a line."""
    return format_html_join(
        " ",
        '<span class="missing">{} {}→{}</span>',
        ((gap.skill.name, gap.have, gap.need) for gap in missing),
    )


@register.filter
def moved(tile: Tile) -> str:
    """How the level changed against the day of comparison, in words and with a sign."""
    if not tile.compared:
        return ""
    if tile.change is None:
        return "" if tile.held is None else _("new")
    if tile.change == 0:
        return _("unchanged")
    if tile.change > 0:
        return _("+%(number)s, up from %(before)s") % {"number": tile.change, "before": tile.before}
    return _("−%(number)s, down from %(before)s") % {"number": -tile.change, "before": tile.before}


@register.simple_tag
def heat_cells(row: Row, address: str, kept: Mapping[str, str], unit_id: int | None) -> SafeString:
    """The cells of a row of our map; a number opens the people behind it, with what is kept of the address."""
    query = urlencode({"skill": row.skill.key, **kept})
    start = conditional_escape(f"{address}?{query}")
    language = get_language() or ""
    cells = [row.total, *row.cells]
    return mark_safe("".join(_cell(cell, start, unit_id, language) for cell in cells))  # noqa: S308  # escaped parts


def _cell(cell: Cell, start: str, unit_id: int | None, language: str) -> str:
    opening, inside = _drawn(
        cell.count, cell.need, cell.level, cell.state, cell.step, cell.before, cell.change, language
    )
    nothing = cell.count.nobody or (cell.count.high is None and cell.count.low == 0)
    if nothing or cell.column in {NOWHERE, OTHERS}:
        return f"{opening}{inside}</td>"
    place = (
        ""
        if cell.column == ALL and unit_id is None
        else f"&amp;unit={unit_id if cell.column == ALL else cell.column}"
    )
    if cell.column == unit_id:
        place += "&amp;direct=1"
    return f'{opening}<a href="{start}{place}">{inside}</a></td>'


@lru_cache(maxsize=4096)
def _drawn(
    count: Shown,
    need: int | None,
    level: int | None,
    state: str,
    step: int,
    before: Shown | None,
    change: int | str,
    _language: str,
) -> tuple[str, str]:
    """The opening tag of a cell and what stands in it."""
    shade = f' data-step="{step}"' if state != "hidden" else ""
    mark = f' data-state="{state}"' if state else ""
    notes = [note for note in (_note(state, need), _at(level)) if note]
    inside = f"<b>{conditional_escape(count.words())}</b>" + "".join(
        f"<small>{conditional_escape(note)}</small>" for note in notes
    )
    moved_by = difference(before, change) if before is not None else ""
    if moved_by:
        inside += f'<small class="heat-change">{conditional_escape(moved_by)}</small>'
    return f"<td{shade}{mark}>", inside


def _note(state: str, need: int | None) -> str:
    if state == "zero":
        return _("nobody, %(need)s needed") % {"need": need} if need else _("nobody")
    if state == "single":
        return _("only one, %(need)s needed") % {"need": need} if need and need > 1 else _("only one")
    return _("of %(need)s needed") % {"need": need} if need else ""


def _at(level: int | None) -> str:
    return _("at level %(level)s") % {"level": level} if level is not None else ""


def difference(before: Shown, change: int | str) -> str:
    """The change against the day of comparison in words: "2 more", "3 fewer", "as before", "before: 5–9".

    Empty where nothing is told of that day.
    """
    if change == "more":
        return _("more than before")
    if change == "fewer":
        return _("fewer than before")
    if change == "":
        if before.high is None and before.low == 0:
            return ""
        return _("before: %(number)s") % {"number": before.words()}
    number = int(change)
    if number == 0:
        return _("as before")
    return (
        _("%(count)s more") % {"count": number} if number > 0 else _("%(count)s fewer") % {"count": -number}
    )
