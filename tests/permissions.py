"""Who may open what: ONE table. A new route gets its row here; tests/test_permissions.py tries every row as every role.

Unless a row says otherwise, nobody (not signed in) is sent to the sign-in page and every other role is answered 403.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db.models import Model

from ikusei.jobs import registry
from ikusei.jobs.models import Job
from ikusei.org.models import Person
from ikusei.rotation.models import Draft, PlanRun
from ikusei.rotation.tests import approved, ground
from ikusei.skills.models import Cycle, Evidence, FrameworkVersion
from ikusei.skills.tests import proofs
from tests import assessment
from tests.office import CAST, Office

NOBODY = "nobody"
SIGNED_IN = tuple(member.key for member in CAST)
EVERYONE = (NOBODY, *SIGNED_IN)


@dataclass(frozen=True, slots=True)
class World:
    """What addresses can be about."""

    office: Office
    framework: FrameworkVersion
    job: Job
    proof: Evidence
    cycle: Cycle
    ground: ground.Ground


def build_world(office: Office, framework: FrameworkVersion) -> World:
    """The office, its framework in use, an open cycle, a job of the owner's, a certificate they attached, a round of rotation."""
    return World(
        office=office,
        framework=framework,
        job=Job.objects.create(task=registry.nightly_tasks()[0], owner=office.user("owner")),
        proof=proofs.attach(office, framework, certificate=proofs.known_kind(), upload=proofs.pdf()),
        cycle=assessment.build(office, framework),
        ground=ground.lay(office),
    )


Arguments = Callable[[World], dict[str, Any]]


def nothing(_world: World) -> dict[str, Any]:
    """The arguments of an address that has none."""
    return {}


def person(key: str, **more: str) -> Arguments:
    """The arguments of an address about one of the cast, with others that it takes."""
    return lambda world: {"public_id": world.office.person(key).public_id} | more


def unit(code: str) -> Arguments:
    """The arguments of an address about a unit of the office."""
    return lambda world: {"pk": world.office.units[code].pk}


def framework(**more: str) -> Arguments:
    """The arguments of an address about the framework in use, or about one of its parts."""
    return lambda world: {"key": world.framework.framework.key, "label": world.framework.label} | more


def post(key: str) -> Arguments:
    """The arguments of an address about a member's post."""
    return lambda world: {"pk": world.office.posts[key].pk}


def of_owner(part: Callable[[Person], Model | None]) -> Arguments:
    """The arguments of an address about something of the owner's."""

    def arguments(world: World) -> dict[str, Any]:
        owner = world.office.person("owner")
        found = part(owner)
        assert found is not None
        return {"public_id": owner.public_id, "pk": found.pk}

    return arguments


def a_grant(world: World) -> dict[str, Any]:
    """The arguments of an address about the manager's role."""
    return {"pk": world.office.viewer("manager").grants[0].pk}


def job(world: World) -> dict[str, Any]:
    """The arguments of an address about the owner's job."""
    return {"public_id": world.job.public_id}


def a_proof(world: World) -> dict[str, Any]:
    """The arguments of an address about the owner's certificate."""
    return {"public_id": world.proof.public_id}


def a_certificate(_world: World) -> dict[str, Any]:
    """The arguments of an address about a kind of certificate."""
    return {"key": "ipa-nw"}


def a_wording(_world: World) -> dict[str, Any]:
    """The arguments of an address about the wording of a notice."""
    return {"kind": "notices.trial", "language": "ja"}


def participant(key: str, **more: str) -> Arguments:
    """The arguments of an address about a member's part in the open cycle."""
    return lambda world: {"pk": world.cycle.participants.get(person=world.office.person(key)).pk} | more


def no_such(_world: World) -> dict[str, Any]:
    """The arguments of an address about a thing that is not there."""
    return {"public_id": UUID(int=0)}


def the_cycle(world: World) -> dict[str, Any]:
    """The arguments of an address about the open cycle."""
    return {"public_id": world.cycle.public_id}


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


def an_order(world: World) -> dict[str, Any]:
    """The arguments of an address about an order of the colleague's."""
    return {"public_id": approved.plain_order(world.ground).public_id}


def an_answer(world: World) -> dict[str, Any]:
    """The arguments of an address about words to the owner."""
    return {"public_id": approved.plain_answer(world.ground).public_id}


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


@dataclass(frozen=True, slots=True)
class Row:
    """A route, who may open it, and from whom it is hidden as if it were not there (404)."""

    route: str
    may: tuple[str, ...]
    hidden: tuple[str, ...] = ()
    arguments: Arguments = nothing
    query: str = ""
    method: str = "GET"
    data: Mapping[str, str] = MappingProxyType({})
    answers: tuple[int, ...] = (200,)
    nobody: int = 302

    def expected(self, role: str) -> tuple[int, ...]:
        """The statuses that a role may be answered with."""
        if role in self.may:
            return self.answers
        if role in self.hidden:
            return (404,)
        return (self.nobody,) if role == NOBODY else (403,)


def only(words: str) -> tuple[str, ...]:
    """The roles named in a string; one that is not in the cast is a mistake in the table."""
    roles = tuple(words.split())
    unknown = set(roles) - set(EVERYONE)
    assert not unknown, f"not in the cast: {unknown}"
    return roles


def but(words: str) -> tuple[str, ...]:
    """Everybody who is signed in, except the roles named."""
    left_out = only(words)
    return tuple(role for role in SIGNED_IN if role not in left_out)


LISTS_PEOPLE = "manager planner academy steward administrator"
CHANGES = "planner administrator"
SENDS = "academy steward administrator"
COUNTS_LEVELS = "manager planner academy steward executive"
SEES_OWNER = "owner manager planner steward"
FAR_FROM_OWNER = "colleague stranger host_supervisor executive auditor"
POSTED = (200, 302, 400, 409)
"""What a form may answer to somebody who may send it: done, or shown again with what is wrong."""

TABLE: tuple[Row, ...] = (
    # portal
    Row("portal:home", SIGNED_IN),
    Row("portal:privacy", SIGNED_IN),
    Row("portal:own_changes", SIGNED_IN),
    Row("portal:audit", only("auditor")),
    Row("portal:jobs", only("administrator")),
    # org
    Row("org:people", only(LISTS_PEOPLE)),
    Row("org:units", SIGNED_IN),
    Row("org:unit", SIGNED_IN, arguments=unit("services")),
    Row("org:employers", only("administrator")),
    Row("org:grants", only("administrator")),
    Row("org:me", SIGNED_IN),
    Row("org:looks", SIGNED_IN),
    # Whoever may list the owner sees the page; academy may list and not open; the rest may not know of the owner.
    Row(
        "org:person",
        only("owner manager planner steward administrator"),
        hidden=only("colleague stranger host_supervisor executive auditor"),
        arguments=person("owner"),
    ),
    Row(
        "org:person",
        only("stranger planner steward administrator"),
        hidden=only("owner colleague manager host_supervisor executive auditor"),
        arguments=person("stranger"),
    ),
    # org: the tree, posts and postings are changed by planners (their employer's) and administrators
    Row("org:people_export", only("manager planner academy steward administrator")),
    Row("org:posting_new", only(CHANGES), arguments=person("owner")),
    Row("org:posting_end", only(CHANGES), arguments=of_owner(lambda person: person.postings.first())),
    Row(
        "org:employment_change", only(CHANGES), arguments=of_owner(lambda person: person.employments.first())
    ),
    # org: a host supervisor is invited by the person's own section, or a steward
    Row("org:host", only("manager steward"), arguments=person("owner")),
    Row("org:host", only("steward"), hidden=only("manager"), arguments=person("stranger")),
    Row(
        "org:host_again",
        (),
        hidden=only("manager steward"),
        arguments=lambda world: person("owner")(world) | {"pk": 0},
        method="POST",
    ),
    Row(
        "org:host_end",
        (),
        hidden=only("manager steward"),
        arguments=lambda world: person("owner")(world) | {"pk": 0},
    ),
    Row("org:leave_new", only(CHANGES), arguments=person("owner")),
    Row("org:part_new", only(CHANGES), arguments=unit("services")),
    Row("org:unit_change", only(CHANGES), arguments=unit("services")),
    Row("org:unit_move", only(CHANGES), arguments=unit("services")),
    Row("org:unit_close", only(CHANGES), arguments=unit("services")),
    Row("org:post_new", only(CHANGES), arguments=unit("services")),
    Row("org:post_change", only(CHANGES), arguments=post("owner")),
    Row("org:post_close", only(CHANGES), arguments=post("owner")),
    Row("org:root_new", only(CHANGES), arguments=lambda _world: {"code": "city"}),
    Row("org:unit_change", only("administrator"), arguments=unit("platform")),
    Row("org:employer_new", only("administrator")),
    Row("org:grant_account", only("administrator")),
    Row(
        "org:grant_new", only("administrator"), arguments=lambda world: {"pk": world.office.user("owner").pk}
    ),
    Row("org:grant_end", only("administrator"), arguments=a_grant),
    Row("org:account_new", only("administrator")),
    # org: staff lists come in through an administrator; one that is not there is hidden
    Row("org:imports", only("administrator")),
    Row("org:people_import_new", only("administrator")),
    Row("org:people_import", (), hidden=only("administrator"), arguments=no_such),
    Row("org:people_import_columns", (), hidden=only("administrator"), arguments=no_such, method="POST"),
    Row("org:people_import_apply", (), hidden=only("administrator"), arguments=no_such, method="POST"),
    Row("org:people_import_problems", (), hidden=only("administrator"), arguments=no_such),
    Row("org:people_import_undo", (), hidden=only("administrator"), arguments=no_such, method="POST"),
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
    # accounts; accounts are made by the city, so allauth's own ways to make or rename one are closed
    Row("accounts:settings", SIGNED_IN),
    Row("accounts:language", EVERYONE, method="POST", data={"language": "ja"}, answers=(302,)),
    Row("/account/signup/", (), hidden=EVERYONE),
    Row("/account/email/", (), hidden=EVERYONE),
    Row("/account/confirm-email/", (), hidden=EVERYONE),
    Row(
        "/account/confirm-email/<str:key>/", (), hidden=EVERYONE, arguments=lambda _world: {"key": "some-key"}
    ),
    # jobs: one's own; the administrator sees that they run, on the page of the portal
    Row("jobs:detail", only("owner"), hidden=but("owner"), arguments=job),
    Row("jobs:stop", only("owner"), hidden=but("owner"), arguments=job, method="POST", answers=(302,)),
    Row("jobs:run_again", only("owner"), hidden=but("owner"), arguments=job, method="POST", answers=(302,)),
    # notices: whoever sends them and whoever looks after the mail server
    Row("notices:mailings", only(SENDS)),
    Row("notices:trial", only(SENDS), method="POST", answers=(302,)),
    Row("notices:wordings", only(SENDS)),
    Row("notices:wording", only(SENDS), arguments=a_wording),
    Row("notices:wording_reset", only(SENDS), arguments=a_wording, method="POST", answers=(302,)),
    Row("notices:barred", only(SENDS)),
    Row("notices:clear", (), hidden=only(SENDS), arguments=lambda _world: {"pk": 0}, method="POST"),
    Row("notices:mailing", (), hidden=only(SENDS), arguments=no_such),
    Row("notices:stop", (), hidden=only(SENDS), arguments=no_such, method="POST"),
    Row("notices:go_on", (), hidden=only(SENDS), arguments=no_such, method="POST"),
    Row("notices:again", (), hidden=only(SENDS), arguments=no_such, method="POST"),
    Row("notices:leave", (), hidden=only(SENDS), arguments=no_such, method="POST"),
    # demo: not there outside the demonstration
    Row("demo:choose", (), hidden=EVERYONE),
    Row("demo:enter", (), hidden=EVERYONE, arguments=lambda _world: {"key": "planner"}, method="POST"),
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
    Row("rotation:plane", only("manager planner")),
    Row("rotation:sensitivity", only("planner")),
    Row("rotation:growth_classes", SIGNED_IN),
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
    Row("rotation:draft_copy", only("planner"), arguments=a_draft),
    Row("rotation:draft_rename", only("planner"), arguments=a_draft),
    Row("rotation:draft_share", only("planner"), arguments=a_draft),
    Row("rotation:draft_drop", only("planner"), arguments=a_draft),
    Row("rotation:draft_rebase", only("planner"), arguments=a_draft),
    Row("rotation:draft_compare", (), hidden=only("planner")),
    Row("rotation:draft_compare_csv", (), hidden=only("planner")),
)
