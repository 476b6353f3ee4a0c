"""Background work of rotation. The labels stand on a page of the administrator: they say nothing of who or where."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ikusei.jobs.progress import Progress
from ikusei.jobs.registry import TaskFailed, nightly
from ikusei.rotation.services.applying import apply_due
from ikusei.rotation.services.orders import APPLY
from ikusei.rotation.services.telling import tell_due


@nightly(APPLY, label=_("Orders whose day has come"), at_start=True)
def apply_orders(progress: Progress) -> dict[str, Any]:
    """{"applied": orders carried out}; fails with the number of those that could not be. Run again, it does the rest."""
    done = apply_due()
    if done.problems:
        raise TaskFailed(
            ngettext(
                "%(count)s order could not be applied; the personnel section sees why.",
                "%(count)s orders could not be applied; the personnel section sees why.",
                done.problems,
            )
            % {"count": done.problems}
        )
    return {"applied": done.applied}


@nightly("rotation.notice", label=_("Notices whose day has come"), at_start=True)
def give_notice(progress: Progress) -> dict[str, Any]:
    """{"told": people written to}."""
    return {"told": tell_due()}
