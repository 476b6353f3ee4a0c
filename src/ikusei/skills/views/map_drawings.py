"""The maps as SVG pictures to be saved. Colours are fixed here: a saved picture has no style sheet beside it."""

from collections.abc import Iterable
from html import escape

from django.utils.translation import gettext as _

from ikusei.lib.dates import format_date
from ikusei.skills.queries.maps.cells import Cell
from ikusei.skills.queries.maps.my_map import MyMap, Tile
from ikusei.skills.queries.maps.our_map import OurMap
from ikusei.skills.templatetags.maps import standing, verdict
from ikusei.skills.views.map_files import column_name

INK, QUIET, LINE, GROUND = "#1a1a1a", "#595959", "#949494", "#ffffff"
HELD, MISSING = "#0017c1", "#ce0000"
SHADES = (
    ("#ffffff", INK),
    ("#d9e6ff", INK),
    ("#9db7f9", INK),
    ("#3460fb", "#ffffff"),
    ("#000060", "#ffffff"),
)
FONT = "'Noto Sans JP', 'Hiragino Sans', 'Yu Gothic UI', Meiryo, sans-serif"

TILE_WIDTH, TILE_HEIGHT, ACROSS, GAP, EDGE = 290, 76, 4, 12, 24
NAME_WIDTH, CELL_WIDTH, CELL_HEIGHT, HEAD_HEIGHT = 260, 104, 34, 62


def my_map(drawn: MyMap) -> str:
    """A person's map: the tiles by group, filled to the level held, outlined to the level asked."""
    parts: list[str] = []
    top = EDGE + 30.0
    groups: list[tuple[str, Iterable[Tile]]] = [(_("What matters first"), drawn.first)] if drawn.first else []
    groups += [(group.name, group.tiles) for group in drawn.groups]
    scale = drawn.catalogue.steps if drawn.catalogue else ()
    for name, tiles in groups:
        parts.append(_text(EDGE, top + 14, name, size=15, bold=True))
        top += 26
        place = -1
        for place, tile in enumerate(tiles):
            left = EDGE + place % ACROSS * (TILE_WIDTH + GAP)
            parts += _tile(tile, left, top + place // ACROSS * (TILE_HEIGHT + GAP), scale)
        top += (place // ACROSS + 1) * (TILE_HEIGHT + GAP) + 12
    width = 2 * EDGE + ACROSS * (TILE_WIDTH + GAP) - GAP
    title = _("Skill map of %(name)s, as of %(day)s") % {
        "name": drawn.person.display_name,
        "day": format_date(drawn.on),
    }
    if drawn.job_type:
        title += " / " + drawn.job_type.name
    return _svg(width, top + EDGE, title, parts)


def our_map(drawn: OurMap) -> str:
    """An office's map as the page tells it: skills down, units across, shaded by the number of people."""
    heads = [_("All"), *(column_name(column) for column in drawn.columns)]
    top = EDGE + 30.0
    parts: list[str] = []
    for place, head in enumerate(heads):
        left = EDGE + NAME_WIDTH + place * CELL_WIDTH
        lines = _lines(head, CELL_WIDTH - 8, 12, most=3)
        parts += [_text(left + 4, top + 14 + 16 * row, line, size=12) for row, line in enumerate(lines)]
    top += HEAD_HEIGHT
    for row in drawn.rows:
        name = _("%(skill)s (from level %(level)s)") % {"skill": row.skill.name, "level": row.level}
        parts.append(_text(EDGE, top + 22, _lines(name, NAME_WIDTH - 8, 13, most=1)[0], size=13))
        for place, cell in enumerate((row.total, *row.cells)):
            parts += _cell(cell, EDGE + NAME_WIDTH + place * CELL_WIDTH, top)
        top += CELL_HEIGHT
    legend = _(
        "People at or above the level / people wanted. Thick frame: nobody. Dotted: one person only. Dashed: too few."
    )
    parts.append(_text(EDGE, top + 22, legend, size=12, fill=QUIET))
    top += CELL_HEIGHT
    name = drawn.unit.name if drawn.unit else _("all ICT staff")
    title = _("Skill map of %(name)s, as of %(day)s") % {"name": name, "day": format_date(drawn.asked.on)}
    return _svg(2 * EDGE + NAME_WIDTH + CELL_WIDTH * len(heads), top + EDGE, title, parts)


def _tile(tile: Tile, left: float, top: float, scale: tuple[int, ...]) -> list[str]:
    missing = tile.state in {"gap", "expired"}
    stroke, weight = (MISSING, 2.5) if missing else (LINE, 1)
    parts = [
        f'<rect x="{left}" y="{top}" width="{TILE_WIDTH}" height="{TILE_HEIGHT}" fill="{GROUND}" '
        f'stroke="{stroke}" stroke-width="{weight}"/>',
        _text(
            left + 10, top + 22, _lines(tile.skill.name, TILE_WIDTH - 20, 14, most=1)[0], size=14, bold=True
        ),
    ]
    words = " / ".join(part for part in (standing(tile), verdict(tile)) if part)
    parts.append(_text(left + 10, top + 42, words, size=12, fill=MISSING if missing else QUIET))
    step = (TILE_WIDTH - 20) / max(1, len(scale))
    for place, number in enumerate(scale):
        held, asked = number <= (tile.level or 0), number <= (tile.asked or 0)
        dash = ' stroke-dasharray="4 3"' if asked and not held else ""
        outline = INK if asked and held else MISSING if asked else LINE
        parts.append(
            f'<rect x="{left + 10 + place * step:.1f}" y="{top + 54}" width="{step - 4:.1f}" height="12" '
            f'fill="{HELD if held else GROUND}" stroke="{outline}" stroke-width="{2 if asked else 1}"{dash}/>'
        )
    return parts


def _cell(cell: Cell, left: float, top: float) -> list[str]:
    fill, ink = SHADES[cell.step] if cell.state != "hidden" else ("#f2f2f2", QUIET)
    marked = cell.state in {"zero", "single", "short"}
    number = cell.count.words() + (f" / {cell.need}" if cell.need else "")
    dash = {"short": ' stroke-dasharray="6 3"', "single": ' stroke-dasharray="2 3"'}.get(cell.state, "")
    inset = 2 if marked else 0.5
    return [
        f'<rect x="{left + inset}" y="{top + inset}" width="{CELL_WIDTH - 2 * inset}" '
        f'height="{CELL_HEIGHT - 2 * inset}" fill="{fill}" stroke="{MISSING if marked else LINE}" '
        f'stroke-width="{3 if marked else 1}"{dash}/>',
        _text(left + CELL_WIDTH / 2, top + 22, number, size=13, fill=ink, middle=True, bold=marked),
    ]


def _svg(width: float, height: float, title: str, parts: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="{escape(FONT)}" role="img">'
        f'<title>{escape(title)}</title><rect width="100%" height="100%" fill="{GROUND}"/>'
        f"{_text(EDGE, EDGE + 12, title, size=18, bold=True)}{''.join(parts)}</svg>"
    )


def _text(
    left: float,
    top: float,
    words: str,
    *,
    size: int,
    bold: bool = False,
    fill: str = INK,
    middle: bool = False,
) -> str:
    weight = ' font-weight="700"' if bold else ""
    anchor = ' text-anchor="middle"' if middle else ""
    return f'<text x="{left:.1f}" y="{top:.1f}" font-size="{size}" fill="{fill}"{weight}{anchor}>{escape(words)}</text>'


def _lines(words: str, width: float, size: int, *, most: int) -> list[str]:
    """The words in lines of about a width, cut with a sign where they do not fit: no fonts are measured here."""
    lines, line, used = [], "", 0.0
    for sign in words:
        wide = size * (0.56 if sign.isascii() else 1.0)
        if used + wide > width and line:
            lines.append(line)
            line, used = "", 0.0
        line, used = line + sign, used + wide
    lines.append(line)
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1][:-1] + "…"]
    return lines
