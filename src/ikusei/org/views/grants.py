"""Accounts and their roles."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.forms import grants as forms
from ikusei.org.forms.people import number_in
from ikusei.org.forms.person_steps import EndForm
from ikusei.org.middleware import Request
from ikusei.org.queries import employers as employer_queries
from ikusei.org.queries import grants as queries
from ikusei.org.services import grants as services
from ikusei.org.services import people as people_services
from ikusei.org.services import units as unit_services
from ikusei.org.views.steps import take_step
from ikusei.ui.components import Crumb

ASK_AND_DO = ["GET", "HEAD", "POST"]


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Accounts and roles"), reverse("org:grants"))]


@needs(Right.GRANTS_MANAGE)
def grants(request: Request) -> HttpResponse:
    """Who holds which role."""
    form = forms.GrantFilterForm(request.GET)
    page = queries.grants_page(request.viewer, form.wanted(), number=number_in(request.GET, "page") or 1)
    return render(request, "org/grants.html", {"page": page, "form": form, "roles": queries.roles_in_words()})


@needs(Right.GRANTS_MANAGE)
@require_http_methods(["GET", "HEAD"])
def grant_account(request: Request) -> HttpResponse:
    """Find the account that is to get a role."""
    form = forms.AccountSearchForm(request.GET if "q" in request.GET else None)
    shown = {
        "form": form,
        "found": queries.find_accounts(request.viewer, form.text),
        "crumbs": [*_crumbs(), Crumb(_("Give a role"))],
    }
    return render(request, "org/grant_account.html", shown)


@needs(Right.GRANTS_MANAGE)
@require_http_methods(ASK_AND_DO)
def grant_new(request: Request, pk: int) -> HttpResponse:
    """Give a role to an account."""
    user = queries.account_for_grant(request.viewer, pk)
    employers = employer_queries.all_employers(request.viewer)
    return take_step(
        request,
        forms.GrantForm(request.POST or None, employers=employers),
        partial(services.give_role, actor=request.viewer, user=user),
        heading=_("Give a role to %(account)s") % {"account": getattr(user, "person", None) or user},
        button=_("Give the role"),
        done=_("The role is given."),
        back=reverse("org:grants"),
        crumbs=_crumbs(),
        template="org/grant_new.html",
        extra={"roles": queries.roles_in_words(), "account": user},
    )


@needs(Right.GRANTS_MANAGE)
@require_http_methods(ASK_AND_DO)
def grant_end(request: Request, pk: int) -> HttpResponse:
    """End a role."""
    grant = queries.grant_to_end(request.viewer, pk)
    words = {"account": grant.user, "role": grant.get_role_display(), "scope": grant.get_scope_display()}
    what = _("%(account)s: %(role)s (%(scope)s)") % words
    if grant.person is not None:
        what = _("%(account)s: %(role)s (%(scope)s: %(person)s)") % (words | {"person": grant.person})
    return take_step(
        request,
        EndForm(request.POST or None, initial={"on": request.viewer.today}),
        partial(services.end_role, actor=request.viewer, grant=grant),
        heading=_("End a role"),
        button=_("End it"),
        done=_("The end of the role is recorded."),
        back=reverse("org:grants"),
        crumbs=_crumbs(),
        notes=[
            what,
            _(
                "After the last day the account sees nothing by this role. What it did stays in the audit trail."
            ),
        ],
        tone="danger",
    )


@needs(Right.GRANTS_MANAGE)
@require_http_methods(ASK_AND_DO)
def account_new(request: Request) -> HttpResponse:
    """Open an account for somebody who is no employee here."""
    form = forms.AccountForm(request.POST or None)
    return take_step(
        request,
        form,
        partial(people_services.open_account, actor=request.viewer),
        heading=_("Open an account without a person"),
        button=_("Open the account"),
        done=_("The account is open. Give it a role now."),
        back=reverse("org:grants"),
        then=lambda user: reverse("org:grant_new", args=[user.pk]),
        crumbs=_crumbs(),
        notes=[
            _(
                "For people who are not employed here. Employees get theirs with the staff list; supervisors at a host are invited from the page of the person whose levels they confirm."
            ),
            _("It has no password: its owner signs in with a code sent by mail, or with a passkey."),
        ],
    )


@needs(Right.EMPLOYERS_MANAGE)
def employers(request: Request) -> HttpResponse:
    """The employers with their people and units of today."""
    rows = employer_queries.employer_rows(request.viewer)
    return render(request, "org/employers.html", {"rows": rows})


@needs(Right.EMPLOYERS_MANAGE)
@require_http_methods(ASK_AND_DO)
def employer_new(request: Request) -> HttpResponse:
    """Add an employer."""
    return take_step(
        request,
        forms.EmployerForm(request.POST or None),
        partial(unit_services.create_employer, actor=request.viewer),
        heading=_("Add an employer"),
        button=_("Add"),
        done=_("The employer is added. Import its staff list, or open its units."),
        back=reverse("org:employers"),
        crumbs=[Crumb(_("Employers"), reverse("org:employers"))],
    )
