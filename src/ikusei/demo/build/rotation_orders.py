"""Last year's orders as they were carried out, and a draft of this year's round half approved by the bureau."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from ikusei.demo.build.units import DIGITAL, City
from ikusei.lib import clock
from ikusei.lib.eras import era_of
from ikusei.org import access
from ikusei.org.access import Viewer
from ikusei.org.models import Posting, PostingKind, Role, RoleGrant, Scope
from ikusei.rotation.models import Order, OrderLayout, OrderState, Round, Verdict
from ikusei.rotation.queries.standings import standings
from ikusei.rotation.services import approval, drafts
from ikusei.rotation.services.approval import Said
from ikusei.rotation.services.rounds import Dates, plan_round

HALF = "A案（局で承認中）"
REASON = "後任の採用が固まっていないため、1年見送る。"
COLUMNS = (
    ("number", "発令番号"),
    ("effective-on-era", "発令年月日"),
    ("staff-number", "職員番号"),
    ("name", "氏名"),
    ("kana", "フリガナ"),
    ("grade", "職級"),
    ("from-units", "旧所属"),
    ("from-post", "旧職"),
    ("to-units", "新所属"),
    ("to-post", "新職"),
    ("until-era", "期間の末日"),
)


def order_last_year(actor: Viewer, city: City, year: int, *, today: date) -> Round:
    """The round of a fiscal year that has begun, with an order for everybody who went from one post to another then."""
    with clock.fixed(date(year - 1, 11, 1)):
        round_ = plan_round(
            actor=access.operator(),
            employer=city.employer,
            fiscal_year=year,
            dates=Dates(
                opens_on=date(year - 1, 12, 1),
                sheets_until=date(year, 1, 10),
                comments_until=date(year, 1, 17),
                hosts_until=date(year, 1, 17),
                notice_on=date(year, 3, 24),
                effective_on=date(year, 4, 1),
            ),
        )
    section = planner(Scope.EMPLOYER)
    if section is None or section.user is None or round_.effective_on > today:
        return round_
    noticed = datetime.combine(round_.notice_on, time(9), clock.TOKYO)
    Round.objects.filter(pk=round_.pk).update(noticed_at=noticed)
    Order.objects.bulk_create(
        Order(
            round=round_,
            number=number(year),
            decided_on=round_.notice_on - timedelta(days=7),
            effective_on=round_.effective_on,
            notice_on=round_.notice_on,
            noticed_at=noticed,
            person_id=begun.person_id,
            from_post_id=left[0].post_id,
            to_post_id=begun.post_id,
            kind=begun.kind,
            share=begun.share,
            until=begun.until if begun.kind == PostingKind.DISPATCH else None,
            state=OrderState.APPLIED,
            applied_at=datetime.combine(round_.effective_on, time(2, 30), clock.TOKYO),
            done=_done(begun, left),
            issued_by=section.user,
        )
        for begun, left in _moves(round_.effective_on)
    )
    OrderLayout.objects.create(
        name="発令簿", columns=[list(column) for column in COLUMNS], author=section.user
    )
    return round_


def approve_half(city: City, round_: Round) -> None:
    """A copy of the first draft, before the bureau: half of it approved, one move rejected with its reason."""
    section, bureau = planner(Scope.EMPLOYER), planner(Scope.UNIT)
    first = round_.drafts.filter(moves__year=round_.fiscal_year).order_by("pk").first()
    if section is None or bureau is None or first is None:
        return
    draft = drafts.copy_draft(actor=section, draft=first, name=HALF)
    draft.moves.filter(year=round_.fiscal_year, to_post=None).delete()
    draft = approval.submit(actor=section, draft=draft, bureau=city.units[DIGITAL])
    mine = [row.move.pk for row in standings(draft) if row.by_bureau]
    half = mine[: max(1, len(mine) // 2)]
    said = {pk: Said(Verdict.APPROVE) for pk in half[:-1]} | {half[-1]: Said(Verdict.REJECT, REASON)}
    approval.decide(actor=bureau, draft=draft, said=said)


def planner(scope: Scope) -> Viewer | None:
    """The planner of the whole city, or that of the bureau."""
    grants = RoleGrant.objects.filter(role=Role.PLANNER, scope=scope).select_related("user")
    grant = grants.order_by("pk").first()
    return None if grant is None else access.viewer_of(grant.user)


def number(year: int) -> str:
    """The decision number of the moves of a fiscal year; it was decided in March, the year before by the era."""
    era = era_of(date(year, 3, 1))
    return f"{era.year_of(year) - 1 if era else year}総人第{300 + year % 100}号"


def _moves(day: date) -> Iterable[tuple[Posting, list[Posting]]]:
    """What began for people of rotation on a day, each with what ended for it; whoever was hired then is left out."""
    ended: dict[int, list[Posting]] = defaultdict(list)
    for row in Posting.objects.filter(until=day).order_by("-share", "pk"):
        ended[row.person_id].append(row)
    begun = Posting.objects.filter(from_date=day, share__gt=0, person_id__in=ended)
    begun = begun.exclude(kind=PostingKind.CONCURRENT).order_by("person_id", "pk")
    for row in begun.exclude(post__terms__job_type="").distinct():
        if all(row.post_id != one.post_id for one in ended[row.person_id]):
            yield row, ended[row.person_id]


def _done(begun: Posting, left: list[Posting]) -> dict[str, object]:
    """What the order did to the postings, as if it had been carried out here; a dispatch had ended by itself."""
    opened = Posting.objects.filter(person=begun.person_id, from_date=begun.from_date)
    return {
        "opened": [
            {
                "posting": row.pk,
                "until": row.until.isoformat() if row.until else None,
                "share": str(row.share),
            }
            for row in opened.exclude(kind=PostingKind.CONCURRENT)
        ],
        "ended": [
            {"posting": row.pk, "until": None, "on": begun.from_date.isoformat()}
            for row in left
            if row.kind == PostingKind.HOME
        ],
        "reshared": [],
        "reserved": [],
    }
