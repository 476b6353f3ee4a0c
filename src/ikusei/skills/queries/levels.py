"""Why a level is shown: the sentence that explains it, and every statement behind it, none left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import FETCH_RAISE, Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ikusei.lib import fiscal
from ikusei.lib.dates import format_date
from ikusei.org.access import NotVisible
from ikusei.org.models import Person
from ikusei.skills.deriving import Standing, Statement, Terms, standing_on
from ikusei.skills.models import Assessment, Evidence, EvidenceGrade, LevelRule, Rater, Retraction
from ikusei.skills.queries.maps.catalogue import Catalogue, SkillItem, catalogue_on
from ikusei.ui.reading import era_dates


@dataclass(frozen=True, slots=True)
class Said:
    """One statement as people read it. `verdict`: why it counts, or why another one counts before it."""

    level: int
    behaviour: str
    day: date
    who: str
    rater: Promise | str
    own: bool
    evidence: Promise | str
    note: str
    reason: str
    expires_on: date | None
    expired: bool
    counts: bool
    verdict: str
    cycle: str
    entered_for: str
    proofs: tuple[str, ...]
    carried: bool


@dataclass(frozen=True, slots=True)
class Behind:
    """What is behind one level on a day. `standing` None: nobody has said anything; `sentences` explain the level."""

    person: Person
    skill: SkillItem
    catalogue: Catalogue
    on: date
    standing: Standing | None
    sentences: tuple[str, ...]
    statements: tuple[Said, ...]
    rule: int

    @property
    def level(self) -> int | None:
        return self.standing.level if self.standing else None

    @property
    def behaviour(self) -> str:
        """What the level looks like, "" where the framework does not define it."""
        return self.skill.behaviour.get(self.standing.level, "") if self.standing else ""


def terms_and_number() -> tuple[Terms, int]:
    """The terms of the rule in force and the number of its version; 1 is what Ikusei comes with."""
    row = LevelRule.objects.values_list("terms", "number").first()
    return (Terms(), 1) if row is None else (Terms.from_json(row[0]), row[1])


def behind(person: Person, skill_key: str, *, on: date, is_own: bool) -> Behind:
    """Everything behind the level of a person, whom the caller has opened, in a skill of the version in use on a day.

    Raises NotVisible where the version has no such skill.
    """
    catalogue = catalogue_on(on)
    skill = catalogue.skill(skill_key) if catalogue else None
    if catalogue is None or skill is None:
        raise NotVisible(skill_key)
    terms, number = terms_and_number()
    rows = list(_rows(person, skill.id, on))
    facts = {row.pk: row for row in rows}
    plain = [_plain(row) for row in rows if _retracted(row) is None]
    standing = standing_on(plain, on, terms) if plain else None
    return Behind(
        person=person,
        skill=skill,
        catalogue=catalogue,
        on=on,
        standing=standing,
        sentences=tuple(_sentences(standing, plain, facts, on, is_own=is_own)),
        statements=tuple(_said(row, standing, skill, on) for row in rows),
        rule=number,
    )


def _rows(person: Person, skill_id: int, on: date) -> Any:
    return (
        Assessment.objects.filter(person=person, skill_id=skill_id, stated_on__lte=on)
        .select_related("rater_person", "cycle", "entered_by", "retraction")
        .prefetch_related(Prefetch("proofs", Evidence.objects.order_by("pk").fetch_mode(FETCH_RAISE)))
        .order_by("-stated_on", "-id")
        .fetch_mode(FETCH_RAISE)
    )


def _plain(row: Assessment) -> Statement:
    return Statement(
        row.pk, row.level, row.stated_on, row.rater, row.evidence, row.expires_on, row.cycle_id, row.share
    )


def _sentences(
    standing: Standing | None,
    plain: Sequence[Statement],
    facts: dict[int, Assessment],
    on: date,
    *,
    is_own: bool,
) -> list[str]:
    if standing is None:
        return [_("Nobody has said anything about this skill yet.")]
    one = standing.statement
    return [
        text
        for text in (
            _because(standing, facts[one.id], is_own=is_own),
            _lifted(standing, plain, facts),
            _aged(standing, on),
            _lapsed(standing, plain, on),
            _own_word(standing, plain, is_own=is_own),
        )
        if text
    ]


def _because(standing: Standing, row: Assessment, *, is_own: bool) -> str:
    """The main reason, one sentence."""
    given = {
        "level": standing.level,
        "day": _day(row.stated_on),
        "who": _who(row),
        "evidence": _grade(row.evidence),
    }
    if row.rater == Rater.SELF:
        if is_own:
            return _("Level %(level)s, because you said so on %(day)s; nobody has confirmed it yet.") % given
        return (
            _("Level %(level)s, because the person said so on %(day)s; nobody has confirmed it yet.") % given
        )
    if row.rater == Rater.EXAMINER:
        return (
            _("Level %(level)s, because a certificate of %(day)s speaks for it; evidence: %(evidence)s.")
            % given
        )
    if row.rater == Rater.SECOND:
        return (
            _("Level %(level)s, because %(who)s was asked as a second rater and said so on %(day)s.") % given
        )
    if row.reason:  # they saw it differently and said why: that is no confirming
        return (
            _("Level %(level)s, because %(who)s assessed it so on %(day)s; evidence: %(evidence)s.") % given
        )
    return _("Level %(level)s, because %(who)s confirmed it on %(day)s; evidence: %(evidence)s.") % given


def _lifted(standing: Standing, plain: Sequence[Statement], facts: dict[int, Assessment]) -> str:
    if not standing.lifted:
        return ""
    newer = max((one for one in plain if one.by_other), key=lambda one: (one.stated_on, one.id))
    return _(
        "%(who)s said level %(level)s on %(day)s. Because the certificate is still valid, the level stays at least at the "
        "one it stands for."
    ) % {"who": _who(facts[newer.id]), "level": newer.level, "day": _day(newer.stated_on)}


def _aged(standing: Standing, on: date) -> str:
    one = standing.statement
    if one.expires_on is not None and one.expires_on <= on:
        return _(
            "Its evidence ran out on %(day)s: the level stays visible, is marked, and does not count as covered."
        ) % {"day": _day(one.expires_on)}
    if standing.stale_on is not None and standing.stale_on <= on:
        return _(
            "Nobody has looked at it for a long time: it has been marked as stale since %(day)s. "
            "Please have it confirmed again."
        ) % {"day": _day(standing.stale_on)}
    return ""


def _lapsed(standing: Standing, plain: Sequence[Statement], on: date) -> str:
    """That a certificate for a higher level has run out, where one has."""
    lapsed = [
        one
        for one in plain
        if one.rater == Rater.EXAMINER
        and one.expires_on is not None
        and one.expires_on <= on
        and one.level > standing.level
    ]
    if not lapsed:
        return ""
    last = max(lapsed, key=lambda one: one.expires_on or date.min)
    return _("A certificate stood for level %(level)s until %(day)s; it has run out.") % {
        "level": last.level,
        "day": _day(last.expires_on or on),
    }


def _own_word(standing: Standing, plain: Sequence[Statement], *, is_own: bool) -> str:
    """That the person sees it differently, where their last word does; it stays beside the level."""
    own = [one for one in plain if not one.by_other]
    if not standing.statement.by_other or not own:
        return ""
    last = max(own, key=lambda one: (one.stated_on, one.id))
    if last.level == standing.level:
        return ""
    given = {"level": last.level, "day": _day(last.stated_on)}
    if is_own:
        return _("You said level %(level)s on %(day)s; both statements stay side by side.") % given
    return _("The person said level %(level)s on %(day)s; both statements stay side by side.") % given


def _retracted(row: Assessment) -> Retraction | None:
    """That the statement was taken back, None where it was not."""
    try:
        return row.retraction
    except Retraction.DoesNotExist:
        return None


def _said(row: Assessment, standing: Standing | None, skill: SkillItem, on: date) -> Said:
    counts = standing is not None and standing.statement.id == row.pk
    taken_back = _retracted(row)
    return Said(
        level=row.level,
        behaviour=skill.behaviour.get(row.level, ""),
        day=row.stated_on,
        who=_who(row),
        rater=Rater(row.rater).label,
        own=row.rater == Rater.SELF,
        evidence=_grade(row.evidence),
        note=row.evidence_note,
        reason=row.reason,
        expires_on=row.expires_on,
        expired=row.expires_on is not None and row.expires_on <= on,
        counts=counts,
        verdict=_("Taken back: %(reason)s") % {"reason": taken_back.reason}
        if taken_back
        else _verdict(_plain(row), standing, on),
        cycle=fiscal.label(row.cycle.fiscal_year, era_dates()) if row.cycle else "",
        entered_for=str(row.entered_by) if row.entered_by and row.spoken_by else "",
        proofs=tuple(proof.title for proof in row.proofs.all()),
        carried=row.carried_from_id is not None,
    )


def _verdict(one: Statement, standing: Standing | None, on: date) -> str:
    """Why this statement counts or another one does before it, in a sentence."""
    if standing is None or standing.statement.id == one.id:
        return _("This is what counts.")
    counts = standing.statement
    if not one.by_other and counts.by_other:
        return _("What others have said counts first.")
    if one.rater == Rater.EXAMINER and one.expires_on is not None and one.expires_on <= on:
        return _("The certificate has run out.")
    if standing.lifted and one.stated_on >= counts.stated_on:
        return _("The certificate is valid, and its level is higher.")
    if one.cycle_id is not None and one.cycle_id == counts.cycle_id and one.stated_on >= counts.stated_on:
        if counts.rater == Rater.SECOND:
            return _("A second rater counts first within a cycle.")
        if _share(one) < _share(counts):
            return _("Whoever leads the larger share of the time counts first within a cycle.")
    return _("Something newer was said.")


def _share(one: Statement) -> Decimal:
    return one.share if one.share is not None else Decimal(1)


def _who(row: Assessment) -> str:
    """The rater's name, or what they are where no name is known."""
    if row.spoken_by:
        return row.spoken_by
    return row.rater_person.display_name if row.rater_person else str(Rater(row.rater).label)


def _grade(grade: int) -> str:
    return str(EvidenceGrade(grade).label)


def _day(value: date) -> str:
    return format_date(value, era=era_dates())
