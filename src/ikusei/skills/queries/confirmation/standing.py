"""As whom, and for how much of a person's time, somebody confirms: what the postings of today give, and no more."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Employment, Posting
from ikusei.org.queries.workplace import Workplace, places
from ikusei.skills.models import Participant, Rater

WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Standing:
    """The rater somebody is to a person (supervisor or host), and the share of the person's time they lead."""

    rater: Rater
    share: Decimal


def standings(viewer: Viewer, people: Collection[Participant]) -> dict[int, Standing]:
    """Participant -> as whom the viewer confirms them today. The participants come from `scope.confirmable`.

    The share is the sum of the postings of today in units that the viewer leads. For somebody whom a steward has
    settled by hand it is that of their last posting there; for a grant over one person that of its posting.
    """
    ids = {row.person_id for row in people}
    work = places(list(ids), viewer.today)
    employers = _employers(ids, viewer)
    granted = _granted_shares(viewer, ids)
    former = _former_shares(row for row in people if row.unit_by_hand)
    found: dict[int, Standing] = {}
    for row in people:
        led = [place for place in work.get(row.person_id, []) if _leads(viewer, place)]
        if led:
            outside = all(place.employer_id not in employers.get(row.person_id, set()) for place in led)
            share = min(WHOLE, sum((place.share for place in led), Decimal(0)))
            found[row.pk] = Standing(Rater.HOST if outside else Rater.SUPERVISOR, share)
        elif row.person_id in granted:
            found[row.pk] = Standing(Rater.HOST, granted[row.person_id])
        else:
            found[row.pk] = Standing(Rater.SUPERVISOR, former.get(row.pk, WHOLE))
    return found


def _leads(viewer: Viewer, place: Workplace) -> bool:
    return access.reaches_unit(viewer, Right.LEVELS_CONFIRM, employer_id=place.employer_id, path=place.path)


def _employers(ids: Iterable[int], viewer: Viewer) -> dict[int, set[int]]:
    """Person -> the employers that employ them today."""
    rows = Employment.objects.on(viewer.today).filter(person_id__in=ids)
    found: dict[int, set[int]] = {}
    for person_id, employer_id in rows.values_list("person_id", "employer_id"):
        found.setdefault(person_id, set()).add(employer_id)
    return found


def _granted_shares(viewer: Viewer, ids: Collection[int]) -> dict[int, Decimal]:
    """Person -> the share of the posting that a grant over this one person goes with; the whole where it names none."""
    grants = [grant for grant in viewer.grants_for(Right.LEVELS_CONFIRM) if grant.person_id in ids]
    named = {grant.posting_id for grant in grants if grant.posting_id is not None}
    shares = dict(Posting.objects.filter(pk__in=named).values_list("pk", "share")) if named else {}
    return {
        grant.person_id: WHOLE if grant.posting_id is None else shares.get(grant.posting_id, WHOLE)
        for grant in grants
        if grant.person_id is not None
    }


def _former_shares(people: Iterable[Participant]) -> dict[int, Decimal]:
    """Participant -> the share of their last posting in the unit in which the steward has them confirmed."""
    wanted = {(row.person_id, row.unit_id): row.pk for row in people}
    if not wanted:
        return {}
    rows = Posting.objects.filter(
        person_id__in={person for person, _unit in wanted},
        post__unit_id__in={unit for _person, unit in wanted},
    ).order_by("from_date")
    found: dict[int, Decimal] = {}
    for person_id, unit_id, share in rows.values_list("person_id", "post__unit_id", "share"):
        if (person_id, unit_id) in wanted:
            found[wanted[person_id, unit_id]] = share
    return found
