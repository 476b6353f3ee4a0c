"""A plan asked of the planner on one of the drafts: a worker searches it as soon as one runs, then it has reasons to read."""

from ikusei.org.access import Viewer
from ikusei.rotation.models import Draft, DraftState, PlanRun, Round
from ikusei.rotation.services.plans import ask_for_plan

SECONDS = 60
NUMBER = 1
"""Of the open drafts in their order, the one that changes sides most."""


def ask(actor: Viewer, round_: Round) -> None:
    """Ask for a plan on the owner's behalf, on the day on which the draft was last changed."""
    drafts = Draft.objects.filter(round=round_, state=DraftState.OPEN).select_related("round__employer")
    draft = drafts.order_by("pk")[NUMBER]
    run = ask_for_plan(actor=actor, draft=draft, seconds=SECONDS)
    PlanRun.objects.filter(pk=run.pk).update(asked_at=draft.changed_at)
