"""What a planner can do with the planner: ask for a plan, stop it keeping the best one, take its moves into the draft.

The search itself runs in a worker (`planning`); nothing here loads it.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

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
from ikusei.rotation.announced import stored
from ikusei.rotation.compiling import compile_problem, moves_of, plan_of_draft
from ikusei.rotation.models import Draft, DraftState, PlanCurve, PlanRun, RunState
from ikusei.rotation.picture import CONCURRENT, MoveFacts
from ikusei.rotation.queries import announcements
from ikusei.rotation.queries.considerations import considerations
from ikusei.rotation.queries.fixed import ordered_moves, with_reserved
from ikusei.rotation.queries.picture import draft_moves, load
from ikusei.rotation.services.drafts import MoveSpec, put_moves
from ikusei.rotation.services.drafts.record import Changed
from ikusei.rotation.solver.plan import Plan
from ikusei.rotation.solver.problem import parse, to_document

TASK = "rotation.calculation"
CURVE_TASK = "rotation.calculations"
MOST_SECONDS = 3600
LARGEST_SEED = 2**31 - 1
DEAREST_CHANGE = 1_000_000.0
"""Points that a change may cost at most."""
MOST_PRICES = 8
OPEN = (RunState.WAITING, RunState.RUNNING)


@dataclass(frozen=True, slots=True)
class Keep:
    """What was announced and shall be kept: the draft that announced it, and the points that a change of a seat costs."""

    announced: uuid.UUID
    price: float


def ask_for_plan(
    *, actor: Viewer, draft: Draft, seconds: int, seed: int = 0, keep: Keep | None = None
) -> PlanRun:
    """The new run of the planner on a draft, waiting for a worker. The problem is that of this moment.

    Ordered moves and posts kept for a return are fixed. With `keep`, what was announced is kept unless a change of a seat
    is worth more than its price. The personnel section alone asks: who plans for a bureau does not see who sits in the
    other seats. Raises PermissionDenied (403), NotVisible (404) for an announcement that is none for this draft, and
    RuleBroken while the planner is at work on the draft, for a closed draft, or nobody to plan.
    """
    user = planner(actor, draft)
    price = 0.0 if keep is None else _price(keep.price)
    facts = _asked(actor, draft, seconds, seed, None if keep is None else keep.announced)
    with transaction.atomic():
        facts |= {"draft_revision": _free(draft)}
        run = PlanRun.objects.create(draft=draft, asked_by=user, change_price=price, **facts)
        run.job = jobs.enqueue(owner=user, task=TASK, arguments={"run": str(run.public_id)}, total=seconds)
        run.save(update_fields=["job"])
        record(user, run, "rotation.plan.ask")
    return run


def ask_for_curve(
    *, actor: Viewer, draft: Draft, announced: uuid.UUID, prices: Sequence[float], seconds: int, seed: int = 0
) -> PlanCurve:
    """A new curve of changes against value: a plan for each price on changing an announced seat, one after the other.

    `seconds` are for all prices together. Raises as `ask_for_plan`, and RuleBroken for fewer than two prices or too many.
    """
    user = planner(actor, draft)
    # The dearest price first: the plan that changes least is the first to be known, and every cheaper price begins with it.
    asked = sorted({_price(price) for price in prices}, reverse=True)
    if not 2 <= len(asked) <= MOST_PRICES:
        raise RuleBroken(_("Between 2 and %(most)s prices, each different.") % {"most": MOST_PRICES})
    if seconds < len(asked):
        raise RuleBroken(_("At least one second for each price."))
    facts = _asked(actor, draft, seconds, seed, announced)
    with transaction.atomic():
        facts |= {"draft_revision": _free(draft)}
        curve = PlanCurve.objects.create(draft=draft, asked_by=user, prices=asked, **facts)
        arguments = {"curve": str(curve.public_id)}
        curve.job = jobs.enqueue(owner=user, task=CURVE_TASK, arguments=arguments, total=seconds)
        curve.save(update_fields=["job"])
        record(user, curve, "rotation.plan.curve")
    return curve


def _asked(
    actor: Viewer, draft: Draft, seconds: int, seed: int, announced: uuid.UUID | None
) -> dict[str, Any]:
    """What run and curve have in common: the problem of this moment, what was announced, and where a search begins."""
    if not 1 <= seconds <= MOST_SECONDS:
        raise RuleBroken(_("Between 1 second and an hour."))
    if not 0 <= seed <= LARGEST_SEED:
        raise RuleBroken(_("The number of chance is 0 or more."))
    picture = with_reserved(load(actor, draft.round, draft=draft), draft.round)
    drafted, ordered = draft_moves(draft), ordered_moves(draft.round)
    problem = compile_problem(picture, drafted, considerations(draft.round), ordered)
    if not problem.people:
        raise RuleBroken(_("There is nobody to plan for: nobody in the round sits in a post in rotation."))
    facts: dict[str, Any] = {"seconds_allowed": seconds, "seed": seed, "problem": to_document(problem)}
    told: list[MoveFacts] = []
    if announced is not None:
        source = announcements.open_announcement(actor, draft, announced)
        told = announcements.moves_of(source, picture)
        seats = announcements.seats_of(source, picture, told)
        if not seats:
            raise RuleBroken(_("Nothing of what was announced is about somebody in this round."))
        facts |= {"announced": stored(seats), "announced_of": source.draft}
    start = plan_of_draft(problem, picture, _before_others(ordered, told, drafted))
    return facts | {"start": {key: list(posts) for key, posts in start.assignments.items()}}


def _before_others(*parts: Sequence[MoveFacts]) -> list[MoveFacts]:
    """The main moves of all parts; of whoever is in an earlier part nothing of the later ones."""
    found: list[MoveFacts] = []
    seen: set[str] = set()
    for part in parts:
        found += [move for move in part if move.person not in seen and move.kind != CONCURRENT]
        seen |= {move.person for move in part}
    return found


def _price(price: float) -> float:
    if not math.isfinite(price) or not 0 <= price <= DEAREST_CHANGE:
        raise RuleBroken(_("The price of a change lies between 0 and a million points."))
    return float(price)


def _free(draft: Draft) -> int:
    """The revision of a draft on which the planner is not at work. Raises RuleBroken where it is."""
    revision = Draft.objects.select_for_update().get(pk=draft.pk).revision
    if any(map(is_at_work, open_runs(draft))) or any(map(is_at_work, open_curves(draft))):
        raise RuleBroken(_("The planner is at work on this draft. Stop it first, or wait."))
    return revision


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


def stop_curve(*, actor: Viewer, curve: PlanCurve) -> None:
    """Ask the planner to end a curve: the price at work keeps its best plan, the others are left out."""
    user = planner(actor, curve.draft)
    with transaction.atomic():
        curve = PlanCurve.objects.select_for_update(of=("self",)).select_related("draft").get(pk=curve.pk)
        if curve.state not in OPEN or curve.stop_asked:
            return
        curve.stop_asked = True
        curve.save(update_fields=["stop_asked"])
        record(user, curve, "rotation.plan.stop")


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
            until_year=move.until_year,
            return_post=move.return_post,
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


def is_at_work(run: PlanRun | PlanCurve) -> bool:
    """Whether a run or curve waits or works: its job has not ended. `job` is to be fetched with it."""
    return run.state in OPEN and run.job is not None and run.job.state not in ENDED


def open_runs(draft: Draft) -> list[PlanRun]:
    """The runs of a draft that have not ended, with their jobs."""
    return list(PlanRun.objects.filter(draft=draft, curve=None, state__in=OPEN).select_related("job"))


def open_curves(draft: Draft) -> list[PlanCurve]:
    """The curves of a draft that have not ended, with their jobs."""
    return list(PlanCurve.objects.filter(draft=draft, state__in=OPEN).select_related("job"))


def planner(actor: Viewer, draft: Draft) -> User:
    """The account of who may ask the planner. Raises PermissionDenied, NotVisible, and RuleBroken for a closed draft."""
    access.require_section(actor, draft.round.employer)
    access.open_draft(actor, draft.public_id)
    if actor.user is None:
        raise PermissionDenied(Right.ROTATION_PLAN.value)
    if draft.state != DraftState.OPEN:
        raise RuleBroken(_("This draft is no longer being drafted; copy it to go on."))
    return actor.user


def record(user: User, run: PlanRun | PlanCurve, verb: str) -> None:
    """Write into the trail that something was done with a run; it says of whose draft, and nothing of people."""
    audit.record(
        actor=user,
        verb=verb,
        subject_kind="draft",
        subject_id=run.draft.public_id,
        purpose=Purpose.PLACEMENT,
    )
