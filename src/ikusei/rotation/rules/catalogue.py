"""Every rule as a sentence: what is asked for, whether it hinders an order, where it is set, and what the planner does."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

POST, TERMS, ROUND, DRAFT, SHEET, PERSON, HOUSE = (
    "post",
    "terms",
    "round",
    "draft",
    "sheet",
    "person",
    "house",
)

PLACES: dict[str, Promise | str] = {
    POST: _("Rules of the post"),
    TERMS: _("Terms of the post"),
    ROUND: _("Round of rotation"),
    DRAFT: _("Draft, on the person"),
    SHEET: _("Preference sheet"),
    PERSON: _("Record of the person"),
    HOUSE: _("Rule of the employer, the same for everybody"),
}
"""Where a rule is set -> how the page calls it."""

INSIDE, PRICED, AFTER = "inside", "priced", "after"

HOW: dict[str, Promise | str] = {
    INSIDE: _("A plan always keeps it."),
    PRICED: _(
        "A plan pays a price for each breach; for seats and people at least, more than all wishes could gain."
    ),
    AFTER: _("A plan is checked for it afterwards, and the page lists what it breaks."),
}
"""What the planner does with a rule -> how the page says it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule: its name, what it asks, whether it hinders an order ("must"), where it is set, what the planner does."""

    name: Promise | str
    text: Promise | str
    is_must: bool
    place: str
    how: str

    @property
    def where(self) -> Promise | str:
        """Where it is set, in words."""
        return PLACES[self.place]

    @property
    def planner(self) -> Promise | str:
        """What the planner does with it, in words."""
        return HOW[self.how]


ENTRIES: tuple[Entry, ...] = (
    Entry(
        _("Grade"),
        _(
            "Whoever comes into a post has a grade that the post takes. A grade nobody recorded is not held against anybody."
        ),
        True,
        POST,
        INSIDE,
    ),
    Entry(
        _("Job type"),
        _(
            "Whoever comes into a post has one of the job types it takes. The job type is that of the post of today."
        ),
        True,
        POST,
        INSIDE,
    ),
    Entry(
        _("Level"),
        _(
            "Whoever comes into a post holds the levels it asks for. One level short is a gap to be closed; two or more in one skill keep somebody out. Who has no levels on record is not judged."
        ),
        True,
        POST,
        INSIDE,
    ),
    Entry(
        _("Years at least"),
        _(
            "A post is left for another only after the years at least. Years before the round count; six months or more of a year count as one, so that whoever came on 1 October has served one year on 1 April."
        ),
        True,
        POST,
        INSIDE,
    ),
    Entry(
        _("Years at most"),
        _("Nobody stays in a post beyond the years at most. Who comes back to a post begins anew."),
        True,
        POST,
        INSIDE,
    ),
    Entry(
        _("One-year posts"),
        _(
            "A post that takes people for one year is left after it, and the draft says to which post they come back."
        ),
        True,
        POST,
        INSIDE,
    ),
    Entry(
        _("Seat kept for a return"),
        _("When somebody comes back, the seat kept for them is free."),
        True,
        DRAFT,
        AFTER,
    ),
    Entry(
        _("Seats"),
        _("No more people sit in a post than it has seats. Concurrent posts take no seat."),
        True,
        TERMS,
        PRICED,
    ),
    Entry(
        _("Authorised headcount"),
        _("No more people sit in a post than its authorised headcount."),
        False,
        TERMS,
        AFTER,
    ),
    Entry(_("People at least"), _("No fewer people sit in a post than it asks for."), False, POST, PRICED),
    Entry(
        _("Experts"),
        _(
            "So many people in a post have an index of GQ or DQ of at least a level when the year begins; the year itself does not count yet."
        ),
        False,
        POST,
        PRICED,
    ),
    Entry(
        _("People who stay"),
        _("So many people in a post sat there the year before as well."),
        False,
        POST,
        PRICED,
    ),
    Entry(
        _("Everybody has a post"),
        _("Whoever is employed has exactly one main post, unless they are on leave."),
        True,
        DRAFT,
        INSIDE,
    ),
    Entry(
        _("Being there"),
        _(
            "Nobody sits in a post before they come or after they leave, nor in a post that does not exist then."
        ),
        True,
        PERSON,
        INSIDE,
    ),
    Entry(
        _("Leave"),
        _("Whoever is on leave on the day of the moves is not moved on it."),
        False,
        PERSON,
        INSIDE,
    ),
    Entry(
        _("Concurrent posts"),
        _("The shares of time of one person add up to 1 at most, and nobody holds a post twice."),
        True,
        DRAFT,
        AFTER,
    ),
    Entry(
        _("Pins, forbids, one of these"),
        _("A seat follows what was decided about the person, with its reason."),
        True,
        DRAFT,
        INSIDE,
    ),
    Entry(
        _("Promotion changes the bureau"),
        _(
            "Whoever became senior staff within the last year, or becomes it by a move, goes to another bureau. The planner sees to the first year; the later ones are checked."
        ),
        True,
        HOUSE,
        AFTER,
    ),
    Entry(
        _("Protected reasons"),
        _(
            "Where somebody asked for no move, or for some posts only, with a protected reason, they are not moved against it. The personnel section alone reads what was asked for."
        ),
        True,
        SHEET,
        AFTER,
    ),
    Entry(
        _("Quota of a host"),
        _(
            "No more moves a year lead into a unit, and below it, than its quota. A quota of none closes it to the planner."
        ),
        True,
        ROUND,
        AFTER,
    ),
)
"""In the order of the page."""


def by_planner() -> list[tuple[Promise | str, list[Promise | str]]]:
    """What the planner does -> the names of the rules it does that with, for those who read only that."""
    return [(says, [entry.name for entry in ENTRIES if entry.how == how]) for how, says in HOW.items()]
