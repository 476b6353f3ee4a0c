"""Skills and growth: who may open what."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.permissions.rows import (
    COUNTS_LEVELS,
    EVERYONE,
    FAR_FROM_OWNER,
    POSTED,
    SEES_OWNER,
    SIGNED_IN,
    Arguments,
    Row,
    World,
    but,
    no_such,
    only,
    person,
)


def framework(**more: str) -> Arguments:
    """The arguments of an address about the framework in use, or about one of its parts."""
    return lambda world: {"key": world.framework.framework.key, "label": world.framework.label} | more


def a_proof(world: World) -> dict[str, Any]:
    """The arguments of an address about the owner's certificate."""
    return {"public_id": world.proof.public_id}


def a_certificate(_world: World) -> dict[str, Any]:
    """The arguments of an address about a kind of certificate."""
    return {"key": "ipa-nw"}


def participant(key: str, **more: str) -> Arguments:
    """The arguments of an address about a member's part in the open cycle."""
    return lambda world: {"pk": world.cycle.participants.get(person=world.office.person(key)).pk} | more


def the_cycle(world: World) -> dict[str, Any]:
    """The arguments of an address about the open cycle."""
    return {"public_id": world.cycle.public_id}


def of_the_cycle(key: str, **more: str) -> Arguments:
    """The arguments of an address, below that of the open cycle, about one of the cast."""
    return lambda world: (
        {
            "public_id": world.cycle.public_id,
            "person_id": world.office.person(key).public_id,
        }
        | more
    )


def in_cycle(key: str) -> Arguments:
    """The arguments of an address about one of the cast in the open cycle."""
    return lambda world: {
        "cycle": world.cycle.public_id,
        "public_id": world.office.person(key).public_id,
    }


SKILLS: tuple[Row, ...] = (
    # growth: everybody's own; the next steps of those whose levels one confirms
    Row("growth:growth", SIGNED_IN),
    Row("growth:offers", SIGNED_IN, method="POST", answers=POSTED),
    Row("growth:step_new", SIGNED_IN),
    Row(
        "growth:step_move",
        (),
        hidden=SIGNED_IN,
        arguments=lambda _world: {"public_id": UUID(int=0), "move": "agree"},
        method="POST",
    ),
    Row(
        "growth:request_step",
        (),
        hidden=SIGNED_IN,
        arguments=lambda _world: {"public_id": UUID(int=0), "step": "accept"},
        method="POST",
    ),
    Row("growth:experts", SIGNED_IN),
    Row("growth:ask", (), hidden=SIGNED_IN, arguments=person("colleague", skill="digital-strategy")),
    Row("growth:team_plan", only("manager host_supervisor")),
    Row("growth:person_plan", only("manager host_supervisor"), arguments=person("owner")),
    Row("growth:person_plan", (), hidden=only("manager host_supervisor"), arguments=person("stranger")),
    Row("growth:step_new_for", only("manager host_supervisor"), arguments=person("owner")),
    # skills: levels are seen by whoever leads, plans or develops people, counted by whoever reports as well
    Row("skills:my_map", SIGNED_IN),
    Row("skills:my_level", SIGNED_IN, arguments=lambda _world: {"skill": "digital-strategy"}),
    Row(
        "skills:person_level",
        only("manager planner steward"),
        arguments=person("owner", skill="digital-strategy"),
    ),
    Row(
        "skills:person_level",
        only("planner steward"),
        hidden=only("manager"),
        arguments=person("stranger", skill="digital-strategy"),
    ),
    Row("skills:level_rule", SIGNED_IN),
    Row("skills:level_rule_change", only("steward")),
    Row(
        "skills:person_map",
        only("manager planner steward"),
        arguments=person("owner"),
    ),
    Row(
        "skills:person_map",
        only("planner steward"),
        hidden=only("manager"),
        arguments=person("stranger"),
    ),
    Row("skills:our_map", only(COUNTS_LEVELS)),
    Row("skills:our_map_people", only(COUNTS_LEVELS), query="?skill=digital-strategy&level=2"),
    Row("skills:our_map_trend", only(COUNTS_LEVELS)),
    Row(
        "skills:unit_map",
        only(COUNTS_LEVELS),
        arguments=lambda world: {"unit_id": world.office.units["services"].pk},
    ),
    # skills: a self-assessment is one's own; a form that comes too late is answered with what was typed
    Row("skills:self_assessment", SIGNED_IN),
    Row(
        "skills:self_cycle",
        only("owner colleague"),
        hidden=but("owner colleague"),
        arguments=lambda world: {"public_id": world.cycle.public_id},
    ),
    Row(
        "skills:self_question",
        only("colleague"),
        hidden=but("colleague"),
        arguments=participant("colleague", skill="digital-strategy"),
    ),
    Row(
        "skills:self_cards",
        only("colleague"),
        hidden=but("colleague"),
        arguments=participant("colleague"),
        answers=(302,),
    ),
    Row(
        "skills:self_send",
        only("owner"),
        hidden=but("owner"),
        arguments=participant("owner"),
        method="POST",
        answers=POSTED,
        nobody=403,
    ),
    Row(
        "skills:self_answers",
        SIGNED_IN,
        arguments=participant("owner"),
        method="POST",
        answers=(400,),
        nobody=401,
    ),
    Row(
        "skills:self_reply",
        (),
        hidden=SIGNED_IN,
        arguments=lambda _world: {"pk": 0},
        method="POST",
        nobody=403,
    ),
    # skills: what the words mean is for everyone
    Row("skills:words", EVERYONE),
    Row("skills:frameworks", SIGNED_IN),
    Row("skills:framework", SIGNED_IN, arguments=framework()),
    Row("skills:skill", SIGNED_IN, arguments=framework(skill="digital-strategy")),
    Row("skills:job_types", SIGNED_IN, arguments=framework()),
    Row("skills:job_type", SIGNED_IN, arguments=framework(job_type="software-engineer")),
    Row("skills:framework_export", SIGNED_IN, arguments=framework(kind="json")),
    Row("skills:framework_import", only("steward")),
    Row(
        "skills:framework_import_check",
        (),
        hidden=only("steward"),
        arguments=lambda _world: {"public_id": UUID(int=0)},
    ),
    # skills: confirming is for supervisors and hosts; whoever may list the owner and not confirm them is answered 403
    Row("skills:confirmation", only("manager host_supervisor")),
    Row("skills:confirm_unchanged", only("manager host_supervisor"), method="POST", answers=(302,)),
    Row("skills:confirmation_person", only("manager host_supervisor"), arguments=person("owner")),
    Row(
        "skills:confirmation_person",
        (),
        hidden=only("manager host_supervisor"),
        arguments=person("stranger"),
    ),
    Row("skills:confirmation_history", only("manager host_supervisor"), arguments=person("owner")),
    Row("skills:confirmation_sheet", only("manager host_supervisor")),
    Row("skills:confirmation_sheet_file", only("manager host_supervisor")),
    Row("skills:confirmation_sheet_look", (), hidden=only("manager host_supervisor"), arguments=no_such),
    Row("skills:proxy_sheet", only("manager steward")),
    Row("skills:proxy_sheet_file", only("manager steward")),
    Row("skills:proxy_sheet_look", only("manager steward"), arguments=no_such, answers=(302,)),
    Row("skills:proxy_answers", only("manager steward"), arguments=in_cycle("owner")),
    Row("skills:proxy_decisions", only("manager steward"), arguments=in_cycle("owner")),
    Row("skills:second_ratings", SIGNED_IN),
    Row("skills:second_rating", (), hidden=SIGNED_IN, arguments=no_such),
    Row("skills:second_rating_call", only("steward"), arguments=in_cycle("owner")),
    Row("skills:second_rating_withdraw", (), hidden=only("steward"), arguments=no_such, method="POST"),
    Row("skills:cycle_raters", only("steward"), arguments=lambda world: {"public_id": world.cycle.public_id}),
    # skills: evidence is seen by its person and by whoever sees their levels; a host's supervisor sees what they are asked
    # about (here nothing); checked by whoever confirms levels or runs the cycle, changed by its person alone
    Row("skills:evidence", SIGNED_IN),
    Row("skills:evidence_new", SIGNED_IN),
    Row("skills:evidence_new_of_kind", SIGNED_IN, arguments=lambda _world: {"kind": "work"}),
    Row("skills:evidence_certificates", SIGNED_IN),
    Row("skills:evidence_item", only(SEES_OWNER), hidden=only(FAR_FROM_OWNER), arguments=a_proof),
    Row("skills:evidence_file", only(SEES_OWNER), hidden=only(FAR_FROM_OWNER), arguments=a_proof),
    Row("skills:evidence_change", only("owner"), hidden=only(FAR_FROM_OWNER), arguments=a_proof),
    Row("skills:evidence_skills", only("owner"), hidden=only(FAR_FROM_OWNER), arguments=a_proof),
    Row("skills:evidence_withdraw", only("owner"), hidden=only(FAR_FROM_OWNER), arguments=a_proof),
    Row(
        "skills:evidence_check",
        only("manager steward"),
        hidden=only(FAR_FROM_OWNER),
        arguments=a_proof,
        method="POST",
        data={"seen": "on"},
        answers=(302,),
    ),
    Row(
        "skills:evidence_undo_check",
        only("manager steward"),
        hidden=only(FAR_FROM_OWNER),
        arguments=a_proof,
        method="POST",
        data={"reason": "x"},
        answers=(302,),
    ),
    Row(
        "skills:person_evidence",
        only(f"{SEES_OWNER} host_supervisor"),
        hidden=only("colleague stranger executive auditor"),
        arguments=person("owner"),
    ),
    # skills: the table of certificates is read by everyone and kept by stewards
    Row("skills:certificates", SIGNED_IN),
    Row("skills:certificates_export", SIGNED_IN),
    Row("skills:certificate_new", only("steward")),
    Row("skills:certificate", only("steward"), arguments=a_certificate),
    Row("skills:certificate_apply", only("steward"), arguments=a_certificate, method="POST", answers=(302,)),
    Row("skills:certificates_import", only("steward")),
    Row("skills:certificates_import_check", (), hidden=only("steward"), arguments=no_such),
    # skills: sheets are a steward's; a sheet that is not there (or not theirs) is hidden
    Row("skills:sheets", only("steward")),
    Row("skills:sheet_new", only("steward")),
    Row("skills:sheet_template", only("steward")),
    Row("skills:sheet_template_file", only("steward")),
    Row("skills:sheet", (), hidden=only("steward"), arguments=no_such),
    Row("skills:sheet_columns", (), hidden=only("steward"), arguments=no_such, method="POST"),
    Row("skills:sheet_check", (), hidden=only("steward"), arguments=no_such, method="POST"),
    Row("skills:sheet_apply", (), hidden=only("steward"), arguments=no_such, method="POST"),
    Row("skills:sheet_undo", (), hidden=only("steward"), arguments=no_such),
    Row("skills:sheet_to_mend", (), hidden=only("steward"), arguments=no_such),
    # skills: a new version is written, compared and migrated to; only a draft can be changed, and only a plan applied
    Row("skills:framework_copy", only("steward"), arguments=framework()),
    Row("skills:framework_edit", (), hidden=only("steward"), arguments=framework()),
    Row("skills:draft_add_skill", (), hidden=only("steward"), arguments=framework()),
    Row("skills:draft_merge", (), hidden=only("steward"), arguments=framework()),
    Row("skills:draft_skill", (), hidden=only("steward"), arguments=framework(skill="digital-strategy")),
    Row("skills:draft_split", (), hidden=only("steward"), arguments=framework(skill="digital-strategy")),
    Row("skills:draft_remove", (), hidden=only("steward"), arguments=framework(skill="digital-strategy")),
    Row(
        "skills:draft_job_type", (), hidden=only("steward"), arguments=framework(job_type="software-engineer")
    ),
    Row("skills:framework_compare", SIGNED_IN, arguments=framework(other="2026.1")),
    Row("skills:migration", only("steward"), arguments=framework()),
    Row("skills:migration_day", (), hidden=only("steward"), arguments=framework(), method="POST"),
    Row("skills:migration_propose_again", (), hidden=only("steward"), arguments=framework(), method="POST"),
    Row("skills:migration_drop", (), hidden=only("steward"), arguments=framework(), method="POST"),
    Row("skills:migration_apply", (), hidden=only("steward"), arguments=framework()),
    Row("skills:migration_undo", (), hidden=only("steward"), arguments=framework()),
    Row("skills:migration_part", (), hidden=only("steward"), arguments=framework(skill="digital-strategy")),
    Row("skills:framework_publish", only("steward"), arguments=framework(), method="POST", answers=POSTED),
    Row("skills:framework_use", only("steward"), arguments=framework(), method="POST", answers=POSTED),
    Row("skills:framework_withdraw", only("steward"), arguments=framework(), method="POST", answers=POSTED),
    Row("skills:framework_delete", only("steward"), arguments=framework(), method="POST", answers=POSTED),
    # skills: cycles are run by the steward; why one is asked oneself is everybody's to read
    Row("skills:cycles", only("steward")),
    Row("skills:cycle_new", only("steward")),
    Row("skills:cycle", only("steward"), arguments=the_cycle),
    Row("skills:cycle_change", only("steward"), arguments=the_cycle),
    Row("skills:cycle_waiting", only("steward"), arguments=the_cycle),
    Row("skills:cycle_settling", only("steward"), arguments=the_cycle),
    Row("skills:cycle_open", only("steward"), arguments=the_cycle, method="POST", answers=POSTED),
    Row("skills:cycle_end_answers", only("steward"), arguments=the_cycle, method="POST", answers=POSTED),
    Row("skills:cycle_close", only("steward"), arguments=the_cycle, method="POST", answers=POSTED),
    Row("skills:cycle_reopen", only("steward"), arguments=the_cycle, method="POST", answers=POSTED),
    Row("skills:cycle_refresh", only("steward"), arguments=the_cycle, method="POST", answers=POSTED),
    Row("skills:cycle_extend_unit", only("steward"), arguments=the_cycle, method="POST", answers=POSTED),
    Row("skills:cycle_people", only("steward"), arguments=the_cycle),
    Row("skills:cycle_person", only("steward"), arguments=of_the_cycle("owner")),
    Row("skills:cycle_person", (), hidden=only("steward"), arguments=of_the_cycle("stranger")),
    Row("skills:cycle_add", only("steward"), arguments=of_the_cycle("stranger")),
    Row(
        "skills:cycle_decide",
        only("steward"),
        arguments=of_the_cycle("owner", what="excuse"),
        method="POST",
        answers=POSTED,
    ),
    Row("skills:cycle_population", only("steward"), arguments=the_cycle),
    Row("skills:cycle_remind", only("steward"), arguments=the_cycle),
    Row("skills:cycle_why", SIGNED_IN, arguments=the_cycle),
    Row("skills:self_assessment_why", SIGNED_IN),
)
