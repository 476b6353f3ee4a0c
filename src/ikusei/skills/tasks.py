"""Background work of skills: large skill sheets, levels, migrations, cycles."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ikusei.accounts.models import User
from ikusei.jobs.progress import Progress
from ikusei.jobs.registry import TaskFailed, nightly, task
from ikusei.notices.services import ListChanged
from ikusei.org import access
from ikusei.org.access import Viewer
from ikusei.org.errors import RuleBroken
from ikusei.skills.models import MigrationState, VersionMigration
from ikusei.skills.queries.certificates import kinds_of
from ikusei.skills.queries.cycles.opening import open_cycle_page, unit_of
from ikusei.skills.queries.cycles.reminding import Whom
from ikusei.skills.queries.sheets import open_sheet
from ikusei.skills.services import cycles
from ikusei.skills.services.certificate_tables import forget_tables
from ikusei.skills.services.certificates import apply_table
from ikusei.skills.services.confirmation_sheets import remove_old_sheets
from ikusei.skills.services.evidence_expiry import tell_of_expiry
from ikusei.skills.services.level_rules import rebuild_everything
from ikusei.skills.services.migrations import apply_migration, catch_up, undo_migration
from ikusei.skills.services.sheets.undoing import undo_sheet
from ikusei.skills.services.sheets.uploads import apply_record, check_record


@task("skills.sheet-check", label=_("Check of a skill sheet"), tells=(RuleBroken,))
def check_sheet(progress: Progress, *, sheet: str, user: int | None) -> dict[str, Any]:
    """Check an uploaded sheet for its page."""
    actor = _actor(user)
    check_record(actor=actor, record=open_sheet(actor, sheet), progress=progress)
    return {"url": reverse("skills:sheet", args=(sheet,))}


@task("skills.sheet-apply", label=_("Recording of a skill sheet"), tells=(RuleBroken,))
def apply_sheet(progress: Progress, *, sheet: str, user: int | None, good_rows: bool) -> dict[str, Any]:
    """Record a checked sheet."""
    actor = _actor(user)
    apply_record(actor=actor, record=open_sheet(actor, sheet), good_rows=good_rows, progress=progress)
    return {"url": reverse("skills:sheet", args=(sheet,))}


@task("skills.sheet-undo", label=_("Taking back a skill sheet"), tells=(RuleBroken,))
def take_back_sheet(progress: Progress, *, sheet: str, user: int | None) -> dict[str, Any]:
    """Take back a recorded sheet."""
    actor = _actor(user)
    undo_sheet(actor=actor, record=open_sheet(actor, sheet), progress=progress)
    return {"url": reverse("skills:sheet", args=(sheet,))}


@task("skills.levels-rebuild", label=_("Deriving all levels by the rule in force"))
def rebuild_all_levels(progress: Progress) -> dict[str, Any]:
    """Derive every level anew. Run again after a crash, it begins anew and ends with the same levels."""
    rebuild_everything(progress)
    return {"url": reverse("skills:level_rule")}


@task(
    "skills.migration-apply", label=_("Carrying ratings over to a new framework version"), tells=(RuleBroken,)
)
def carry_over(progress: Progress, *, migration: str, user: int | None) -> dict[str, Any]:
    """Apply a migration; run again after its worker died, it finds all done or nothing."""
    row = VersionMigration.objects.get(public_id=migration)
    row = apply_migration(actor=_actor(user), migration=row, progress=progress)
    return {"url": _page_of(row)}


@task("skills.migration-undo", label=_("Taking back a migration"), tells=(RuleBroken,))
def take_back_migration(progress: Progress, *, migration: str, user: int | None) -> dict[str, Any]:
    """Take a migration back."""
    row = VersionMigration.objects.get(public_id=migration)
    row = undo_migration(actor=_actor(user), migration=row, progress=progress)
    return {"url": _page_of(row)}


@nightly("skills.confirmation-sheets", label=_("Removal of confirmation sheets that nobody applied"))
def remove_confirmation_sheets(progress: Progress) -> dict[str, Any]:
    """{"removed": sheets that were looked at a week ago and not applied}."""
    return {"removed": remove_old_sheets()}


@nightly("skills.migration-catch-up", label=_("Carrying over what was said while a migration was applied"))
def catch_up_migrations(progress: Progress) -> dict[str, Any]:
    """Carry what the applied migrations missed: as a rule nothing."""
    applied = VersionMigration.objects.filter(state=MigrationState.APPLIED).order_by("pk")
    return {"statements": sum(catch_up(row) for row in applied)}


@task("skills.certificates-apply", label=_("Applying the table of certificates"), tells=(RuleBroken,))
def apply_certificates(progress: Progress, *, keys: list[str], user: int | None) -> dict[str, Any]:
    """Apply the table to the certificates that were checked; run again, it finds nothing left to do."""
    effect = apply_table(actor=_actor(user), kinds=kinds_of(keys))
    return {"url": reverse("skills:certificates"), "people": len(effect.people)}


@nightly("skills.evidence-expiry", label=_("News of evidence that expires"))
def tell_what_expires(progress: Progress) -> dict[str, Any]:
    """Record the news of proofs that expire soon or today, and forget tables of certificates that nobody saved."""
    return {"told": tell_of_expiry(), "forgotten": forget_tables()}


def _page_of(row: VersionMigration) -> str:
    return reverse("skills:migration", args=(row.new.framework.key, row.new.label))


@nightly("skills.cycles", label=_("Cycles of assessment: by date, and in step with the record"))
def advance_all_cycles(progress: Progress) -> dict[str, Any]:
    """Open, move on and refresh every cycle as of today; fails with what could not be done, everything else is done."""
    done = cycles.advance_cycles(actor=access.operator())
    if done.problems:
        raise TaskFailed("\n".join(done.problems))
    return {"opened": done.opened, "confirming": done.confirming, "refreshed": done.refreshed}


@task(
    "skills.cycle-remind",
    label=_("Writing to the people of a cycle"),
    tells=(RuleBroken,),
)
def remind_people(
    progress: Progress,
    *,
    cycle: str,
    user: int | None,
    whom: str,
    unit: int | None,
    quiet_days: int,
    once_key: str,
    expect: str,
) -> dict[str, Any]:
    """Queue the letters of a reminder; run again after its worker died, it queues none twice."""
    try:
        mailing = cycles.remind(
            actor=_actor(user),
            cycle=open_cycle_page(UUID(cycle)),
            whom=Whom(whom),
            unit=unit_of(unit) if unit is not None else None,
            quiet_days=quiet_days,
            once_key=once_key,
            expect=expect,
            progress=progress,
        )
    except ListChanged as error:
        raise TaskFailed(_("The list has changed since you saw it: look at it again.")) from error
    return {"url": reverse("notices:mailing", args=(mailing.public_id,))}


def _actor(user: int | None) -> Viewer:
    """Whoever asked, with the rights they have now; the operator where nobody is named."""
    return access.operator() if user is None else access.viewer_of(User.objects.get(pk=user))
