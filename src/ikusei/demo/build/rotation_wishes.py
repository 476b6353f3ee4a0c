"""Preference sheets of the round of the coming fiscal year: most handed in, some on paper or as a file, some missing."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from ikusei.demo.models import Persona
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Person, Role, RoleGrant
from ikusei.org.queries.workplace import workplaces
from ikusei.rotation.models import Round, Source
from ikusei.rotation.queries.wish_choices import choices_of
from ikusei.rotation.queries.wish_comments import asked_people, home_chiefs
from ikusei.rotation.services.wish_comments import add_comment, enter_comment
from ikusei.rotation.services.wish_sheets import enter_sheet, save_sheet
from ikusei.rotation.wishing import OfferedPost, Protected, Wishes

WHY = (
    "設計から運用まで経験したい",
    "クラウドの実務を深めたい",
    "利用者調査の経験を積みたい",
    "調達の仕組みを知りたい",
    "これまでの経験を生かせる",
    "",
    "",
)
PLACES = ("", "", "", "通勤一時間以内", "都心", "どこでもよい", "多摩地域")
CONCERNS = (
    "",
    "",
    "",
    "担当中のシステム更改が九月まで続く",
    "情報処理技術者試験を秋に受ける予定",
    "異動の場合は引継ぎに一か月ほしい",
    "大学院に夜間で通っている",
)
REASONS = (
    Protected("health", "place", "通院のため、月に二度、午後に病院へ行く必要があります。"),
    Protected("care", "stay", "同居の親の介護があり、来年度は今の勤務地を離れられません。"),
    Protected("children", "consider", "保育所の送迎があり、早出や夜間の勤務が難しい状況です。"),
    Protected("other", "consider", "個別の事情について、人事担当と面談を希望します。"),
)
REMARKS = {
    "move": ("外の経験を積む時期です。", "後任のめどが立っています。", "本人の希望に沿った異動が望ましい。"),
    "stay": (
        "更改が終わるまで残ってほしい。",
        "中核を担っており、もう一年必要です。",
        "着任して間もないため。",
    ),
    "either": ("どちらでも課としては対応できます。", ""),
}


def file_sheets(
    rng: random.Random, round_: Round, *, today: date, went: Mapping[int, int] | None = None
) -> None:
    """Sheets of about nine in ten, comments on most of them; the personnel section enters what came on paper.

    Nothing is said before it can be: on a day before the sheets open there are none, before their end fewer comments.
    `went`, of a year that is over, is the post to which the moves of that year brought a person: about every second of
    them had wished for it. Protected reasons are not kept longer than their round.
    """
    filed = min(round_.sheets_until - timedelta(days=10), today)
    if filed < round_.opens_on:
        return
    with clock.fixed(filed):
        section = _section(round_)
        people = list(asked_people(round_, filed).select_related("user").order_by("pk"))
        posts = choices_of(round_).offered
        answered = set(Persona.objects.filter(key="professional").values_list("user__person", flat=True))
        here = workplaces([one.pk for one in people], filed)
        for person in people:
            if person.pk in answered or rng.random() < 0.9:
                said = _said(rng, posts, stays=person.pk not in here)
                if went is not None:
                    said = _of_the_past(rng, said, posts, went.get(person.pk), is_unmet=person.pk in answered)
                _file(rng, round_, section, person, said)
    with clock.fixed(min(round_.comments_until, today)):
        _comment(rng, round_, _section(round_), filed)


def _section(round_: Round) -> Viewer:
    """Whoever plans rotation for the whole employer."""
    grant = RoleGrant.objects.filter(role=Role.PLANNER, employer=round_.employer).order_by("pk").first()
    return access.operator() if grant is None else access.viewer_of(grant.user)


def _file(rng: random.Random, round_: Round, section: Viewer, person: Person, said: Wishes) -> None:
    """One sheet: by its owner, or by the personnel section for somebody without an account or on paper."""
    on_paper = person.user is None or rng.random() < 0.04
    if on_paper and (section.person is None or section.person.pk != person.pk):
        enter_sheet(
            actor=section,
            round_=round_,
            person=person,
            wishes=said,
            seen=0,
            said_by=person.name,
            source=rng.choice((Source.SHEET, Source.SHEET, Source.PROXY)),
        )
    elif person.user is not None:
        owner = Viewer(user=person.user, person=person)
        hand_in = rng.random() < 0.95
        save_sheet(actor=owner, round_id=round_.public_id, wishes=said, seen=0, hand_in=hand_in)


def _said(rng: random.Random, posts: Sequence[OfferedPost], *, stays: bool) -> Wishes:
    """What somebody says: most who would move name one to three posts."""
    intent = "stay" if stays else rng.choices(("stay", "move", "either"), (35, 40, 25))[0]
    count = 0 if intent == "stay" else rng.choice((0, 1, 2, 2, 3))
    chosen = rng.sample(list(posts), min(count, len(posts)))
    said = Wishes(
        intent=intent,
        ranked=tuple((post.id, rng.choice(WHY)) for post in chosen),
        growth_classes=tuple(
            rng.sample(("bureau_digital_services", "govtech", "line_bureau"), rng.choice((0, 1, 1, 2)))
        ),
        places=rng.choice(PLACES),
        concerns=rng.choice(CONCERNS),
        may_dispatch=rng.random() < 0.25,
    )
    return replace(said, protected=rng.choice(REASONS)) if rng.random() < 0.06 else said


def _of_the_past(
    rng: random.Random, said: Wishes, posts: Sequence[OfferedPost], went: int | None, *, is_unmet: bool
) -> Wishes:
    """The same, said in a year that is over. `is_unmet`: the persona whose history is looked at named two other posts."""
    said = replace(said, protected=None)
    others = tuple(pair for pair in said.ranked if pair[0] != went)
    if is_unmet:
        named = [post.id for post in posts if post.id != went]
        return replace(
            said,
            intent="move",
            ranked=tuple((pk, WHY[number]) for number, pk in enumerate(rng.sample(named, 2))),
        )
    if went in {post.id for post in posts} and rng.random() < 0.5:
        return replace(said, intent="move", ranked=((went, rng.choice(WHY)), *others[:2]))
    return replace(said, ranked=others)


def _comment(rng: random.Random, round_: Round, section: Viewer, filed: date) -> None:
    """What the chiefs of the home sections say; those who cannot sign in tell the personnel section."""
    people = asked_people(round_, filed)
    by_pk = {person.pk: person for person in people}
    homes = home_chiefs(people, round_, clock.today())
    users = {
        chief.pk: chief.user
        for chief in Person.objects.filter(
            pk__in={home.supervisor_person_id for home in homes.values()}
        ).select_related("user")
    }
    viewers: dict[int, Viewer] = {}
    for pk, home in sorted(homes.items()):
        chief = home.supervisor_person_id
        if chief is None or rng.random() < 0.12 or (section.person is not None and section.person.pk == pk):
            continue
        opinion = rng.choices(("move", "stay", "either"), (40, 35, 25))[0]
        words = {"opinion": opinion, "text": rng.choice(REMARKS[opinion])}
        viewer = viewers.setdefault(chief, access.viewer_of(users[chief]))
        if viewer.can(Right.WISH_COMMENT):
            add_comment(
                actor=viewer, round_id=round_.public_id, person_id=by_pk[pk].public_id, last=0, **words
            )
        else:
            enter_comment(
                actor=section,
                round_=round_,
                person=by_pk[pk],
                last=0,
                said_by=home.supervisor_name,
                **words,
            )
