"""A placeholder becomes the person who was hired."""

from __future__ import annotations

import uuid
from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.middleware import Request
from ikusei.rotation import access
from ikusei.rotation.forms.hiring import HiredForm
from ikusei.rotation.services.drafts.hiring import hire_planned
from ikusei.rotation.services.drafts.placeholders import open_planned
from ikusei.rotation.views.steps import take_step
from ikusei.ui.components import Crumb


@needs(Right.ROTATION_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def draft_planned_hired(request: Request, public_id: uuid.UUID, planned: uuid.UUID) -> HttpResponse:
    """Say whom somebody not yet hired was hired as."""
    draft = access.open_draft(request.viewer, public_id)
    access.require_section(request.viewer, draft.round.employer)
    row = open_planned(draft, planned)
    return take_step(
        request,
        HiredForm(request.POST or None),
        partial(hire_planned, actor=request.viewer, draft=draft, planned=row),
        heading=_("%(name)s has been hired") % {"name": row.label},
        button=_("Record"),
        done=_("The placeholder is that person now, in every open draft."),
        back=reverse("rotation:draft", args=[draft.public_id]),
        crumbs=[Crumb(draft.name, reverse("rotation:draft", args=[draft.public_id]))],
        notes=[
            _("In every open draft the moves of the placeholder become the person’s."),
            _("Approved moves that waited for the hire can be ordered then."),
            _("It cannot be undone."),
        ],
    )
