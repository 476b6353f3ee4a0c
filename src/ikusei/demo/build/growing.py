"""Consents to be asked, and next steps: some proposed, some agreed, a few done."""

import random
from datetime import date, timedelta

from ikusei.demo.build.ict import Careers
from ikusei.demo.build.ratings import workplace
from ikusei.demo.build.staff import Crew
from ikusei.growth.models import Way
from ikusei.growth.services.steps import agree_step, end_step, propose_step
from ikusei.org import access
from ikusei.skills.models import HeldLevel
from ikusei.skills.queries.maps.catalogue import MATTERS, catalogue_on
from ikusei.skills.queries.maps.reach import next_steps
from ikusei.skills.services.interests import set_consents

TEXTS = {
    Way.WORK: "次の更改案件で主担当として設計から参加する。",
    Way.COURSE: "アカデミーの実践講座を受講し、課題を業務データで行う。",
    Way.TEACHER: "先輩職員に月二回、実際の案件で教わる。",
    Way.READING: "ガイドラインを読み、チーム内勉強会で紹介する。",
}


def plan(rng: random.Random, careers: Careers, crew: Crew, *, today: date) -> None:
    """One in three offers to be asked about what they do alone, one in four has a next step."""
    catalogue = catalogue_on(today)
    if catalogue is None:
        return
    held: dict[int, dict[int, int]] = {}
    rows = HeldLevel.objects.on(today).filter(skill__version_id=catalogue.version_id)
    for person_id, skill_id, level in rows.values_list("person_id", "skill_id", "level"):
        held.setdefault(person_id, {})[skill_id] = level
    for member in careers.members:
        stay = workplace(member, today)
        levels = held.get(member.person.pk, {})
        if stay is None or member.person.user is None or not levels:
            continue
        actor = access.viewer_of(member.person.user)
        able = [catalogue.skills[pk].key for pk, level in levels.items() if level >= MATTERS]
        if able and rng.random() < 0.33:
            agreed = rng.sample(able, min(len(able), 3))
            set_consents(actor=actor, framework_key=catalogue.framework_key, shown=able, agreed=agreed)
        head = crew.heads.get(stay.seat[0]) or crew.heads.get(stay.seat[0][:7])
        gaps = next_steps(catalogue, catalogue.job_types.get(member.job_type), levels, {})
        if gaps and head is not None and head.person.user is not None and rng.random() < 0.25:
            _step(rng, actor, access.viewer_of(head.person.user), gaps[0].skill.key, gaps[0].to, today)


def _step(
    rng: random.Random, actor: access.Viewer, head: access.Viewer, skill: str, level: int, today: date
) -> None:
    """One step, proposed by either side; most are agreed, some of these are done."""
    if actor.person is None or not access.may_change_person(head, access.Right.LEVELS_CONFIRM, actor.person):
        return
    way = rng.choice(list(TEXTS))
    own = rng.random() < 0.6
    step = propose_step(
        actor=actor if own else head,
        person=actor.person,
        skill_key=skill,
        to_level=level,
        way=way,
        text=TEXTS[way],
        due_on=today + timedelta(days=rng.randint(40, 300)),
    )
    luck = rng.random()
    if luck < 0.7:
        agree_step(actor=head if own else actor, step=step)
    if luck < 0.15:
        end_step(actor=actor, step=step, done=True, outcome="予定どおり終えた。")
