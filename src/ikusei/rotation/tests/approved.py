"""A draft of the standing office on its way through the two stages: moves of a round, decided by two accounts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.models import PlannedPerson, Post, PostingKind, Purpose, Role, Scope
from ikusei.org.services import grants
from ikusei.rotation.models import Draft, DraftState, Move, Order, Verdict, WishAnswer
from ikusei.rotation.queries.standings import standings
from ikusei.rotation.services import approval
from ikusei.rotation.services.approval import Said
from ikusei.rotation.services.orders import Numbered
from ikusei.rotation.tests.ground import TODAY, Ground, make_draft
from tests.office import SINCE

NUMBERED = Numbered(number="7総人第1234号", decided_on=date(2026, 1, 30))


def bureau_planner(ground: Ground) -> access.Viewer:
    """The academy's account, made planner of the Bureau of Digital Services: for the first stage."""
    user = ground.office.user("academy")
    if not user.grants.filter(role=Role.PLANNER).exists():
        grants.give_role(
            actor=access.operator(),
            user=user,
            role=Role.PLANNER,
            scope=Scope.UNIT,
            unit=ground.office.units["digital"],
            purpose=Purpose.PLACEMENT,
            from_date=SINCE,
        )
    return ground.office.viewer("academy")


def move(
    draft: Draft,
    who: str | None,
    ground: Ground,
    *,
    to: str | None,
    kind: str = PostingKind.HOME,
    share: Decimal = Decimal(1),
    return_post: Post | None = None,
    year: int = 2026,
) -> Move:
    """A move of a member of the cast (None: of somebody not hired yet) to a post of the office."""
    person = ground.office.person(who) if who else None
    planned = None
    if person is None:
        planned = PlannedPerson.objects.create(
            employer=ground.office.employers["city"],
            label="ICT 1",
            category="ict",
            from_date=date(2026, 4, 1),
        )
    return Move.objects.create(
        draft=draft,
        person=person,
        planned=planned,
        year=year,
        to_post=ground.office.posts[to] if to else None,
        from_post=ground.office.posts[who] if who else None,
        kind=kind,
        share=share,
        return_post=return_post,
        changed_by=draft.owner,
    )


def drafted(ground: Ground, *, name: str = "A", **moves: str) -> Draft:
    """An open draft of the planner; member of the cast = post they are to go to."""
    draft = make_draft(ground, name=name)
    for who, to in moves.items():
        move(draft, who, ground, to=to)
    return draft


def approve(ground: Ground, draft: Draft) -> Draft:
    """The draft, submitted by its owner and approved by both stages: the bureau's planner, then the section's."""
    office = ground.office
    with clock.fixed(TODAY):
        first = bureau_planner(ground)
        draft.refresh_from_db()
        draft = approval.submit(actor=office.viewer("planner"), draft=draft, bureau=office.units["digital"])
        rows = standings(draft)
        said = {row.move.pk: Said(Verdict.APPROVE) for row in rows if row.by_bureau}
        draft = approval.decide(actor=first, draft=draft, said=said, hand_on=True)
        said = {row.move.pk: Said(Verdict.APPROVE) for row in rows}
        return approval.decide(actor=office.viewer("planner"), draft=draft, said=said, hand_on=True)


def approved_draft(ground: Ground, *, name: str = "A", **moves: str) -> Draft:
    """A draft with these moves, approved; without moves an open one that waits for some."""
    draft = drafted(ground, name=name, **moves)
    return approve(ground, draft) if moves else draft


def laid_draft(ground: Ground) -> Draft:
    """A draft of the manager's name that lies before the personnel section, made as rows: nobody's rights change by it."""
    draft = Draft.objects.filter(name="laid").first()
    if draft is None:
        draft = make_draft(ground, owner=ground.office.user("manager"), name="laid")
        move(draft, "colleague", ground, to="steward")
        draft.state = DraftState.SECTION
        draft.save()
    return draft


def plain_order(ground: Ground) -> Order:
    """An order that moves the colleague on the day of the round, made as a row."""
    order = Order.objects.filter(number="plain").first()
    return order or Order.objects.create(
        round=ground.round,
        number="plain",
        decided_on=TODAY,
        effective_on=ground.round.effective_on,
        notice_on=ground.round.notice_on,
        person=ground.office.person("colleague"),
        from_post=ground.office.posts["colleague"],
        to_post=ground.office.posts["steward"],
        issued_by=ground.office.user("planner"),
    )


def plain_answer(ground: Ground) -> WishAnswer:
    """Words to the owner about a wish, made as a row."""
    made, _is_new = WishAnswer.objects.get_or_create(
        round=ground.round,
        person=ground.office.person("owner"),
        post=ground.office.posts["steward"],
        defaults={"proposed": "…", "text": "…", "edited_by": ground.office.user("planner")},
    )
    return made
