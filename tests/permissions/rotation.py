"""Rotation: who may open what."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ikusei.org.models import ExperienceCredit
from ikusei.rotation.models import Draft, PlanCurve, PlanRun
from ikusei.rotation.tests import approved, ground
from tests.permissions.rows import (
    POSTED,
    SIGNED_IN,
    Arguments,
    Row,
    World,
    but,
    no_such,
    only,
    person,
    post,
)


def a_laid_draft(world: World) -> dict[str, Any]:
    """The arguments of an address about a draft before the personnel section."""
    return {"public_id": approved.laid_draft(world.ground).public_id}


def a_plan(world: World) -> dict[str, Any]:
    """The arguments of an address about a run of the planner on an open draft, asked for by the planner."""
    draft = ground.make_draft(world.ground)
    run = PlanRun.objects.create(
        draft=draft, draft_revision=draft.revision, asked_by=world.office.user("planner")
    )
    return {"public_id": draft.public_id, "run_id": run.public_id}


def a_curve(world: World) -> dict[str, Any]:
    """The arguments of an address about a curve of changes against value, asked for by the planner."""
    draft = ground.make_draft(world.ground)
    curve = PlanCurve.objects.create(
        draft=draft, draft_revision=draft.revision, asked_by=world.office.user("planner")
    )
    return {"public_id": draft.public_id, "curve_id": curve.public_id}


def an_order(world: World) -> dict[str, Any]:
    """The arguments of an address about an order of the colleague's."""
    return {"public_id": approved.plain_order(world.ground).public_id}


def an_answer(world: World) -> dict[str, Any]:
    """The arguments of an address about words to the owner."""
    return {"public_id": approved.plain_answer(world.ground).public_id}


def a_credit(world: World) -> dict[str, Any]:
    """The arguments of an address about years recorded for the owner."""
    owner = world.office.person("owner")
    kept = ExperienceCredit.objects.filter(person=owner).first()
    credit = kept or ExperienceCredit.objects.create(
        person=owner, on=ground.TODAY, kind="course", label_ja="研修", dq_years=1, source="7-1"
    )
    return {"public_id": owner.public_id, "pk": credit.pk}


def the_round(_world: World) -> dict[str, Any]:
    """The arguments of an address about the round of FY2026."""
    return {"fiscal_year": 2026}


def in_round(key: str) -> Arguments:
    """The arguments of an address about one of the cast in the round of FY2026."""
    return lambda world: {
        "round_id": world.ground.round.public_id,
        "public_id": world.office.person(key).public_id,
    }


def a_draft(world: World) -> dict[str, Any]:
    """The arguments of an address about an open draft of the planner's, nobody moved in it."""
    kept = Draft.objects.filter(round=world.ground.round, name="open").first()
    return {"public_id": (kept or ground.make_draft(world.ground, name="open", sharing="owner")).public_id}


def in_draft(key: str) -> Arguments:
    """The arguments of an address about one of the cast in an open draft."""
    return lambda world: a_draft(world) | {"key": f"p{world.office.person(key).pk}"}


ROTATION: tuple[Row, ...] = (
    # rotation: everybody's own preference sheet, where a round asks them; section chiefs comment, the section reads all
    Row("rotation:wishes", SIGNED_IN),
    Row(
        "rotation:wishes_of",
        only("owner colleague steward"),
        hidden=but("owner colleague steward"),
        arguments=lambda world: {"public_id": world.ground.round.public_id},
    ),
    Row(
        "rotation:wishes_of",
        only("owner colleague steward"),
        hidden=but("owner colleague steward"),
        arguments=lambda world: {"public_id": world.ground.round.public_id},
        method="POST",
        answers=(302, 409, 422),
        nobody=403,
    ),
    Row("rotation:comments", only("manager")),
    Row("rotation:comment", only("manager"), arguments=in_round("owner")),
    Row("rotation:comment", (), hidden=only("manager"), arguments=in_round("steward")),
    Row("rotation:sheets", only("planner")),
    Row("rotation:sheet", only("planner"), arguments=in_round("owner")),
    Row("rotation:sheet", (), hidden=only("planner"), arguments=in_round("host_supervisor")),
    # ground's round has been noticed long since on the day of this test: nothing is entered any more
    Row("rotation:sheet_enter", (), arguments=in_round("owner")),
    Row("rotation:sheet_form", only("planner"), arguments=in_round("owner")),
    Row("rotation:sheet_files", only("planner")),
    Row("rotation:sheet_list_file", only("planner")),
    Row(
        "rotation:sheet_file_look",
        (),
        hidden=only("planner"),
        arguments=lambda world: {
            "round_id": world.ground.round.public_id,
            "public_id": UUID(int=0),
        },
    ),
    # rotation: drafts are approved by the bureau's planners and the personnel section, orders are the section's alone
    Row("rotation:approvals", only("planner")),
    Row("rotation:approval", only("planner"), arguments=a_laid_draft),
    Row("rotation:approval", (), hidden=only("planner"), arguments=no_such),
    Row("rotation:approval_submit", (), arguments=a_laid_draft, method="POST"),
    Row(
        "rotation:approval_send_back", only("planner"), arguments=a_laid_draft, method="POST", answers=POSTED
    ),
    Row("rotation:orders_issue", only("planner"), arguments=a_laid_draft),
    Row("rotation:orders", only("planner")),
    Row("rotation:order", only("planner"), arguments=an_order),
    Row("rotation:order", (), hidden=only("planner"), arguments=no_such),
    Row("rotation:order_correct", only("planner"), arguments=an_order),
    Row("rotation:order_cancel", only("planner"), arguments=an_order),
    Row("rotation:order_try_again", only("planner"), arguments=an_order, method="POST", answers=(302,)),
    Row("rotation:order_print", only("planner"), arguments=an_order),
    Row("rotation:orders_print", only("planner")),
    Row("rotation:orders_export", only("planner")),
    Row("rotation:orders_file", only("planner")),
    Row("rotation:layout_new", only("planner")),
    Row("rotation:layout", (), hidden=only("planner"), arguments=lambda _world: {"pk": 0}),
    Row(
        "rotation:layout_remove",
        (),
        hidden=only("planner"),
        arguments=lambda _world: {"pk": 0},
        method="POST",
    ),
    # rotation: one's own orders, and a chief's people's, from the notice on; words about wishes are the section's
    Row("rotation:my_orders", SIGNED_IN),
    Row("rotation:team_orders", only("manager")),
    Row("rotation:answers", only("planner")),
    Row("rotation:answer", only("planner"), arguments=an_answer),
    Row("rotation:answers_propose", only("planner"), arguments=the_round, method="POST", answers=(302,)),
    Row("rotation:answers_release", only("planner"), arguments=the_round, method="POST", answers=(302,)),
    # rotation: one's own ledger; that of people in scope, and the plane; rates and terms are everybody's to read
    Row("rotation:my_ledger", SIGNED_IN),
    Row(
        "rotation:person_ledger",
        only("manager planner"),
        arguments=person("owner"),
    ),
    Row("rotation:person_ledger", only("planner"), hidden=only("manager"), arguments=person("stranger")),
    # rotation: years besides postings are recorded by planners of those who employ somebody, not for themselves
    Row("rotation:credits", only("planner"), arguments=person("owner")),
    Row("rotation:credits", (), arguments=person("planner")),
    Row("rotation:credit_back", only("planner"), arguments=a_credit),
    Row("rotation:plane", only("manager planner")),
    Row("rotation:sensitivity", only("planner")),
    Row("rotation:growth_classes", SIGNED_IN),
    Row("rotation:class_new", only("planner")),
    Row("rotation:class_change", only("planner"), arguments=lambda _world: {"key": "govtech"}),
    Row("rotation:rates", only("planner"), arguments=lambda _world: {"key": "govtech"}),
    Row("rotation:rates", (), hidden=only("planner"), arguments=lambda _world: {"key": "nowhere"}),
    Row("rotation:index_terms", SIGNED_IN),
    Row("rotation:index_terms_change", only("planner")),
    # rotation: posts are read by planners; the personnel section says what they ask for
    Row("rotation:posts", only("planner")),
    Row("rotation:post", only("planner"), arguments=post("owner")),
    Row("rotation:post_rule", only("planner"), arguments=post("owner")),
    Row("rotation:post_rule_end", only("planner"), arguments=post("owner")),
    # rotation: rounds are read by planners, planned by the personnel section
    Row("rotation:home", only("planner")),
    Row("rotation:round", only("planner"), arguments=the_round),
    Row("rotation:round_new", only("planner")),
    Row("rotation:round_change", only("planner"), arguments=the_round),
    Row("rotation:round_quota", only("planner"), arguments=the_round),
    Row("rotation:round_remind", only("planner"), arguments=the_round),
    # rotation: a host's wishes are said by its head, read and entered for it by planners
    Row("rotation:own_host_wishes", only("manager")),
    Row(
        "rotation:own_host_wish_withdraw",
        (),
        hidden=only("manager"),
        arguments=no_such,
        method="POST",
    ),
    Row("rotation:host_wishes", only("planner")),
    Row("rotation:host_wish_withdraw", (), hidden=only("planner"), arguments=no_such, method="POST"),
    # rotation: every employee reads what is offered; only the personnel section learns who applies
    Row("rotation:recruitment_list", SIGNED_IN),
    Row("rotation:recruitment", (), hidden=SIGNED_IN, arguments=no_such),
    Row("rotation:recruitment_unapply", (), hidden=SIGNED_IN, arguments=no_such, method="POST"),
    Row("rotation:recruitments", only("planner")),
    Row("rotation:recruitment_new", only("planner")),
    Row("rotation:recruitment_section", (), hidden=only("planner"), arguments=no_such),
    Row("rotation:recruitment_change", (), hidden=only("planner"), arguments=no_such),
    Row("rotation:recruitment_withdraw", (), hidden=only("planner"), arguments=no_such, method="POST"),
    Row("rotation:application_decide", (), hidden=only("planner"), arguments=no_such),
    # rotation: the report on chances is for planners and executives
    Row("rotation:fairness", only("planner executive")),
    # rotation: the board is the planners'; a draft of somebody else's alone is not there
    Row("rotation:draft_new", only("planner"), arguments=the_round),
    Row("rotation:rules", only("planner")),
    Row("rotation:plans", only("planner"), arguments=a_draft),
    Row("rotation:plans", (), hidden=only("planner"), arguments=no_such),
    Row("rotation:plan", only("planner"), arguments=a_plan),
    Row("rotation:plan_rules", only("planner"), arguments=a_plan),
    Row("rotation:plan_stop", only("planner"), arguments=a_plan, method="POST", answers=(302,)),
    Row("rotation:plan_take", only("planner"), arguments=a_plan, method="POST", answers=(302,)),
    Row("rotation:plan_curve_new", only("planner"), arguments=a_draft),
    Row("rotation:plan_curve", only("planner"), arguments=a_curve),
    Row("rotation:plan_curve_csv", only("planner"), arguments=a_curve),
    Row("rotation:plan_curve_stop", only("planner"), arguments=a_curve, method="POST", answers=(302,)),
    Row("rotation:draft_outlook_new", only("planner"), arguments=the_round),
    Row("rotation:draft_outlook", (), hidden=only("planner"), arguments=a_draft),
    # rotation: reasons are read by whoever may know of the draft; prices and trials are the personnel section's
    Row("rotation:why", only("planner"), arguments=in_draft("colleague")),
    Row("rotation:why", (), hidden=only("planner"), arguments=lambda world: a_draft(world) | {"key": "p0"}),
    Row("rotation:why_not", only("planner"), arguments=in_draft("colleague")),
    Row(
        "rotation:why_not",
        (),
        hidden=only("planner"),
        arguments=in_draft("colleague"),
        query="?to=999999&y=2026",
    ),
    Row(
        "rotation:why_not_take",
        only("planner"),
        arguments=in_draft("colleague"),
        method="POST",
        answers=(302,),
    ),
    Row("rotation:trial_new", only("planner"), arguments=a_plan, method="POST", answers=(302,)),
    Row("rotation:trial", (), hidden=only("planner"), arguments=a_plan),
    Row("rotation:draft", only("planner"), arguments=a_draft),
    Row("rotation:draft", (), hidden=only("planner"), arguments=no_such),
    Row("rotation:draft_targets", only("planner"), arguments=a_draft),
    Row("rotation:draft_move", (), hidden=only("planner"), arguments=a_draft, query="?p=p0"),
    Row("rotation:draft_undo", only("planner"), arguments=a_draft, method="POST", answers=POSTED),
    Row("rotation:draft_person", only("planner"), arguments=in_draft("owner")),
    Row("rotation:draft_step", only("planner"), arguments=in_draft("owner"), method="POST", answers=POSTED),
    Row("rotation:draft_restrict", only("planner"), arguments=in_draft("owner")),
    Row(
        "rotation:draft_move_back",
        (),
        hidden=only("planner"),
        arguments=lambda world: a_draft(world) | {"move": 0},
        method="POST",
    ),
    Row(
        "rotation:draft_move_pin",
        (),
        hidden=only("planner"),
        arguments=lambda world: a_draft(world) | {"move": 0},
        method="POST",
    ),
    Row(
        "rotation:draft_lift",
        (),
        hidden=only("planner"),
        arguments=lambda world: a_draft(world) | {"restriction": 0},
        method="POST",
    ),
    Row(
        "rotation:draft_seat",
        only("planner"),
        arguments=lambda world: a_draft(world) | {"post": world.office.posts["owner"].pk, "year": 2026},
    ),
    Row("rotation:draft_planned_new", only("planner"), arguments=a_draft),
    Row(
        "rotation:draft_planned",
        (),
        hidden=only("planner"),
        arguments=lambda world: a_draft(world) | {"planned": UUID(int=0)},
    ),
    Row(
        "rotation:draft_planned_hired",
        (),
        hidden=only("planner"),
        arguments=lambda world: a_draft(world) | {"planned": UUID(int=0)},
    ),
    Row("rotation:draft_copy", only("planner"), arguments=a_draft),
    Row("rotation:draft_rename", only("planner"), arguments=a_draft),
    Row("rotation:draft_share", only("planner"), arguments=a_draft),
    Row("rotation:draft_drop", only("planner"), arguments=a_draft),
    Row("rotation:draft_rebase", only("planner"), arguments=a_draft),
    Row("rotation:draft_coverage", only("planner"), arguments=a_draft),
    Row("rotation:draft_coverage_csv", only("planner"), arguments=a_draft),
    Row("rotation:draft_compare", (), hidden=only("planner")),
    Row("rotation:draft_compare_csv", (), hidden=only("planner")),
)
