"""What a planner can do with the planner: ask for a plan, stop it keeping the best one, take its moves into the draft.

The search itself runs in a worker (`planning`); nothing here loads it.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ikusei.accounts.models import User
from ikusei.audit import services as audit
from ikusei.jobs import services as jobs
from ikusei.jobs.models import ENDED
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Purpose
from ikusei.rotation import access
from ikusei.rotation.compiling import compile_problem, moves_of
from ikusei.rotation.models import Draft, DraftState, PlanRun, RunState
from ikusei.rotation.queries.considerations import considerations
from ikusei.rotation.queries.picture import draft_moves, load
from ikusei.rotation.services.drafts import MoveSpec, put_moves
from ikusei.rotation.services.drafts.record import Changed
from ikusei.rotation.solver.plan import Plan
from ikusei.rotation.solver.problem import parse, to_document

TASK = "rotation.calculation"
MOST_SECONDS = 3600
LARGEST_SEED = 2**31 - 1
OPEN = (RunState.WAITING, RunState.RUNNING)


def ask_for_plan(*, actor: Viewer, draft: Draft, seconds: int, seed: int = 0) -> PlanRun:
    """The new run of the planner on a draft, waiting for a worker. The problem is that of this moment.

    The personnel section alone asks: who plans for a bureau does not see who sits in the other seats. Raises
    PermissionDenied (403), and RuleBroken while another run of the draft is at work, for a closed draft, or nobody to plan.
    """
    user = planner(actor, draft)
    if not 1 <= seconds <= MOST_SECONDS:
        raise RuleBroken(_("Between 1 second and an hour."))
    if not 0 <= seed <= LARGEST_SEED:
        raise RuleBroken(_("The number of chance is 0 or more."))
    picture = load(actor, draft.round, draft=draft)
    problem = compile_problem(picture, draft_moves(draft), considerations(draft.round))
    if not problem.people:
        raise RuleBroken(_("There is nobody to plan for: nobody in the round sits in a post in rotation."))
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=draft.pk)
        if any(is_at_work(run) for run in open_runs(draft)):
            raise RuleBroken(_("The planner is at work on this draft. Stop it first, or wait."))
        run = PlanRun.objects.create(
            draft=draft,
            draft_revision=draft.revision,
            asked_by=user,
            seconds_allowed=seconds,
            seed=seed,
            problem=to_document(problem),
        )
        run.job = jobs.enqueue(owner=user, task=TASK, arguments={"run": str(run.public_id)}, total=seconds)
        run.save(update_fields=["job"])
        record(user, run, "rotation.plan.ask")
    return run


def stop_plan(*, actor: Viewer, run: PlanRun) -> None:
    """Ask the planner to end and keep its best plan; a run that only waits ends at once. An ended one stays as it is."""
    user = planner(actor, run.draft)
    with transaction.atomic():
        run = PlanRun.objects.select_for_update(of=("self",)).select_related("job").get(pk=run.pk)
        if run.state not in OPEN or run.stop_asked:
            return
        run.stop_asked = True
        run.save(update_fields=["stop_asked"])
        record(user, run, "rotation.plan.stop")


def take_plan(*, actor: Viewer, run: PlanRun, people: Collection[str] | None = None) -> Changed:
    """Put the moves of a plan into its draft: of these people (their keys), or of all. Pinned and concurrent moves stay.

    Raises RuleBroken where there is no plan or nothing to take, EditConflict where somebody else changed one of the people
    in the draft since the plan was asked for. Taking twice changes nothing the second time.
    """
    user = planner(actor, run.draft)
    if run.state != RunState.FOUND or not run.assignments:
        raise RuleBroken(_("There is no plan to take."))
    draft = run.draft
    picture, problem = load(actor, draft.round, draft=draft), parse(run.problem)
    pinned = [move for move in draft_moves(draft) if move.is_pinned]
    planned = [person.id for person in problem.people if person.id in picture.people]
    chosen = [key for key in planned if people is None or key in people]
    if not chosen:
        raise RuleBroken(_("Choose at least one person."))
    plan = Plan({key: tuple(run.assignments[key]) for key in chosen})
    specs = [
        MoveSpec(
            person_key=move.person,
            year=move.year,
            to_post=move.post,
            kind=move.kind,
            share=Decimal(1),
        )
        for move in moves_of(problem, plan, picture, pinned)
    ]
    with transaction.atomic():
        changed = put_moves(
            actor=actor, draft=draft, moves=specs, replaces=chosen, seen_revision=run.draft_revision
        )
        PlanRun.objects.filter(pk=run.pk).update(taken_at=timezone.now(), draft_revision=changed.revision)
        record(user, run, "rotation.plan.take")
    return changed


def is_at_work(run: PlanRun) -> bool:
    """Whether a run waits or works: its job has not ended. `job` is to be fetched with it."""
    return run.state in OPEN and run.job is not None and run.job.state not in ENDED


def open_runs(draft: Draft) -> list[PlanRun]:
    """The runs of a draft that have not ended, with their jobs."""
    return list(PlanRun.objects.filter(draft=draft, state__in=OPEN).select_related("job"))


def planner(actor: Viewer, draft: Draft) -> User:
    """The account of who may ask the planner. Raises PermissionDenied, NotVisible, and RuleBroken for a closed draft."""
    access.require_section(actor, draft.round.employer)
    access.open_draft(actor, draft.public_id)
    if actor.user is None:
        raise PermissionDenied(Right.ROTATION_PLAN.value)
    if draft.state != DraftState.OPEN:
        raise RuleBroken(_("This draft is no longer being drafted; copy it to go on."))
    return actor.user


def record(user: User, run: PlanRun, verb: str) -> None:
    """Write into the trail that something was done with a run; it says of whose draft, and nothing of people."""
    audit.record(
        actor=user,
        verb=verb,
        subject_kind="draft",
        subject_id=run.draft.public_id,
        purpose=Purpose.PLACEMENT,
    )
