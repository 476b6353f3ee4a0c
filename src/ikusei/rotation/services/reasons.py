"""What a planner can do about a seat that a plan does not give: try it in a search of its own, or free it in the draft."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.jobs import services as jobs
from ikusei.org.access import NotVisible, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.rotation.models import Draft, PlanRun, RunState
from ikusei.rotation.services.plans import (
    MOST_SECONDS,
    TASK,
    is_at_work,
    open_curves,
    open_runs,
    planner,
    record,
)

PIN, FORBID = "pin", "forbid"


def try_otherwise(
    *, actor: Viewer, run: PlanRun, kind: str, person: str, post: int, year: int, seconds: int
) -> PlanRun:
    """The new run that searches a plan's problem with one seat pinned or forbidden more, beginning with that plan.

    The draft is not changed. Raises NotVisible for a seat that the plan does not know, PermissionDenied outside the
    personnel section, RuleBroken for a run without a plan or while another run of the draft is at work.
    """
    user = planner(actor, run.draft)
    if run.state != RunState.FOUND:
        raise RuleBroken(_("There is no plan to begin with."))
    if not 1 <= seconds <= MOST_SECONDS:
        raise RuleBroken(_("Between 1 second and an hour."))
    problem = _otherwise(run.problem, kind, person, str(post), year)
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=run.draft_id)
        if any(map(is_at_work, open_runs(draft))) or any(map(is_at_work, open_curves(draft))):
            raise RuleBroken(_("The planner is at work on this draft. Stop it first, or wait."))
        tried = PlanRun.objects.create(
            draft=draft,
            draft_revision=run.draft_revision,
            asked_by=user,
            seconds_allowed=seconds,
            seed=run.seed,
            problem=problem,
            start=run.assignments,
            announced=run.announced,
            announced_of=run.announced_of,
            change_price=run.change_price,
            trial_of=run,
            trial={"kind": kind, "person": person, "post": str(post), "year": year},
        )
        tried.job = jobs.enqueue(
            owner=user, task=TASK, arguments={"run": str(tried.public_id)}, total=seconds
        )
        tried.save(update_fields=["job"])
        record(user, tried, "rotation.plan.try")
    return tried


def _otherwise(problem: dict[str, Any], kind: str, person: str, post: str, year: int) -> dict[str, Any]:
    """The problem with one pin more, or one forbidden year more. An earlier pin of that seat gives way to a forbid."""
    changed = deepcopy(problem)
    somebody = next((one for one in changed["people"] if one["id"] == person), None)
    option = next((one for one in (somebody or {}).get("options", ()) if one["post"] == post), None)
    if option is None or year not in changed["years"] or kind not in {PIN, FORBID}:
        raise NotVisible(person)
    seat = {"person": person, "post": post, "year": year}
    if kind == FORBID:
        changed["pins"] = [pin for pin in changed["pins"] if pin != seat]
        option["forbidden_years"] = sorted({*option.get("forbidden_years", ()), year})
    elif seat not in changed["pins"]:
        changed["pins"].append(seat)
    return changed
