"""This year's cycle: open, half done, with disagreements, questions and people who have not begun."""

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from ikusei.demo.build.ict import Careers
from ikusei.demo.build.materials import Member
from ikusei.demo.build.ratings import (
    POPULATION,
    REASONS_DOWN,
    REASONS_UP,
    REPLIES,
    Language,
    grow,
    workplace,
)
from ikusei.demo.build.staff import Crew
from ikusei.demo.models import Persona
from ikusei.lib import clock
from ikusei.lib.fiscal import fiscal_year
from ikusei.org import access
from ikusei.org.access import Viewer
from ikusei.skills.models import Answer, Cycle, Decision, Participant, Reply, Review
from ikusei.skills.queries.maps.catalogue import catalogue_of
from ikusei.skills.queries.self_assessment.before import last_levels
from ikusei.skills.services.answers import Change, answer_unchanged, save_answers
from ikusei.skills.services.confirming import Choice, confirm_unchanged, decide_many
from ikusei.skills.services.cycles.planning import create_cycle
from ikusei.skills.services.cycles.running import open_cycle
from ikusei.skills.services.handing_in import hand_in, reply_to_review

OPEN_FOR = timedelta(days=20)
ANSWER_FOR = timedelta(days=32)
CONFIRM_FOR = timedelta(days=53)

BEGUN, HANDED_IN, CONFIRMED = "begun", "handed-in", "confirmed"
QUESTIONS = (
    "どの案件での経験か教えてください。",
    "設計書かレビュー記録があれば添付してください。",
)
NOTES = (
    "基幹システムの更改で担当した。",
    "四月から主担当になった。",
    "研修を受けて、業務で使い始めた。",
)


@dataclass(slots=True)
class _Asked:
    """One participant with the person they are, how far they are to come, and who confirms them."""

    row: Participant
    member: Member
    aim: str
    head: Member | None


def run(
    rng: random.Random,
    actor: Viewer,
    careers: Careers,
    crew: Crew,
    language: Language,
    able: dict[int, dict[str, int]],
    *,
    today: date,
) -> None:
    """Open this year's cycle three weeks ago and let half of the people be through."""
    opened = today - OPEN_FOR
    year = fiscal_year(opened)
    with clock.fixed(opened):
        cycle = create_cycle(
            actor=actor,
            name_ja=f"{year}年度 スキル評価",
            name_en=f"Skill assessment FY{year}",
            version=language.version,
            opens_on=opened,
            self_until=opened + ANSWER_FOR,
            confirm_until=opened + CONFIRM_FOR,
            population=POPULATION,
        )
        cycle = open_cycle(actor=actor, cycle=cycle)
    asked = _asked(rng, cycle, careers, crew, opened)
    for one in asked:
        if one.aim:
            with clock.fixed(today - timedelta(days=rng.randint(4, 18))):
                _answer(rng, one, cycle, language, able[one.member.person.pk])
    _confirm(rng, asked, today)


def _asked(rng: random.Random, cycle: Cycle, careers: Careers, crew: Crew, day: date) -> list[_Asked]:
    """Everybody in the cycle, and how far they are to come: the professional of the first page is in the middle."""
    rows = {row.person_id: row for row in Participant.objects.filter(cycle=cycle).select_related("person")}
    named = Persona.objects.filter(user__person__isnull=False).select_related("user__person")
    personas = {row.user.person.pk: row.key for row in named}
    found = []
    for member in careers.members:
        stay = workplace(member, day)
        if member.person.pk not in rows or stay is None:
            continue
        aim = rng.choices(("", BEGUN, HANDED_IN, CONFIRMED), (22, 10, 24, 44))[0]
        if personas.get(member.person.pk) == "professional":
            aim = BEGUN
        head = crew.heads.get(stay.seat[0]) or crew.heads.get(stay.seat[0][:7])
        found.append(_Asked(rows[member.person.pk], member, aim, head))
    return found


def _answer(rng: random.Random, one: _Asked, cycle: Cycle, language: Language, able: dict[str, int]) -> None:
    """Some skills anew, the rest as last time; handed in unless the person has only begun."""
    stay = workplace(one.member, clock.today())
    actor = access.viewer_of(one.member.person.user)
    if stay is None or actor.person is None:
        return
    before = dict(able)
    grow(rng, able, language.requirements[one.member.job_type], stay)
    last = last_levels(one.row, catalogue_of((cycle.version_id, cycle.version.created_at)))
    changed = [
        Change(language.skills[key].pk, level, rng.choice(NOTES) if rng.random() < 0.4 else "", 0)
        for key, level in able.items()
        if level != before[key] or language.skills[key].pk not in last
    ]
    if changed:
        save_answers(actor=actor, participant_id=one.row.pk, changes=changed)
    if one.aim == BEGUN:
        return
    answered = {change.skill_id for change in changed}
    rest = {skill_id: level for skill_id, level in last.items() if skill_id not in answered}
    if rest:
        answer_unchanged(actor=actor, participant_id=one.row.pk, shown=rest)
    hand_in(actor=actor, participant_id=one.row.pk, asked=len(language.skills), leave_out=True)


def _confirm(rng: random.Random, asked: list[_Asked], today: date) -> None:
    """What the heads have said so far: all unchanged ones in one action, the others one by one."""
    teams: dict[int, list[_Asked]] = defaultdict(list)
    heads: dict[int, Member] = {}
    for one in asked:
        if one.aim == CONFIRMED and one.head is not None and one.head.person.user is not None:
            teams[one.head.person.pk].append(one)
            heads[one.head.person.pk] = one.head
    said: dict[int, dict[int, Answer]] = defaultdict(dict)
    for answer in Answer.objects.filter(participant__in=[one.row for one in asked], statement__isnull=False):
        said[answer.participant_id][answer.skill_id] = answer
    for pk, team in teams.items():
        with clock.fixed(today - timedelta(days=rng.randint(0, 3))):
            actor = access.viewer_of(heads[pk].person.user)
            confirm_unchanged(
                actor=actor,
                seen={
                    one.row.pk: [answer.statement_id for answer in said[one.row.pk].values()]  # type: ignore[misc]
                    for one in team
                },
            )
            for one in team:
                _decide(rng, actor, one, said[one.row.pk])
    _reply(rng, [one for team in teams.values() for one in team], today)


def _decide(rng: random.Random, actor: Viewer, one: _Asked, said: dict[int, Answer]) -> None:
    """The head's word on what has changed: mostly yes, now and then another level with a reason, or a question."""
    decided = set(Review.objects.filter(participant=one.row).values_list("skill_id", flat=True))
    choices = []
    for skill_id, answer in said.items():
        if skill_id in decided or answer.statement_id is None or answer.level is None:
            continue
        luck = rng.random()
        if luck < 0.16 and answer.level > 0:
            choice = Choice(
                skill_id,
                answer.statement_id,
                Decision.DIFFER,
                answer.level - 1,
                rng.choice(REASONS_DOWN),
                None,
            )
        elif luck < 0.22 and answer.level < 4:
            choice = Choice(
                skill_id, answer.statement_id, Decision.DIFFER, answer.level + 1, rng.choice(REASONS_UP), None
            )
        elif luck < 0.27:
            choice = Choice(skill_id, answer.statement_id, Decision.ASK, None, rng.choice(QUESTIONS), None)
        else:
            choice = Choice(skill_id, answer.statement_id, Decision.AGREE, mark=None)
        choices.append(choice)
    if choices:
        decide_many(actor=actor, participant_id=one.row.pk, choices=choices)


def _reply(rng: random.Random, asked: list[_Asked], today: date) -> None:
    """Half of those who were seen otherwise have replied."""
    members = {one.row.pk: one.member for one in asked}
    rows = Review.objects.filter(participant__in=members, decision=Decision.DIFFER).order_by("pk")
    for review in rows:
        if rng.random() < 0.5:
            reply, text = rng.choice(REPLIES)
            actor = access.viewer_of(members[review.participant_id].person.user)
            with clock.fixed(today):
                reply_to_review(actor=actor, review_id=review.pk, reply=Reply(reply), text=text)
