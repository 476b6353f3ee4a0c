"""Approval: two stages, two accounts, a rejection with its reason that holds in every draft of the round."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.lib import clock
from ikusei.org import access as org_access
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Purpose, Role, Scope
from ikusei.org.services import grants
from ikusei.rotation.models import Decision, Draft, DraftState, Restriction, Stage, Verdict
from ikusei.rotation.picture import OF_REJECTION, OF_ROUND
from ikusei.rotation.queries.consequences import of_person
from ikusei.rotation.queries.standings import standings
from ikusei.rotation.services import approval, drafts
from ikusei.rotation.services.approval import Said
from ikusei.rotation.tests.approved import bureau_planner, drafted, move
from ikusei.rotation.tests.ground import TODAY, Ground, lay, make_draft
from tests.office import SINCE, Office
from tests.page_client import Page, PageClient

type ClientAs = Callable[[object], PageClient]

YES, NO = Said(Verdict.APPROVE), Said(Verdict.REJECT, "来年度に再検討")


@pytest.fixture
def ground(office: Office) -> Ground:
    return lay(office)


def submit(ground: Ground, draft: Draft, bureau: str = "digital") -> Draft:
    with clock.fixed(TODAY):
        unit = ground.office.units[bureau] if bureau else None
        owner = next(key for key in ("planner", "academy") if ground.office.user(key) == draft.owner)
        return approval.submit(actor=ground.office.viewer(owner), draft=draft, bureau=unit)


def decide(ground: Ground, draft: Draft, who: str, said: Said, *, hand_on: bool = True) -> Draft:
    """The draft after one account said the same of every move that its stage decides on."""
    with clock.fixed(TODAY):
        rows = [row for row in standings(draft) if draft.state != DraftState.BUREAU or row.by_bureau]
        given = {row.move.pk: said for row in rows}
        return approval.decide(actor=ground.office.viewer(who), draft=draft, said=given, hand_on=hand_on)


def test_a_draft_goes_through_the_bureau_and_the_section(ground: Ground) -> None:
    bureau_planner(ground)
    draft = submit(ground, drafted(ground, colleague="steward"))
    assert draft.state == DraftState.BUREAU
    assert approval.is_frozen(draft)
    draft = decide(ground, draft, "academy", YES)
    assert draft.state == DraftState.SECTION
    draft = decide(ground, draft, "planner", YES)
    assert draft.state == DraftState.APPROVED
    assert [row.is_approved for row in standings(draft)] == [True]


def test_one_account_never_decides_alone(ground: Ground) -> None:
    office = ground.office
    draft = submit(ground, drafted(ground, colleague="steward"), bureau="")
    assert draft.state == DraftState.SECTION
    with pytest.raises(RuleBroken):
        decide(ground, draft, "planner", YES)
    both = submit(ground, drafted(ground, name="B", colleague="steward"))
    both = decide(ground, both, "planner", YES)  # the whole employer's planner may speak for the bureau
    with pytest.raises(RuleBroken):
        decide(ground, both, "planner", YES)
    assert not Decision.objects.filter(stage=Stage.SECTION).exists()
    assert office.user("planner") == both.owner


def test_who_is_not_of_the_stage_decides_nothing(ground: Ground) -> None:
    bureau_planner(ground)
    draft = submit(ground, drafted(ground, colleague="steward"))
    with pytest.raises(PermissionDenied):
        decide(ground, draft, "manager", YES)
    draft = decide(ground, draft, "academy", YES)
    with pytest.raises(PermissionDenied):
        decide(ground, draft, "academy", YES)


def test_a_rejection_has_a_reason_and_forbids_the_seat_in_every_draft(ground: Ground) -> None:
    bureau_planner(ground)
    draft = submit(ground, drafted(ground, colleague="steward", owner="colleague"))
    with pytest.raises(RuleBroken):
        decide(ground, draft, "academy", Said(Verdict.REJECT))
    assert not Decision.objects.exists(), "all or nothing"
    draft = decide(ground, draft, "academy", NO)
    forbids = Restriction.objects.filter(round=ground.round, draft=None)
    assert forbids.count() == 2
    forbid = forbids.get(person=ground.office.person("colleague"))
    assert list(forbid.posts.all()) == [ground.office.posts["steward"]]
    assert (forbid.from_year, forbid.until_year, forbid.reason) == (2026, 2031, NO.reason)
    other = ground.picture(draft=make_draft(ground, name="C"))
    assert {row.reason for row in other.restrictions} == {NO.reason}
    with pytest.raises(RuleBroken):  # what the bureau rejected does not come before the section
        decide(ground, draft, "planner", YES)


def test_a_change_of_mind_in_the_same_stage_lifts_the_forbid(ground: Ground) -> None:
    bureau_planner(ground)
    draft = submit(ground, drafted(ground, colleague="steward"))
    decide(ground, draft, "academy", NO, hand_on=False)
    assert Restriction.objects.count() == 1
    decide(ground, draft, "academy", YES, hand_on=False)
    assert not Restriction.objects.exists()
    assert Decision.objects.count() == 2, "rows are only added"


def test_nothing_is_handed_on_half_decided(ground: Ground) -> None:
    bureau_planner(ground)
    draft = submit(ground, drafted(ground, colleague="steward", owner="colleague"))
    first = standings(draft)[0].move
    with clock.fixed(TODAY), pytest.raises(RuleBroken):
        approval.decide(
            actor=ground.office.viewer("academy"), draft=draft, said={first.pk: YES}, hand_on=True
        )
    assert not Decision.objects.exists()


def test_a_changed_move_needs_new_decisions_and_an_unchanged_one_keeps_its(ground: Ground) -> None:
    bureau_planner(ground)
    draft = submit(ground, drafted(ground, colleague="steward", owner="colleague"))
    decide(ground, draft, "academy", YES, hand_on=False)
    with clock.fixed(TODAY):
        draft = approval.send_back(actor=ground.office.viewer("academy"), draft=draft, reason="一部修正")
    assert (draft.state, draft.sent_back) == (DraftState.OPEN, "一部修正")
    changed = standings(draft)[0].move
    changed.to_post = ground.office.posts["owner-platform"]
    changed.save()
    draft = submit(ground, draft)
    assert [row.waits_for(Stage.BUREAU) for row in standings(draft)] == [True, False]


def test_a_draft_that_leaves_somebody_without_a_seat_is_not_submitted(ground: Ground) -> None:
    draft = drafted(ground)
    with pytest.raises(RuleBroken):
        submit(ground, draft)
    move(draft, "colleague", ground, to=None)
    with pytest.raises(RuleBroken):
        submit(ground, draft)


def test_moves_of_later_years_are_an_outlook(ground: Ground) -> None:
    draft = drafted(ground, colleague="steward")
    move(draft, "owner", ground, to="colleague", year=2027)
    assert [row.move.year for row in standings(submit(ground, draft))] == [2026]


def test_the_page_decides_every_move_in_one_action(ground: Ground, client_as: ClientAs) -> None:
    bureau_planner(ground)
    draft = drafted(ground, colleague="steward", owner="colleague")
    url = f"/rotation/drafts/{draft.public_id}/approval/"
    with clock.fixed(TODAY):
        planner, bureau = client_as("planner"), client_as("academy")
        digital = ground.office.units["digital"].pk
        planner.send(f"{url}submit/", {"bureau": digital})
        first, second = standings(draft)
        page = bureau.open(url, language="en")
        assert "Your decision" in page
        typed = fields_of(page) | {f"verdict-{first.move.pk}": "reject", "do": "save"}
        page = bureau.send(url, typed, status=400, language="en")
        assert "A rejection needs its reason" in page
        typed |= {f"reason-{first.move.pk}": "人員の都合", f"verdict-{second.move.pk}": "approve"}
        bureau.send(url, typed | {"do": "hand-on"})
        page = planner.open(url, language="en")
        assert "人員の都合" in page
        planner.send(url, fields_of(page) | {"do": "rest"})
        draft.refresh_from_db()
        assert draft.state == DraftState.APPROVED
        page = planner.open(url, language="en")
        assert "Issue the orders" in page
        issue = f"/rotation/drafts/{draft.public_id}/orders/"
        planner.send(issue, {"number": "7総1", "decided_on": "2026-02-02", "effective_on": "2026-04-01"})
        assert "7総1" in planner.open("/rotation/orders/")


def before_the_section(ground: Ground) -> tuple[Draft, str, tuple[PageClient, PageClient]]:
    """A draft of two moves before the section, its page, and two accounts of the section."""
    for key in ("steward", "manager"):
        grants.give_role(
            actor=org_access.operator(),
            user=ground.office.user(key),
            role=Role.PLANNER,
            scope=Scope.EMPLOYER,
            employer=ground.office.employers["city"],
            purpose=Purpose.PLACEMENT,
            from_date=SINCE,
        )
    draft = submit(ground, drafted(ground, colleague="steward", owner="colleague"), bureau="")
    clients = PageClient(), PageClient()
    for client, key in zip(clients, ("steward", "manager"), strict=True):
        client.force_login(ground.office.user(key))
    return draft, f"/rotation/drafts/{draft.public_id}/approval/", clients


def fields_of(page: Page) -> dict[str, str]:
    """What the form of decisions sends when nothing is touched."""
    form = next(one for one in page.find_all("form") if one.get("id") == "decide")
    return {
        one.get("name", ""): one.get("value", "")
        for one in form.iter("input")
        if one.get("type") != "radio" or "checked" in one.attrib
    }


def test_two_who_decide_at_once_overrule_each_other_only_knowingly(ground: Ground) -> None:
    with clock.fixed(TODAY):
        draft, url, (one, other) = before_the_section(ground)
        first, second = (row.move.pk for row in standings(draft))
        one.send(url, fields_of(one.open(url)) | {f"verdict-{first}": "approve", "do": "save"})
        stale = fields_of(other.open(url))
        fresh = fields_of(one.open(url))
        reject = {f"verdict-{first}": "reject", f"reason-{first}": "鶴の一声", "do": "save"}
        one.send(url, fresh | reject)
        # The other one sends back what stood there of the first move, and decides on the second.
        other.send(url, stale | {f"verdict-{second}": "approve", "do": "save"})
        said = {row.move.pk: row.said[Stage.SECTION].verdict for row in standings(draft)}
        assert said == {first: Verdict.REJECT, second: Verdict.APPROVE}
        # Touched on both sides: told, nothing written, the page shows both.
        again = stale | {f"verdict-{first}": "reject", f"reason-{first}": "別の理由", "do": "save"}
        page = other.send(url, again, status=409, language="en")
        assert "has changed since you opened the page" in page
        assert "鶴の一声" in page
        assert "別の理由" in page.html
        assert fields_of(page)[f"reason-{first}"] == "別の理由"
        other.send(url, fields_of(page) | {"do": "save"})
        assert next(row.said[Stage.SECTION].reason for row in standings(draft)) == "別の理由"


def test_nobody_approves_a_move_that_they_were_not_shown(ground: Ground) -> None:
    office = ground.office
    with clock.fixed(TODAY):
        draft, url, (one, _other) = before_the_section(ground)
        first, second = (row.move for row in standings(draft))
        stale = fields_of(one.open(url))
        owner = office.viewer("planner")
        approval.send_back(actor=owner, draft=draft, reason="訂正")
        first.to_post = office.posts["owner-platform"]
        first.save()
        draft.refresh_from_db()
        third = move(draft, "steward", ground, to="owner")
        draft = approval.submit(actor=owner, draft=draft)
        for sent in ({f"verdict-{first.pk}": "approve", "do": "save"}, {"do": "rest"}):
            one.send(url, stale | sent, status=409)
        assert not Decision.objects.filter(move__in=(first, second, third)).exists()
        one.send(url, stale | {f"verdict-{second.pk}": "approve", "do": "save"})
        one.send(url, fields_of(one.open(url)) | {"do": "rest"})
        draft.refresh_from_db()
        assert draft.state == DraftState.APPROVED


def test_the_list_shows_what_waits_for_me(ground: Ground, client_as: ClientAs) -> None:
    bureau_planner(ground)
    submit(ground, drafted(ground, colleague="steward"))
    with clock.fixed(TODAY):
        assert "waits for you" in client_as("academy").open("/rotation/approvals/", language="en")
        client_as("manager").open("/rotation/approvals/", status=403)


def laid_anew(ground: Ground, draft: Draft, bureau: str) -> Draft:
    """The draft taken back by its owner and laid before a bureau, nothing of it changed."""
    with clock.fixed(TODAY):
        approval.send_back(actor=ground.office.viewer("planner"), draft=draft, reason="他局へ")
    return submit(ground, draft, bureau)


def test_what_a_bureau_approved_is_not_the_word_of_another_one(ground: Ground) -> None:
    bureau_planner(ground)
    draft = submit(ground, drafted(ground, colleague="steward"))
    decide(ground, draft, "academy", YES)
    draft = laid_anew(ground, draft, "planning")
    (row,) = standings(draft)
    assert (row.said, row.waits_for(Stage.BUREAU)) == ({}, True)
    draft = laid_anew(ground, draft, "digital")
    (row,) = standings(draft)
    assert row.said[Stage.BUREAU].verdict == Verdict.APPROVE, "its own word still counts"


def test_what_a_bureau_rejected_stays_rejected_before_another_one(ground: Ground) -> None:
    bureau_planner(ground)
    draft = submit(ground, drafted(ground, colleague="steward"))
    decide(ground, draft, "academy", NO, hand_on=False)
    draft = laid_anew(ground, draft, "planning")
    (row,) = standings(draft)
    assert (row.is_rejected, row.waits_for(Stage.BUREAU)) == (True, False)
    with clock.fixed(TODAY), pytest.raises(RuleBroken, match="別の局が却下"):
        approval.decide(actor=ground.office.viewer("academy"), draft=draft, said={row.move.pk: YES})
    assert Restriction.objects.count() == 1
    (decision,) = Decision.objects.all()
    assert decision.bureau == ground.office.units["digital"]


def test_the_forbid_of_a_rejected_move_has_no_lift_button(ground: Ground, client_as: ClientAs) -> None:
    bureau_planner(ground)
    decide(ground, submit(ground, drafted(ground, colleague="steward")), "academy", NO)
    other = drafted(ground, name="B", colleague="steward")
    key = f"p{ground.office.person('colleague').pk}"
    with clock.fixed(TODAY):
        page = client_as("planner").open(f"/rotation/drafts/{other.public_id}/people/{key}/", language="en")
        own = of_person(ground.office.viewer("planner"), other, key)
    assert "By a rejected move" in page
    assert "/lift/" not in page.html
    (told,) = [one.told for one in own.broken if one.told.breach.rule == "forbid"]
    assert {one.choice.kind for one in told.choices} <= {"go", "stay"}
    assert "as long as the rejection does" in told.fix


def test_straight_to_the_section_means_past_the_bureau_for_the_section_s_own_drafts_alone(
    ground: Ground, client_as: ClientAs
) -> None:
    bureau_planner(ground)
    digital = ground.office.units["digital"]
    draft = drafted(ground, colleague="steward")
    Draft.objects.filter(pk=draft.pk).update(bureau=digital)
    with clock.fixed(TODAY):
        client_as("planner").send(f"/rotation/drafts/{draft.public_id}/approval/submit/", {"bureau": ""})
    draft.refresh_from_db()
    assert (draft.state, draft.bureau) == (DraftState.SECTION, None)
    own = drafted(ground, name="B", colleague="steward")
    Draft.objects.filter(pk=own.pk).update(bureau=digital, owner=ground.office.user("academy"))
    own.refresh_from_db()
    with clock.fixed(TODAY), pytest.raises(RuleBroken, match="まずその局の承認"):
        approval.submit(actor=ground.office.viewer("academy"), draft=own, is_straight=True)


def test_a_forbid_whose_rejection_nobody_can_take_back_is_lifted_by_the_section(ground: Ground) -> None:
    bureau_planner(ground)
    draft = submit(ground, drafted(ground, colleague="steward"))
    draft = decide(ground, draft, "academy", NO, hand_on=False)
    planner, other = ground.office.viewer("planner"), make_draft(ground, name="C")
    with clock.fixed(TODAY):
        with pytest.raises(RuleBroken):
            drafts.lift_restriction(actor=planner, draft=other, restriction=Restriction.objects.get())
        draft = approval.send_back(actor=planner, draft=draft, reason="取り下げ")
        assert [one.held for one in ground.picture(draft=other).restrictions] == [OF_REJECTION]
        drafts.drop_draft(actor=planner, draft=draft)
        assert [one.held for one in ground.picture(draft=other).restrictions] == [OF_ROUND]
        drafts.lift_restriction(actor=planner, draft=other, restriction=Restriction.objects.get())
    assert not Restriction.objects.exists()
