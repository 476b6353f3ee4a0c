"""The maps as pages and as files: my map, a person's map, our map, a unit's map, who is behind a number, the trend."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ikusei.lib import clock
from ikusei.lib.rights import needs
from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.asof import readable_day
from ikusei.org.middleware import Request
from ikusei.org.models import Person, Scope
from ikusei.skills.forms.maps import asked_in, compare_in, level_in, number_in, who_in
from ikusei.skills.queries.maps import charts
from ikusei.skills.queries.maps.catalogue import Catalogue
from ikusei.skills.queries.maps.counting import Who
from ikusei.skills.queries.maps.coverage import unit_coverage
from ikusei.skills.queries.maps.my_map import my_map as read_my_map
from ikusei.skills.queries.maps.our_map import Asked
from ikusei.skills.queries.maps.our_map import our_map as read_our_map
from ikusei.skills.queries.maps.people import only_ones, people_behind
from ikusei.skills.queries.maps.trend import trend as read_trend
from ikusei.skills.views import map_drawings, map_files
from ikusei.ui.reading import era_dates

REACH_SHOWN = 12
"""So many job types within reach stand on the page; the others follow on request."""


@needs(Right.OWN)
def my_map(request: Request) -> HttpResponse:
    """The viewer's own map."""
    if request.viewer.person is None:
        raise NotVisible("person")
    return _map_of(request, request.viewer.person, is_own=True)


@needs(Right.LEVELS_SEE)
def person_map(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The map of somebody in the viewer's scope; the look is noted."""
    person = access.open_person(request.viewer, Right.LEVELS_SEE, public_id, verb="skills.map.open")
    return _map_of(request, person, is_own=False)


def _map_of(request: Request, person: Person, *, is_own: bool) -> HttpResponse:
    query = request.GET
    on = readable_day(request.viewer, query)
    drawn = read_my_map(
        person, on=on, job_type=query.get("job_type", ""), compare=compare_in(request.viewer, query, on)
    )
    match query.get("format"):
        case "csv":
            return map_files.csv("my-map", map_files.my_map_rows(drawn), on)
        case "svg":
            return map_files.svg("my-map", map_drawings.my_map(drawn), on)
    view = "radar" if query.get("view") == "radar" else "tiles"
    radar = charts.radar(drawn) if view == "radar" else None
    reach = drawn.reach if query.get("reach") == "all" else drawn.reach[:REACH_SHOWN]
    return render(
        request,
        "skills/my_map.html",
        {
            "map": drawn,
            "is_own": is_own,
            "view": view,
            "radar": radar,
            "reach": reach,
            "reach_folded": len(drawn.reach) - len(reach),
            "skill_url": _skills_url(drawn.catalogue),
            "spoken": _spoken(drawn.catalogue),
            "today": request.viewer.today,
            "behind_url": request.path,
            "behind_day": "" if on == request.viewer.today else f"?on={on}",
        },
    )


def _skills_url(catalogue: Catalogue | None) -> str:
    """Where the skills of a version have their pages: the key of a skill and a slash follow."""
    if catalogue is None:
        return ""
    return reverse("skills:framework", args=(catalogue.framework_key, catalogue.label)) + "skills/"


def _spoken(catalogue: Catalogue | None) -> SafeString:
    """The lang attribute for a framework's texts where they are not in the reader's language."""
    return format_html(' lang="{}"', catalogue.spoken) if catalogue and catalogue.spoken else SafeString("")


@needs(Right.LEVELS_COUNT)
def our_map(request: Request) -> HttpResponse:
    """The map of all ICT staff, or of the unit `?unit=`."""
    return _office_map(request, asked_in(request.viewer, request.GET, number_in(request.GET, "unit")))


@needs(Right.LEVELS_COUNT)
def unit_map(request: Request, unit_id: int) -> HttpResponse:
    """One unit's map, with what the coverage rules want of it and who covers it."""
    return _office_map(request, asked_in(request.viewer, request.GET, unit_id))


def _office_map(request: Request, asked: Asked) -> HttpResponse:
    drawn = read_our_map(request.viewer, asked)
    match request.GET.get("format"):
        case "csv":
            return map_files.csv("our-map", map_files.our_map_rows(drawn), asked.on)
        case "svg":
            return map_files.svg("our-map", map_drawings.our_map(drawn), asked.on)
    kept = _kept(asked)
    return render(
        request,
        "skills/our_map.html",
        {
            "map": drawn,
            "coverage": unit_coverage(request.viewer, drawn),
            "kept": kept,
            "people_url": reverse("skills:our_map_people"),
            "spoken": _spoken(drawn.catalogue),
            "trend_url": reverse("skills:our_map_trend"),
            "trend_tail": _trend_tail(asked),
            "column_pages": range(1, drawn.column_pages + 1),
            "row_pages": range(1, drawn.row_pages + 1),
            "own_units": _led_units(request.viewer) if asked.unit_id is None else (),
            "today": request.viewer.today,
        },
    )


def _led_units(viewer: Viewer) -> tuple[int, ...]:
    """The units that the viewer leads; whoever has no team by posting is not asked for one."""
    leads = any(grant.scope == Scope.TEAM for grant in viewer.grants_for(Right.LEVELS_SEE))
    return viewer.own_unit_ids if leads else ()


@needs(Right.LEVELS_COUNT)
def our_map_people(request: Request) -> HttpResponse:
    """Who is behind a number of our map, or who alone holds a skill that a unit needs (`?only=single`)."""
    query = request.GET
    unit_id = number_in(query, "unit")
    if query.get("only") == "single":
        asked = asked_in(request.viewer, query, unit_id)
        page = only_ones(request.viewer, asked, page=query.get("page"))
        return render(request, "skills/map_only_ones.html", {"page": page, "asked": asked})
    found = people_behind(
        request.viewer,
        on=readable_day(request.viewer, query),
        skill=query.get("skill", ""),
        unit_id=unit_id,
        direct=query.get("direct") == "1",
        level=level_in(query),
        who=who_in(query),
        page=query.get("page"),
    )
    return render(request, "skills/map_people.html", {"found": found, "today": request.viewer.today})


@needs(Right.LEVELS_COUNT)
def our_map_trend(request: Request) -> HttpResponse:
    """People at the level that matters by fiscal year, for one skill."""
    query = request.GET
    found = read_trend(
        request.viewer,
        on=readable_day(request.viewer, query),
        skill=query.get("skill", ""),
        level=level_in(query),
        unit_id=number_in(query, "unit"),
    )
    if query.get("format") == "csv":
        return map_files.csv("trend", map_files.trend_rows(found), found.on)
    context: dict[str, Any] = {"trend": found, "today": request.viewer.today}
    if found.points:
        context["chart"] = charts.trend_line(found, era=era_dates())
    return render(request, "skills/trend.html", context)


def _kept(asked: Asked) -> dict[str, str]:
    """What the links from a map to the people behind it keep of its address."""
    kept = {"on": asked.on.isoformat() if asked.on != clock.today() else "", "level": str(asked.level or "")}
    kept["who"] = asked.who if asked.who != Who.ICT else ""
    return {name: value for name, value in kept.items() if value}


def _trend_tail(asked: Asked) -> str:
    """What the links from a map to a trend add to the skill."""
    kept = {"level": asked.level, "unit": asked.unit_id}
    return "".join(f"&{name}={value}" for name, value in kept.items() if value is not None)
