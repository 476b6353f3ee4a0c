"""Setting the rates of growth classes and the terms of the index, from a day on. Rows are only added."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ikusei.audit import services as audit
from ikusei.org.access import Viewer
from ikusei.org.errors import RuleBroken
from ikusei.rotation import index_terms
from ikusei.rotation.models import GrowthClass, GrowthTerms, IndexTerms
from ikusei.rotation.post_access import require_a_section

ADOPTED_FROM = date(2021, 4, 1)
"""The fiscal year with which the counting of ICT staff begins: what Ikusei comes with holds from then."""


SHIPPED = gettext_noop("The terms that Ikusei comes with.")
ASSUMED = gettext_noop("An assumption that Ikusei comes with, until the city has measured its own.")
"""Reasons that every reader reads in their own language: the pages translate them."""

RATES: Mapping[str, tuple[str, str]] = {
    "bureau_digital_services": ("0.88", "0.98"),
    "govtech": ("1.01", "0.86"),
    "line_bureau": ("0.90", "1.02"),
    "municipality": ("0.91", "0.97"),
    "private_company": ("1.03", "0.80"),
}
"""Growth class -> rates of GQ and DQ that Ikusei comes with: assumptions, to be replaced by what a city measures."""


def adopt_terms(actor: Viewer, *, from_date: date = ADOPTED_FROM) -> IndexTerms:
    """The terms that Ikusei comes with, written down as in force from a day, with the rates of the growth classes there are;
    where some terms or rates are in force then, they stay.

    Raises PermissionDenied for whoever is not of a personnel section.
    """
    require_a_section(actor)
    _adopt_rates(actor, from_date)
    found = IndexTerms.objects.filter(from_date__lte=from_date).first()
    if found is not None:
        return found
    return set_index_terms(actor=actor, from_date=from_date, terms=index_terms.SHIPPED, reason=SHIPPED)


def _adopt_rates(actor: Viewer, from_date: date) -> None:
    """Rates for the growth classes with a known key that have none."""
    for one in GrowthClass.objects.filter(key__in=RATES, terms=None):
        gq, dq = RATES[one.key]
        set_rates(
            actor=actor,
            growth_class=one,
            from_date=from_date,
            rho_gq=Decimal(gq),
            rho_dq=Decimal(dq),
            reason=ASSUMED,
        )


def set_index_terms(
    *, actor: Viewer, from_date: date, terms: Mapping[str, object], reason: str
) -> IndexTerms:
    """The terms of the index from a day on; what was in force before stays readable.

    Raises index_terms.InvalidTerms for terms that cannot be read, RuleBroken without a reason or where they change
    nothing, PermissionDenied for whoever is not of a personnel section.
    """
    require_a_section(actor)
    kept = index_terms.document(index_terms.parse(terms))
    _require_reason(reason)
    with transaction.atomic():
        before = IndexTerms.objects.select_for_update().filter(from_date__lte=from_date).first()
        if before is not None and before.terms == kept:
            raise RuleBroken(_("These terms are in force on that day already."))
        row = IndexTerms.objects.create(
            from_date=from_date, terms=kept, reason=reason.strip(), author=actor.user
        )
        audit.record(
            actor=actor.user,
            verb="rotation.index-terms.set",
            subject_kind="index-terms",
            subject_id=row.pk,
            before={} if before is None else before.terms,
            after=kept,
        )
    return row


def set_rates(
    *,
    actor: Viewer,
    growth_class: GrowthClass,
    from_date: date,
    rho_gq: Decimal,
    rho_dq: Decimal,
    reason: str,
) -> GrowthTerms:
    """The rates of a growth class from a day on; those before stay readable.

    Raises ValidationError for a rate of 0 or below, RuleBroken without a reason or where they change nothing,
    PermissionDenied for whoever is not of a personnel section.
    """
    require_a_section(actor)
    _require_reason(reason)
    row = GrowthTerms(
        growth_class=growth_class,
        from_date=from_date,
        rho_gq=rho_gq,
        rho_dq=rho_dq,
        reason=reason.strip(),
        author=actor.user,
    )
    row.full_clean()
    with transaction.atomic():
        rows = GrowthTerms.objects.select_for_update()
        before = rows.filter(growth_class=growth_class, from_date__lte=from_date).first()
        if before is not None and (before.rho_gq, before.rho_dq) == (row.rho_gq, row.rho_dq):
            raise RuleBroken(_("These rates are in force on that day already."))
        row.save()
        audit.record(
            actor=actor.user,
            verb="rotation.rates.set",
            subject_kind="growth-class",
            subject_id=growth_class.key,
            before={} if before is None else _rates(before),
            after=_rates(row),
        )
    return row


def _rates(row: GrowthTerms) -> dict[str, str]:
    return {"from": row.from_date.isoformat(), "gq": str(row.rho_gq), "dq": str(row.rho_dq)}


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise RuleBroken(_("Say why: everybody can read it."))
