"""The dated settings of rotation as they hold on a day: rates of the growth classes, terms of the index."""

from collections.abc import Mapping
from datetime import date

from ikusei.rotation.models import GrowthTerms


def rates_on(day: date) -> Mapping[str, tuple[float, float]]:
    """Growth class -> (rho of GQ, rho of DQ) in force on a day; of equal days the one recorded last counts. One query."""
    rows = (
        GrowthTerms.objects.filter(from_date__lte=day)
        .order_by("from_date", "pk")
        .values_list("growth_class__key", "rho_gq", "rho_dq")
    )
    return {key: (float(gq), float(dq)) for key, gq, dq in rows}
