"""Background work of rotation. The labels stand on a page of the administrator: they say nothing of who or where."""

import uuid
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ikusei.jobs.progress import Progress
from ikusei.jobs.registry import TaskFailed, nightly, task
from ikusei.org import access
from ikusei.rotation.services.applying import apply_due
from ikusei.rotation.services.curving import run_curve
from ikusei.rotation.services.orders import APPLY
from ikusei.rotation.services.planning import run_plan
from ikusei.rotation.services.plans import CURVE_TASK, TASK
from ikusei.rotation.services.recruitment import tell_results
from ikusei.rotation.services.returning import come_back
from ikusei.rotation.services.telling import tell_due
from ikusei.rotation.services.wish_files import remove_old_files
from ikusei.rotation.services.wish_notices import remind_all


@nightly(APPLY, label=_("Orders whose day has come"), at_start=True)
def apply_orders(progress: Progress) -> dict[str, Any]:
    """{"applied": orders carried out, "returned": people back from a dispatch}; fails with the number of orders that could
    not be carried out. Run again, it does the rest.
    """
    done = apply_due()
    returned = come_back()
    if done.problems:
        raise TaskFailed(
            ngettext(
                "%(count)s order could not be applied; the personnel section sees why.",
                "%(count)s orders could not be applied; the personnel section sees why.",
                done.problems,
            )
            % {"count": done.problems}
        )
    return {"applied": done.applied, "returned": returned}


@nightly("rotation.notice", label=_("Notices whose day has come"), at_start=True)
def give_notice(progress: Progress) -> dict[str, Any]:
    """{"told": people written to}."""
    return {"told": tell_due()}


@nightly("rotation.wish-notices", label=_("Letters about preference sheets"))
def write_about_sheets(progress: Progress) -> dict[str, Any]:
    """{"mailings": sent by themselves today}. Run again, it sends none twice."""
    return {"mailings": remind_all(actor=access.operator())}


@nightly("rotation.wish-files", label=_("Removal of preference sheets as files that nobody applied"))
def remove_sheet_files(progress: Progress) -> dict[str, Any]:
    """{"removed": files that were looked at a week ago and not applied}."""
    return {"removed": remove_old_files()}


@nightly("rotation.recruitment-results", label=_("Letters about open recruitment"), at_start=True)
def write_about_results(progress: Progress) -> dict[str, Any]:
    """{"told": people written to}. Run again, it writes to nobody twice."""
    return {"told": tell_results()}


@task(TASK, label=_("A calculation for planners"))
def plan(progress: Progress, *, run: str) -> dict[str, Any]:
    """{"url": the page of the run}. Run again after a crash it begins the search anew, and leaves an ended run as it is."""
    ended = run_plan(progress, uuid.UUID(run))
    return {"url": reverse("rotation:plan", args=[ended.draft.public_id, ended.public_id])}


@task(CURVE_TASK, label=_("Calculations for planners"))
def curve(progress: Progress, *, curve: str) -> dict[str, Any]:
    """{"url": the page of the curve}. Run again after a crash it leaves the plans that are kept as they are."""
    ended = run_curve(progress, uuid.UUID(curve))
    return {"url": reverse("rotation:plan_curve", args=[ended.draft.public_id, ended.public_id])}
