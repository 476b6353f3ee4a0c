"""Years for what was no posting: recorded and taken back by those who employ somebody, read by the person."""

import uuid
from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ikusei.lib.rights import needs
from ikusei.org import access
from ikusei.org.access import Right
from ikusei.org.middleware import Request
from ikusei.org.models import Person
from ikusei.org.services import credits as services
from ikusei.rotation.forms.credits import CreditBackForm, CreditForm
from ikusei.rotation.queries import credits as queries
from ikusei.rotation.views.steps import take_step
from ikusei.ui.components import Crumb

ASK_AND_DO = ["GET", "HEAD", "POST"]


@needs(Right.CREDITS_RECORD)
@require_http_methods(ASK_AND_DO)
def credits(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """What is counted for somebody besides postings, and the form that records more."""
    person = _open(request, public_id)
    return take_step(
        request,
        CreditForm(request.POST or None),
        partial(services.record_credit, actor=request.viewer, person=person),
        heading=_("Courses, dispatches and other experience of %(name)s") % {"name": person.display_name},
        button=_("Record these years"),
        done=_("The years are recorded and count in the ledger."),
        back=reverse("rotation:person_ledger", args=[public_id]),
        crumbs=_crumbs(person),
        template="rotation/ledger/credits.html",
        extra={"page": queries.recorded(person), "person": person},
    )


@needs(Right.CREDITS_RECORD)
@require_http_methods(ASK_AND_DO)
def credit_back(request: Request, public_id: uuid.UUID, pk: int) -> HttpResponse:
    """Take recorded years back."""
    person = _open(request, public_id)
    credit = queries.open_credit(person, pk)
    page = reverse("rotation:credits", args=[public_id])
    return take_step(
        request,
        CreditBackForm(request.POST or None),
        partial(services.take_back_credit, actor=request.viewer, credit=credit),
        heading=_("Take back the years of %(source)s") % {"source": credit.source},
        button=_("Take these years back"),
        done=_("The years are taken back and count no longer."),
        back=page,
        crumbs=[*_crumbs(person), Crumb(_("Other experience"), page)],
        notes=[
            _("They leave the ledger of %(name)s on every day, past ones too.")
            % {"name": person.display_name},
            _(
                "What was recorded stays readable here, with your reason. The same record can be recorded again."
            ),
        ],
        tone="danger",
    )


def _open(request: Request, public_id: uuid.UUID) -> Person:
    """The person, the look noted. Raises NotVisible (404), or PermissionDenied (403) where their years are not the viewer's to record."""
    person = access.open_person(request.viewer, Right.CREDITS_RECORD, public_id, verb="rotation.ledger.open")
    if not queries.may_record(request.viewer, person):
        raise PermissionDenied(Right.CREDITS_RECORD.value)
    return person


def _crumbs(person: Person) -> list[Crumb]:
    return [
        Crumb(
            _("GQ and DQ of %(name)s") % {"name": person.display_name},
            reverse("rotation:person_ledger", args=[person.public_id]),
        )
    ]
