"""Raters far from the others: a question for stewards where there is enough data, silence where there is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ikusei.skills.models import Cycle
from ikusei.skills.queries.outliers import Leaning, Said, leanings
from ikusei.skills.services import confirming
from ikusei.skills.tests.confirmation.cast import participant, seen
from tests.office import Office
from tests.page_client import PageClient

type ClientAs = Callable[[object], PageClient]


def said(rater: str, differences: list[int], people: int = 4) -> list[Said]:
    """Decisions of one rater on skill after skill, spread over some people."""
    return [
        Said(rater, ord(rater) * 100 + place % people, place % 5, one)
        for place, one in enumerate(differences)
    ]


def of(found: list[Leaning], rater: str) -> Leaning:
    return next(one for one in found if one.rater == rater)


USUAL = [0, 0, -1, 0, 0, 0, 1, 0, 0, -1, 0, 0]


def test_a_rater_who_sees_a_level_less_than_all_others_is_asked_about() -> None:
    rows = [one for rater in "abcde" for one in said(rater, USUAL)]
    found = leanings([*rows, *said("f", [-1] * 12)])
    assert [one.rater for one in found if one.asks] == ["f"]
    assert found[0].rater == "f"
    assert found[0].leaning is not None
    assert -1.2 < found[0].leaning < -0.8
    assert not found[0].is_higher


def test_where_everybody_differs_alike_nobody_is_asked_about() -> None:
    found = leanings([one for rater in "abcdef" for one in said(rater, [-1] * 12)])
    assert not any(one.asks for one in found)


def test_less_than_half_a_level_is_never_asked_about() -> None:
    rows = [one for rater in "abcde" for one in said(rater, [0] * 12)]
    found = leanings([*rows, *said("f", [-1, 0, 0, 0] * 3)])
    assert not any(one.asks for one in found)


@pytest.mark.parametrize(("decisions", "people"), [(9, 4), (12, 2)])
def test_a_rater_with_few_decisions_or_people_has_not_enough_data(decisions: int, people: int) -> None:
    rows = [one for rater in "abcde" for one in said(rater, USUAL)]
    found = of(leanings([*rows, *said("f", [-2] * decisions, people)]), "f")
    assert (found.leaning, found.score, found.asks) == (None, None, False)


def test_a_cycle_with_few_raters_says_nothing() -> None:
    rows = [one for rater in "abc" for one in said(rater, USUAL)]
    assert {one.leaning for one in leanings([*rows, *said("f", [-2] * 12)])} == {None}


def test_a_rater_of_another_skill_mix_is_not_asked_about() -> None:
    """Everybody sees the last skill a level lower: whoever rates it most does not stand out."""
    rows = [
        Said(rater, place, place % 5, -1 if place % 5 == 4 else 0) for rater in "abcde" for place in range(15)
    ]
    mostly = [Said("f", 100 + place, 4 if place < 10 else 0, -1 if place < 10 else 0) for place in range(12)]
    assert not of(leanings([*rows, *mostly]), "f").asks


def test_the_page_says_that_there_is_not_enough_data(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    confirming.confirm_unchanged(actor=office.viewer("manager"), seen=seen(participant(cycle, office)))
    page = client_as("steward").open(f"/cycles/{cycle.public_id}/raters/")
    assert "データ不足" in page
    assert "江口 実" in page


@pytest.mark.parametrize("key", ["manager", "planner", "executive", "owner", "academy"])
def test_how_raters_lean_is_for_stewards_only(cycle: Cycle, client_as: ClientAs, key: str) -> None:
    client_as(key).open(f"/cycles/{cycle.public_id}/raters/", status=403)
