"""People not yet hired, as placeholders in drafts: planned for all drafts of the employer."""

from __future__ import annotations

import uuid
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.org.access import NotVisible, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import PlannedPerson, Purpose
from ikusei.rotation import access
from ikusei.rotation.models import Draft
from ikusei.rotation.services.drafts.record import require_open


def add_planned(
    *,
    actor: Viewer,
    draft: Draft,
    label: str,
    grade: str = "",
    job_type: str = "",
    from_date: date,
    until: date | None = None,
) -> PlannedPerson:
    """The new placeholder, in the category of the draft's round; it stands on the unassigned list of every draft.

    Only the personnel section plans hires (PermissionDenied). Raises RuleBroken without a label or where it ends before
    it begins.
    """
    user = require_open(actor, draft)
    access.require_section(actor, draft.round.employer)
    planned = PlannedPerson(employer=draft.round.employer, category=draft.round.category)
    with transaction.atomic():
        _write(planned, label, grade, job_type, from_date, until)
        audit.record(
            actor=user,
            verb="rotation.planned.add",
            subject_kind="planned",
            subject_id=planned.public_id,
            purpose=Purpose.PLACEMENT,
        )
    return planned


def change_planned(
    *,
    actor: Viewer,
    draft: Draft,
    planned: PlannedPerson,
    label: str,
    grade: str = "",
    job_type: str = "",
    from_date: date,
    until: date | None = None,
) -> None:
    """Say something else of a placeholder. Raises as `add_planned`."""
    user = require_open(actor, draft)
    access.require_section(actor, draft.round.employer)
    with transaction.atomic():
        locked = PlannedPerson.objects.select_for_update().get(pk=planned.pk)
        _write(locked, label, grade, job_type, from_date, until)
        audit.record(
            actor=user,
            verb="rotation.planned.change",
            subject_kind="planned",
            subject_id=locked.public_id,
            purpose=Purpose.PLACEMENT,
        )


def open_planned(draft: Draft, public_id: uuid.UUID) -> PlannedPerson:
    """The placeholder with a public id in a draft's round. Raises NotVisible (404) where there is none."""
    found = PlannedPerson.objects.filter(
        public_id=public_id, employer_id=draft.round.employer_id, category=draft.round.category, hired_as=None
    ).first()
    if found is None:
        raise NotVisible(str(public_id))
    return found


def _write(
    planned: PlannedPerson, label: str, grade: str, job_type: str, from_date: date, until: date | None
) -> None:
    planned.label, planned.grade, planned.job_type = label.strip(), grade.strip(), job_type
    planned.from_date, planned.until = from_date, until
    if not planned.label:
        raise RuleBroken(_("A placeholder needs a label, such as the kind of work and a number."))
    try:
        planned.full_clean()
    except ValidationError as error:
        raise RuleBroken(" ".join(error.messages)) from error
    planned.save()
