"""Who supervises people on a day: the head of the unit of each posting, or whoever was invited at a host."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet

from ikusei.lib.fields import pick
from ikusei.lib.periods import current
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Employment, Person, Posting, PostingKind, Role, RoleGrant, Scope

type People = Collection[int] | QuerySet[Person, int]


@dataclass(frozen=True, slots=True)
class Supervision:
    """One posting of somebody, and who supervises them there: nobody where every supervisor field is empty.

    A supervisor without a person record is somebody at a host who was invited; one without an account cannot sign in.
    `share` lies above 0 and at most at 1; `kind` is one of PostingKind.
    """

    posting_id: int
    unit_id: int
    unit_ja: str
    unit_en: str
    share: Decimal
    kind: str
    supervisor_person_id: int | None = None
    supervisor_name: str = ""
    supervisor_user_id: int | None = None

    @property
    def unit(self) -> str:
        """The name of the unit in the active language."""
        return pick(self, "unit")

    @property
    def is_vacant(self) -> bool:
        """Whether nobody supervises this posting."""
        return self.supervisor_person_id is None and self.supervisor_user_id is None

    def is_by(self, viewer: Viewer) -> bool:
        """Whether the viewer is the supervisor."""
        if viewer.user is not None and viewer.user.pk == self.supervisor_user_id:
            return True
        return viewer.person is not None and viewer.person.pk == self.supervisor_person_id


@dataclass(frozen=True, slots=True)
class DirectReports:
    """The people whom the viewer may confirm: those of whom they are the nearest supervisor, with the share of time for
    which they are, and those further below.
    """

    direct: dict[int, Decimal] = field(default_factory=dict)
    below: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Place:
    """A posting for which a supervisor is looked for; `path` holds the units from the root to its own."""

    posting_id: int
    person_id: int
    unit_id: int
    unit_ja: str
    unit_en: str
    path: tuple[int, ...]
    share: Decimal
    kind: str
    is_own: bool

    @property
    def is_outside(self) -> bool:
        """Whether this is at a host: sent there, or in a unit of a body that does not employ the person."""
        return self.kind == PostingKind.DISPATCH or not self.is_own


@dataclass(frozen=True, slots=True)
class _Supervisor:
    person_id: int | None
    name: str
    user_id: int | None


def supervisors(people: People, on: date) -> dict[int, list[Supervision]]:
    """Person -> their postings of a day with who supervises them there, the largest share first.

    Only postings with a share of time (the home post left on dispatch has none); nobody without such a posting is in
    the answer. The supervisor is whoever works in the post that leads the unit; where nobody does, or where that is
    the person, whoever leads the nearest unit above. At a host it is whoever was invited for this person or this unit
    where no head there has an account. At most three queries, however many people.
    """
    places = _places(people, on)
    heads = _heads({unit_id for place in places for unit_id in place.path}, on)
    found = {place.posting_id: _nearest(place, heads) for place in places}
    unserved = [place for place in places if place.is_outside and not _can_sign_in(found[place.posting_id])]
    invited = _invited(unserved, on)
    answer: dict[int, list[Supervision]] = {}
    for place in places:
        supervisor = invited.get(place.posting_id) or found[place.posting_id]
        answer.setdefault(place.person_id, []).append(_supervision(place, supervisor))
    return answer


def home_supervisors(people: People, on: date, *, employer_id: int) -> dict[int, Supervision]:
    """Person -> their home posting with an employer on a day, and who leads them there, also while they work elsewhere.

    The home posting is one in a unit of the employer's own, also without a share of time (somebody on dispatch keeps it);
    of several the one that is called so, then the largest. Nobody without one is in the answer. Two queries.
    """
    homes: dict[int, _Place] = {}
    for place in _places(people, on, home_of=employer_id):
        first = homes.setdefault(place.person_id, place)
        if first.kind != PostingKind.HOME and place.kind == PostingKind.HOME:
            homes[place.person_id] = place
    heads = _heads({unit_id for place in homes.values() for unit_id in place.path}, on)
    return {person: _supervision(place, _nearest(place, heads)) for person, place in homes.items()}


def direct_reports(viewer: Viewer, on: date) -> DirectReports:
    """Whom the viewer may confirm today, told apart by whether they are the nearest supervisor on a day.

    Themselves left out. Five queries at most. Where nobody stands between, also people far below are direct reports.
    """
    reached = access.people(viewer, Right.LEVELS_CONFIRM).order_by()
    if viewer.person is not None:
        reached = reached.exclude(pk=viewer.person.pk)
    ids = set(reached.values_list("pk", flat=True))
    direct: dict[int, Decimal] = {}
    for person_id, theirs in supervisors(reached.values_list("pk", flat=True), on).items():
        share = sum((row.share for row in theirs if row.is_by(viewer)), Decimal(0))
        if share and person_id in ids:
            direct[person_id] = share
    return DirectReports(direct=direct, below=ids - set(direct))


def _places(people: People, on: date, *, home_of: int | None = None) -> list[_Place]:
    """The postings that take time, or, of an employer, all those in its own units."""
    which = Q(share__gt=0) if home_of is None else Q(post__unit__employer_id=home_of)
    employed = Employment.objects.on(on).filter(
        person_id=OuterRef("person_id"), employer_id=OuterRef("post__unit__employer_id")
    )
    rows = (
        Posting.objects.filter(which, current(on), current(on, "post__unit__periods__"), person_id__in=people)
        .annotate(is_own=Exists(employed))
        .order_by("person_id", "-share", "from_date", "pk")
        .values_list(
            "pk",
            "person_id",
            "post__unit_id",
            "post__unit__periods__name_ja",
            "post__unit__periods__name_en",
            "post__unit__periods__path",
            "share",
            "kind",
            "is_own",
        )
    )
    return [
        _Place(pk, person_id, unit_id, name_ja, name_en, _units(path), share, kind, is_own)
        for pk, person_id, unit_id, name_ja, name_en, path, share, kind, is_own in rows
    ]


def _units(path: str) -> tuple[int, ...]:
    return tuple(int(pk) for pk in path.split("/") if pk)


def _heads(unit_ids: set[int], on: date) -> dict[int, list[_Supervisor]]:
    """Unit -> whoever works in a post that leads it, the largest share first, of equal ones whoever came first."""
    rows = (
        Posting.objects.filter(
            current(on),
            current(on, "post__terms__"),
            post__terms__is_head=True,
            post__unit_id__in=unit_ids,
            share__gt=0,
        )
        .select_related("person", "post")
        .order_by("-share", "from_date", "pk")
    )
    found: dict[int, list[_Supervisor]] = {}
    for row in rows if unit_ids else ():
        person = row.person
        head = _Supervisor(person.pk, person.display_name, person.user_id)
        found.setdefault(row.post.unit_id, []).append(head)
    return found


def _nearest(place: _Place, heads: dict[int, list[_Supervisor]]) -> _Supervisor | None:
    """The head of the unit, else of the nearest one above that has a head; never the person themselves."""
    for unit_id in reversed(place.path):
        others = (head for head in heads.get(unit_id, ()) if head.person_id != place.person_id)
        if (head := next(others, None)) is not None:
            return head
    return None


def _can_sign_in(supervisor: _Supervisor | None) -> bool:
    return supervisor is not None and supervisor.user_id is not None


def _invited(places: Collection[_Place], on: date) -> dict[int, _Supervisor]:
    """Posting -> whoever was invited to supervise there: for the posting, for the person, for the unit or one above.

    Of several the one invited last; nobody supervises themselves.
    """
    if not places:
        return {}
    wanted = Q(scope=Scope.PERSON, person_id__in={place.person_id for place in places})
    wanted |= Q(scope=Scope.UNIT, unit_id__in={unit_id for place in places for unit_id in place.path})
    grants = list(
        RoleGrant.objects.on(on)
        .filter(wanted, role=Role.HOST_SUPERVISOR)
        .select_related("user__person")
        .order_by("-from_date", "-pk")
    )
    found = {}
    for place in places:
        fitting = ((rank, grant) for grant in grants if (rank := _rank(grant, place)) is not None)
        best = min(fitting, key=lambda pair: pair[0], default=None)
        if best is not None:
            found[place.posting_id] = _holder(best[1])
    return found


def _rank(grant: RoleGrant, place: _Place) -> int | None:
    """How closely a grant fits a posting, 0 the closest; None where it does not."""
    holder = _holder(grant)
    if holder.person_id == place.person_id:
        return None
    if grant.person_id == place.person_id:
        return {place.posting_id: 0, None: 1}.get(grant.posting_id)
    if grant.scope == Scope.UNIT and grant.unit_id in place.path:
        return 2 + len(place.path) - place.path.index(grant.unit_id)
    return None


def _holder(grant: RoleGrant) -> _Supervisor:
    person: Person | None = getattr(grant.user, "person", None)
    if person is None:
        return _Supervisor(None, str(grant.user), grant.user_id)
    return _Supervisor(person.pk, person.display_name, grant.user_id)


def _supervision(place: _Place, supervisor: _Supervisor | None) -> Supervision:
    by = supervisor or _Supervisor(None, "", None)
    return Supervision(
        posting_id=place.posting_id,
        unit_id=place.unit_id,
        unit_ja=place.unit_ja,
        unit_en=place.unit_en,
        share=place.share,
        kind=place.kind,
        supervisor_person_id=by.person_id,
        supervisor_name=by.name,
        supervisor_user_id=by.user_id,
    )
