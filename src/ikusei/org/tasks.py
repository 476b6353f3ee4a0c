"""Work of org in the background: staff lists that are too large to be waited for."""

import uuid
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ikusei.accounts import codes
from ikusei.accounts.models import User
from ikusei.jobs.progress import Progress
from ikusei.jobs.registry import TaskFailed, nightly, task
from ikusei.lib.tabular import TabularError
from ikusei.org import access
from ikusei.org.errors import RuleBroken
from ikusei.org.queries.imports import find_import
from ikusei.org.services import hosts, people_import
from ikusei.org.services.people_import.background import APPLY, CHECK, UNDO
from ikusei.org.services.posts import people_over_whole
from ikusei.org.services.shares import give_back_all


def _viewer(user: int) -> access.Viewer:
    """The account that asked for the work, with the grants it has now."""
    return access.viewer_of(User.objects.get(pk=user))


def _page(public_id: str) -> dict[str, Any]:
    return {"url": reverse("org:people_import", args=(public_id,))}


@task(CHECK, label=_("Check of a staff list"), tells=(RuleBroken,))
def check(
    progress: Progress, *, user: int, record: str, language: str, columns: dict[str, Any] | None
) -> dict[str, Any]:
    """Check an uploaded list; the address of its page."""
    viewer = _viewer(user)
    with translation.override(language):
        people_import.check_import(
            actor=viewer, record=find_import(viewer, uuid.UUID(record)), columns=columns, progress=progress
        )
    return _page(record)


@task(APPLY, label=_("Import of a staff list"), tells=(RuleBroken, TabularError))
def apply(
    progress: Progress, *, user: int, record: str, language: str, good_rows: bool, allow_ended: bool
) -> dict[str, Any]:
    """Apply a checked list; the address of its page."""
    viewer = _viewer(user)
    with translation.override(language):
        people_import.apply_import(
            actor=viewer,
            record=find_import(viewer, uuid.UUID(record)),
            good_rows=good_rows,
            allow_ended=allow_ended,
            progress=progress,
        )
    return _page(record)


@task(UNDO, label=_("Undoing the import of a staff list"), tells=(RuleBroken,))
def undo(progress: Progress, *, user: int, record: str, language: str) -> dict[str, Any]:
    """Take an import back; the address of its page."""
    viewer = _viewer(user)
    progress.start(0, "")
    with translation.override(language):
        people_import.undo_import(actor=viewer, record=find_import(viewer, uuid.UUID(record)))
    return _page(record)


@nightly("org.people-over-whole", label=_("Check that nobody has more than the whole of their time"))
def check_shares(progress: Progress) -> dict[str, Any]:
    """Nothing, where every day of everybody adds up to at most 1; fails with the first days that do not."""
    found = people_over_whole()
    if found:
        days = ", ".join(sorted({day.isoformat() for _person, day in found})[:5])
        raise TaskFailed(
            ngettext(
                "The shares of %(count)s person exceed the whole of their time (%(days)s).",
                "The shares of %(count)s people exceed the whole of their time (%(days)s).",
                len(found),
            )
            % {"count": len(found), "days": days}
        )
    return {}


@nightly(
    "org.shares-given-back",
    label=_("Give time back to main posts whose concurrent posts have ended"),
    at_start=True,
)
def give_shares_back(progress: Progress) -> dict[str, Any]:
    """How many main postings got time back."""
    return {"given back": give_back_all(actor=access.operator())}


@nightly("org.host-accounts", label=_("Close accounts of host supervisors whose invitation has ended"))
def close_host_accounts(progress: Progress) -> dict[str, Any]:
    """How many were closed; codes whose time is over are forgotten."""
    codes.forget_old()
    return {"closed": hosts.close_accounts_without_role(actor=access.operator())}
