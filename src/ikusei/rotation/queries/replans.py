"""What a plan makes of what was announced, in words: seats changed, why it was worth it, and what the checker finds broken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ikusei.lib import fiscal
from ikusei.rotation.models import PlanRun
from ikusei.rotation.picture import Picture
from ikusei.rotation.rules.sentences import post_label

PAGE_SIZE = 40

PARTS: Mapping[str, Promise | str] = {
    "seats": gettext_lazy("seats over capacity or under the minimum"),
    "experts": gettext_lazy("experts missing"),
    "stayers": gettext_lazy("people who should have stayed"),
    "moves": gettext_lazy("changes of post"),
    "value": gettext_lazy("wishes, fit, and balance of GQ and DQ"),
}
"""Part of a difference in points -> how the page calls it."""

BROKEN: Mapping[str, Promise | str] = {
    "unknown_person": gettext_lazy("%(person)s is in the plan and not in the problem."),
    "missing_person": gettext_lazy("%(person)s is not in the plan."),
    "length": gettext_lazy("%(person)s does not have one seat for each year."),
    "unknown_post": gettext_lazy("%(person)s sits in a post that is not in the problem in %(year)s."),
    "unseated": gettext_lazy("%(person)s is there in %(year)s and has no seat."),
    "absent": gettext_lazy("%(person)s is not there in %(year)s and has a seat."),
    "option": gettext_lazy("%(person)s may not sit in %(post)s."),
    "forbidden": gettext_lazy("%(post)s is closed to %(person)s in %(year)s."),
    "tenure_max": gettext_lazy("%(person)s would sit in %(post)s beyond the years at most in %(year)s."),
    "tenure_min": gettext_lazy("%(person)s would leave %(post)s in %(year)s before the years at least."),
    "pin": gettext_lazy("%(person)s is fixed to %(post)s in %(year)s and does not sit there."),
}
"""Rule that the checker finds broken -> its sentence."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a difference, in points."""

    label: str
    points: float


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody whose announced seats are changed: (year, announced, planned) of each; what keeping them would cost more
    (None: rules forbid it, then `broken` says which), its parts, and what the changes cost at the price asked.
    """

    key: str
    name: str
    seats: tuple[tuple[str, str, str], ...]
    costs: float | None
    parts: tuple[Part, ...]
    broken: tuple[str, ...]
    paid: float


@dataclass(frozen=True)
class Replan:
    """What became of the announced seats in a plan that was found."""

    run: PlanRun
    page: Page[Row]

    @property
    def seats(self) -> int:
        """Announced seats of people and years."""
        return int(self.run.replan["seats"])

    @property
    def changed(self) -> int:
        """Those in which the plan puts something else."""
        return int(self.run.replan["changed"])

    @property
    def closed(self) -> int:
        """Those that no plan could keep."""
        return int(self.run.replan["closed"])

    @property
    def people(self) -> int:
        """People of whom an announced seat is changed."""
        return self.page.paginator.count

    @property
    def paid(self) -> float:
        """What the changes cost at the price asked."""
        return self.run.change_price * self.changed

    @property
    def whole(self) -> float:
        """The objective with the price of the changes."""
        return (self.run.objective or 0.0) + self.paid

    @cached_property
    def kept_all(self) -> float | None:
        """How much more it would cost if all of them kept everything and nobody else moved; None where rules forbid it."""
        kept = self.run.replan["kept_all"]
        return None if kept is None or self.run.objective is None else kept - self.run.objective


def replan(run: PlanRun, picture: Picture, *, number: str | int = 1) -> Replan | None:
    """What became of what was announced; None where nothing was, or no plan came out."""
    if not run.replan:
        return None
    rows = [_row(run, picture, one) for one in run.replan["people"]]
    return Replan(run, Paginator(rows, PAGE_SIZE).get_page(number))


def _row(run: PlanRun, picture: Picture, stored: Mapping[str, Any]) -> Row:
    key, costs = stored["person"], stored["costs"]
    seats = tuple(
        (fiscal.label(year), _label(picture, before), _label(picture, then))
        for year, before, then in stored["seats"]
    )
    parts = tuple(
        Part(str(PARTS[name]), costs[name])
        for name in PARTS
        if costs is not None and abs(costs[name]) >= 0.05
    )
    return Row(
        key=key,
        name=_name(picture, key),
        seats=seats,
        costs=None if costs is None else costs["whole"],
        parts=parts,
        broken=tuple(broken_rules(picture, stored["rules"])),
        paid=run.change_price * len(seats),
    )


def broken_rules(picture: Picture, broken: Iterable[Mapping[str, Any]]) -> list[str]:
    """What the checker finds broken, as sentences in the language of the page; each once."""
    told = [
        str(BROKEN[one["rule"]])
        % {
            "person": _name(picture, str(one["person"])),
            "post": _label(picture, one.get("post")),
            "year": fiscal.label(one["year"]) if one.get("year") else "",
        }
        for one in broken
        if one["rule"] in BROKEN
    ]
    return list(dict.fromkeys(told))


def _label(picture: Picture, post: str | None) -> str:
    return post_label(picture, int(post) if post is not None and post.isdecimal() else None)


def _name(picture: Picture, key: str) -> str:
    person = picture.people.get(key)
    return _("somebody no longer in the round") if person is None else person.name
