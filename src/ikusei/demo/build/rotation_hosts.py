"""What hosts wish for the coming round, and posts in the internal open recruitment with people who applied."""

import random
from datetime import date, timedelta

from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.access import Viewer
from ikusei.org.models import Role, RoleGrant
from ikusei.rotation.models import HostAsk, Round
from ikusei.rotation.queries.host_wishes import Asked, Targets, targets
from ikusei.rotation.queries.recruitment import own_page
from ikusei.rotation.queries.wish_comments import asked_people
from ikusei.rotation.services.host_wishes import add_wish
from ikusei.rotation.services.recruitment import Offered, apply, publish
from ikusei.skills.queries.maps.catalogue import catalogue_on

SAID_BY = ("基盤部長", "人事担当課長", "サービス開発部長")
REMARKS = ("", "", "更改の山場のため。", "後任の育成が進んでいる。", "クラウド移行の中心になる人が必要。")
OFFERS = (
    (
        "庁内の生成AI活用を進める担当です。経験は問いません。",
        "Bring generative AI into daily work; no experience asked for.",
    ),
    (
        "区市町村のシステム標準化を支援する担当です。",
        "Support municipalities in standardising their systems.",
    ),
)


def prepare(round_: Round, units: list[int], *, today: date) -> None:
    """Wishes and offers of the hosts' units, as of today; nothing before the round has begun or after its notice."""
    grant = RoleGrant.objects.filter(role=Role.PLANNER, employer=round_.employer).order_by("pk").first()
    if grant is None or not round_.opens_on <= today < round_.notice_on - timedelta(days=19):
        return
    rng = random.Random("hosts")
    with clock.fixed(today):
        section = access.viewer_of(grant.user)
        speak(rng, section, round_, units=units)
        offer(rng, section, round_, units=units)


def speak(rng: random.Random, section: Viewer, round_: Round, *, units: list[int]) -> None:
    """Wishes of hosts (posts to fill, people to keep or to let go), entered by the personnel section as they came."""
    found = targets(round_, units, section.today)
    catalogue = catalogue_on(section.today)
    skills = [item.key for item in catalogue.skills.values()] if catalogue is not None else []
    for asked in _wishes(rng, found, skills):
        add_wish(actor=section, round_=round_, asked=asked, said_by=rng.choice(SAID_BY))


def offer(rng: random.Random, section: Viewer, round_: Round, *, units: list[int]) -> None:
    """Two posts published three weeks before today, open until two and a half weeks after; a few people apply."""
    posts = list(targets(round_, units, section.today).posts)
    begun = max(section.today - timedelta(days=21), round_.opens_on)
    if not posts:
        return
    with clock.fixed(begun):
        actor = access.viewer_of(section.user)
        for (ja, en), post in zip(OFFERS, rng.sample(posts, min(len(OFFERS), len(posts))), strict=False):
            publish(
                actor=actor,
                round_=round_,
                offered=Offered(
                    post_id=post,
                    text_ja=ja,
                    text_en=en,
                    publish_on=begun,
                    apply_until=section.today + timedelta(days=18),
                    result_on=round_.notice_on,
                ),
            )
    people = asked_people(round_, section.today).exclude(user=None).select_related("user").order_by("pk")
    for person in rng.sample(list(people), min(6, len(people))):
        viewer = Viewer(user=person.user, person=person)
        for one in own_page(viewer).open[:1]:
            apply(actor=viewer, recruitment=one.recruitment, text="これまでの経験を生かしたいためです。")


def _wishes(rng: random.Random, found: Targets, skills: list[str]) -> list[Asked]:
    wishes = []
    for post in rng.sample(list(found.posts), min(8, len(found.posts))):
        skill = rng.choice(skills) if skills and rng.random() < 0.7 else ""
        level = rng.randint(2, 3) if skill else None
        wishes.append(
            Asked(HostAsk.NEED, post_id=post, skill_key=skill, level=level, text=rng.choice(REMARKS))
        )
    for person in rng.sample(list(found.people), min(8, len(found.people))):
        ask = HostAsk.KEEP if rng.random() < 0.6 else HostAsk.RETURN
        wishes.append(Asked(ask, person_id=person, text=rng.choice(REMARKS)))
    return wishes
