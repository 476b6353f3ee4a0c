"""The index: the headroom law, where it starts, and terms that can be read or are refused with their path."""

import copy
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ikusei.rotation import index, index_terms
from ikusei.rotation.index import Rate, Service, Targets, Terms
from ikusei.rotation.index_terms import InvalidTerms

RHO = some.floats(0.5, 1.2)


def test_headroom_closes_by_its_share_each_year() -> None:
    assert index.path(40, [0.88, 0.88]) == pytest.approx((47.2, 53.536))  # 60 x 0.88 = 52.8, x 0.88 = 46.464


def test_an_unused_skill_decays_and_never_below_nothing() -> None:
    assert index.after(40, [1.02]) == pytest.approx(38.8)
    assert index.after(0.5, [1.2]) == 0


@given(some.floats(0, 100), some.lists(RHO, max_size=8))
def test_the_order_of_years_does_not_matter(start: float, rhos: list[float]) -> None:
    assert index.after(start, rhos) == pytest.approx(index.after(start, rhos[::-1]))
    assert 0 <= index.after(start, rhos) <= 100


def test_half_life_is_ln_2_over_minus_ln_rho() -> None:
    assert index.half_life(0.88) == pytest.approx(5.4223, abs=1e-3)
    assert index.half_life(1.0) is None
    assert index.half_life(1.02) == pytest.approx(-35.003, abs=1e-2)


def test_dq_starts_from_weighted_levels_over_all_skills() -> None:
    terms = Terms(weights={"cloud": 3})
    skills = ("cloud", "design", "data")
    assert index.dq_start({"cloud": 4, "data": 1}, skills, terms) == pytest.approx(100 * (3 * 4 + 1) / 4 / 5)
    assert [one.points for one in index.dq_terms({"cloud": 4, "data": 1}, skills, terms)] == [60, 0, 5]
    assert index.dq_start({}, (), terms) == 0


def test_gq_starts_from_years_served_by_kind() -> None:
    services = {"law": Service(0.25, 2, "", ""), "line": Service(0.75, 4, "", "")}
    found = index.gq_start({"law": 2.0, "line": 1.0}, Terms(services=services))
    assert found == pytest.approx(100 * (0.25 * (1 - math.exp(-1)) + 0.75 * (1 - math.exp(-0.25))))
    assert index.gq_start({"unknown": 9.0}, Terms(services=services)) == 0


def test_a_shared_year_mixes_rates_by_share_of_time() -> None:
    mixed = index.mixed([(Rate(0.88, 0.98), 0.8), (Rate(1.01, 0.86), 0.2), (Rate(0.1, 0.1), 0.0)])
    assert mixed.gq == pytest.approx(0.88**0.8 * 1.01**0.2)
    assert index.mixed([]) == index.STILL


def test_a_varied_rate_has_a_stronger_or_weaker_effect() -> None:
    assert index.varied(0.88, 0.2) == pytest.approx(1 - 0.12 * 1.2)
    assert index.varied(1.02, -0.2) == pytest.approx(1.016)
    assert index.varied(0.1, 0.2) > 0


def test_shortfall_is_that_of_the_worse_axis() -> None:
    assert index.shortfall((60, 40), Targets(65, 65)) == 25
    assert index.shortfall((70, 66), Targets(65, 65)) == 0


@pytest.mark.parametrize(
    ("gq", "dq", "rate", "opposite"),
    [
        (0.7, 0.3, Rate(0.88, 0.98), False),
        (0.7, 0.3, Rate(1.01, 0.86), True),
        (0.1, 0.9, Rate(0.88, 0.98), True),
        (0.5, 0.5, Rate(1.01, 0.86), False),
        (0.7, 0.3, Rate(0.9, 0.9), False),
    ],
)
def test_a_post_whose_shares_and_class_point_opposite_ways_is_told(
    gq: float, dq: float, rate: Rate, opposite: bool
) -> None:
    assert index.points_opposite(gq, dq, rate) is opposite


def test_what_ikusei_comes_with_reads_back_as_written() -> None:
    terms = index_terms.shipped()
    assert index_terms.parse(index_terms.document(terms)) == terms
    assert terms.service_of("city") == "line"
    assert terms.service_of("city", "bureau_digital_services") == "digital"
    assert terms.service_of("company") == ""


def _without(document: dict[str, Any]) -> None:
    del document["services"]["law"]["tau"]


def _nan(document: dict[str, Any]) -> None:
    document["services"]["law"]["weight"] = math.nan


def _zero(document: dict[str, Any]) -> None:
    document["services"]["law"]["tau"] = 0


def _sum(document: dict[str, Any]) -> None:
    document["services"]["law"]["weight"] = 0.5


def _goal(document: dict[str, Any]) -> None:
    document["goal"] = 1.5


def _flag(document: dict[str, Any]) -> None:
    document["targets"]["gq"] = True


def _high(document: dict[str, Any]) -> None:
    document["targets"]["dq"] = 101


def _extra(document: dict[str, Any]) -> None:
    document["rho"] = 1


def _list(document: dict[str, Any]) -> None:
    document["services"] = []


def _minus(document: dict[str, Any]) -> None:
    document["weights"] = {"cloud": -1}


@pytest.mark.parametrize(
    ("spoil", "path", "reason"),
    [
        (_without, "services.law.tau", InvalidTerms.MISSING),
        (_nan, "services.law.weight", InvalidTerms.NUMBER),
        (_zero, "services.law.tau", InvalidTerms.POSITIVE),
        (_sum, "services", InvalidTerms.SUM),
        (_goal, "goal", InvalidTerms.SHARE),
        (_flag, "targets.gq", InvalidTerms.NUMBER),
        (_high, "targets.dq", InvalidTerms.INDEX),
        (_extra, "rho", InvalidTerms.UNKNOWN),
        (_list, "services", InvalidTerms.OBJECT),
        (_minus, "weights.cloud", InvalidTerms.POSITIVE),
    ],
)
def test_terms_that_cannot_be_read_say_where_and_why(
    spoil: Callable[[dict[str, Any]], None], path: str, reason: str
) -> None:
    document = copy.deepcopy(dict(index_terms.SHIPPED))
    spoil(document)
    with pytest.raises(InvalidTerms) as caught:
        index_terms.parse(document)
    assert (caught.value.path, caught.value.reason) == (path, reason)
