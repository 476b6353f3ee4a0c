"""The dated settings of rotation as they hold on a day: rates of the growth classes, terms of the index."""

from collections.abc import Mapping
from datetime import date

from ikusei.rotation.models import GrowthTerms, IndexTerms

DEFAULT_TARGETS = (65.0, 65.0)
"""The index aimed at on (GQ, DQ) where no terms say another."""


def rates_on(day: date) -> Mapping[str, tuple[float, float]]:
    """Growth class -> (rho of GQ, rho of DQ) in force on a day; of equal days the one recorded last counts. One query."""
    rows = (
        GrowthTerms.objects.filter(from_date__lte=day)
        .order_by("from_date", "pk")
        .values_list("growth_class__key", "rho_gq", "rho_dq")
    )
    return {key: (float(gq), float(dq)) for key, gq, dq in rows}


def targets_on(day: date) -> tuple[float, float]:
    """The index aimed at on (GQ, DQ) by the terms in force on a day. One query."""
    row = IndexTerms.objects.filter(from_date__lte=day).order_by("-from_date", "-pk").first()
    targets = {} if row is None else row.terms.get("targets", {})
    return float(targets.get("gq", DEFAULT_TARGETS[0])), float(targets.get("dq", DEFAULT_TARGETS[1]))
