"""What is likely to have changed since somebody last spoke of their skills, each with its reason as a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from django.utils.translation import gettext as _

from ikusei.lib.dates import format_date
from ikusei.lib.fields import pick_text
from ikusei.lib.periods import current
from ikusei.org.models import Person, Posting
from ikusei.skills.queries.maps.catalogue import Catalogue, JobTypeItem, SkillItem
from ikusei.skills.queries.maps.reach import job_types_in_reach
from ikusei.skills.queries.self_assessment.before import Before
from ikusei.ui.reading import era_dates

MOST_FIRST = 8
"""So many questions are asked first at most; the others wait under "as last time"."""

FEW_FIRST = 5
"""Where so many have a reason of their own, gaps add no more."""


class Kind(IntEnum):
    """Why a skill is asked first, the surest reason first."""

    AGAIN = 0
    PROVED = 1
    EXPIRED = 2
    DIFFERED = 3
    NEW_POST = 4
    NEVER = 5
    STALE = 6
    GAP = 7
    NEXT = 8


GAPS = (Kind.STALE, Kind.GAP, Kind.NEXT)
"""Reasons that say that something could have changed, not that something did."""


@dataclass(frozen=True, slots=True)
class Reason:
    kind: Kind
    sentence: str


@dataclass(frozen=True, slots=True)
class Seat:
    """The main posting of a day: since when, and as what."""

    since: date
    job_type: str
    name: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Evidence that somebody attached, as far as it speaks for one skill."""

    title: str
    day: date
    expires_on: date | None


def seat(person: Person, on: date) -> Seat | None:
    """The posting with the largest share on a day, with what its post asks for and its name. One query."""
    row = (
        Posting.objects.filter(current(on), current(on, "post__terms__"), person=person)
        .order_by("-share", "from_date", "pk")
        .values_list("from_date", "post__terms__job_type", "post__terms__name_ja", "post__terms__name_en")
        .first()
    )
    if row is None:
        return None
    since, job_type, name_ja, name_en = row
    return Seat(since=since, job_type=job_type, name=pick_text({"ja": name_ja, "en": name_en}))


def reasons(
    catalogue: Catalogue,
    here: Seat | None,
    known: Mapping[str, Before],
    proofs: Mapping[str, Sequence[Proof]],
    on: date,
) -> dict[int, tuple[Reason, ...]]:
    """Primary key of a skill -> why it is asked first, for at most MOST_FIRST skills, the surest first."""
    found: dict[int, list[Reason]] = {}
    job_type = catalogue.job_types.get(here.job_type) if here is not None else None
    last_round = max((said.own.day for said in known.values() if said.own is not None), default=None)
    for skill in catalogue.skills.values():
        said = known.get(skill.key, Before())
        for reason in (
            _again(said),
            _proved(said, proofs.get(skill.key, ())),
            _expired(said, on),
            _differed(said),
            _new_post(skill, said, here, job_type, last_round),
            _never(skill, said, job_type),
            _stale(said, on),
            _gap(skill, said, job_type),
        ):
            if reason is not None:
                found.setdefault(skill.id, []).append(reason)
    for skill_id, reason in _next(catalogue, job_type, known).items():
        found.setdefault(skill_id, []).append(reason)
    return _first(catalogue, found)


def _first(catalogue: Catalogue, found: Mapping[int, list[Reason]]) -> dict[int, tuple[Reason, ...]]:
    """The skills to ask first: those where something did change, then gaps until there are a few."""
    ranked = sorted(found, key=lambda pk: (min(r.kind for r in found[pk]), catalogue.skills[pk].place))
    sure = [pk for pk in ranked if any(reason.kind not in GAPS for reason in found[pk])][:MOST_FIRST]
    likely = [pk for pk in ranked if pk not in sure][: max(0, FEW_FIRST - len(sure))]
    return {pk: tuple(sorted(found[pk], key=lambda reason: reason.kind)) for pk in (*sure, *likely)}


def _again(said: Before) -> Reason | None:
    if not said.again:
        return None
    return Reason(Kind.AGAIN, _("The framework has a new version, and this is asked anew in it."))


def _proved(said: Before, proofs: Sequence[Proof]) -> Reason | None:
    since = said.own.day if said.own is not None else None
    fresh = [proof for proof in proofs if since is not None and proof.day > since]
    if not fresh:
        return None
    newest = max(fresh, key=lambda proof: proof.day)
    return Reason(
        Kind.PROVED,
        _("Since then you have added evidence: %(title)s (%(day)s).")
        % {"title": newest.title, "day": _day(newest.day)},
    )


def _expired(said: Before, on: date) -> Reason | None:
    if said.expires_on is None or said.expires_on > on:
        return None
    return Reason(
        Kind.EXPIRED, _("What proved your level ran out on %(day)s.") % {"day": _day(said.expires_on)}
    )


def _differed(said: Before) -> Reason | None:
    if said.own is None or said.other is None:
        return None
    if said.own.level == said.other.level or said.other.day < said.own.day:
        return None
    return Reason(Kind.DIFFERED, _("Last time you and whoever saw your work put this differently."))


def _new_post(
    skill: SkillItem, said: Before, here: Seat | None, job_type: JobTypeItem | None, last_round: date | None
) -> Reason | None:
    if here is None or job_type is None or last_round is None or here.since <= last_round:
        return None
    if skill.id not in job_type.required or (said.last or 0) >= job_type.required[skill.id]:
        return None
    return Reason(
        Kind.NEW_POST,
        _("Your post since %(day)s (%(post)s) asks for this.") % {"day": _day(here.since), "post": here.name},
    )


def _never(skill: SkillItem, said: Before, job_type: JobTypeItem | None) -> Reason | None:
    if job_type is None or skill.id not in job_type.required or said.last is not None:
        return None
    return Reason(
        Kind.NEVER,
        _("“%(job_type)s” asks for this, and nothing has been said of it yet.") % {"job_type": job_type.name},
    )


def _stale(said: Before, on: date) -> Reason | None:
    if said.stale_on is None or said.stale_on > on or said.own is None:
        return None
    return Reason(Kind.STALE, _("Last said long ago, on %(day)s.") % {"day": _day(said.own.day)})


def _gap(skill: SkillItem, said: Before, job_type: JobTypeItem | None) -> Reason | None:
    if job_type is None or said.last is None or said.last >= job_type.required.get(skill.id, 0):
        return None
    return Reason(
        Kind.GAP, _("“%(job_type)s” asks for more than you said last time.") % {"job_type": job_type.name}
    )


def _next(
    catalogue: Catalogue, job_type: JobTypeItem | None, known: Mapping[str, Before]
) -> dict[int, Reason]:
    """The gaps to the job type that is nearest and not yet reached, other than one's own."""
    held = {
        skill.id: last
        for skill in catalogue.skills.values()
        if skill.key in known and (last := known[skill.key].last)
    }
    if not held:
        return {}
    nearest = next(
        (
            reach
            for reach in job_types_in_reach(catalogue, held)
            if reach.levels and (job_type is None or reach.job_type.key != job_type.key)
        ),
        None,
    )
    if nearest is None:
        return {}
    sentence = _("It would bring you nearer to “%(job_type)s”.") % {"job_type": nearest.job_type.name}
    return {gap.skill.id: Reason(Kind.NEXT, sentence) for gap in nearest.missing}


def _day(day: date) -> str:
    return format_date(day, era=era_dates())
