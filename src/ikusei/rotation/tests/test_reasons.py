"""Why, why not, what if: asked of rounds made by hand and by chance, without a database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation

from ikusei.rotation.compiling import compile_problem
from ikusei.rotation.considerations import Considerations
from ikusei.rotation.picture import (
    OF_REJECTION,
    MoveFacts,
    Picture,
    ProtectedFacts,
    QuotaFacts,
    RestrictionFacts,
    seating,
)
from ikusei.rotation.reasons import personal, words
from ikusei.rotation.reasons.seats import (
    AGAINST,
    FOR,
    RULE,
    Alternative,
    Priced,
    Reason,
    growth,
    planned,
    stints,
)
from ikusei.rotation.reasons.wishes import Wish, ask
from ikusei.rotation.rules import apply_steps, breaches, sentences
from ikusei.rotation.rules.scene import Scene
from ikusei.rotation.tests import scenes
from ikusei.rotation.tests.scenes import person, picture, post

HERE, THERE = 1, 2


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Sentences in English, and job types by their keys: their names stand in the database."""
    for module in (sentences, words, personal):
        monkeypatch.setattr(module, "job_type_name", str)
    with translation.override("en"):
        yield


def restricted(kind: str, *posts: int) -> tuple[RestrictionFacts, ...]:
    return (RestrictionFacts("p1", kind, frozenset(posts), 2026, 2031, "the mayor’s reason", 7),)


KEPT_OUT = {
    "grade": picture([post(1), post(2, grades=frozenset({"主任"}))], [person("p1", 1, grade="主事")]),
    "job-type": picture([post(1), post(2, job_types=frozenset({"b"}))], [person("p1", 1, job_type="a")]),
    "level": picture([post(1), post(2, needs={"cloud": 3})], [person("p1", 1, levels={"cloud": 1})]),
    "tenure-min": picture([post(1), post(2)], [person("p1", 1, date(2025, 4, 1))]),
    "capacity": picture(
        [post(1), post(2, capacity=1), post(3)], [person("p1", 1), person("p2", 2, date(2024, 4, 1))]
    ),
    "forbid": picture([post(1), post(2)], [person("p1", 1)], restrictions=restricted("forbid", 2)),
    "pin": picture([post(1), post(2)], [person("p1", 1)], restrictions=restricted("pin", 1)),
    "one-of": picture([post(1), post(2)], [person("p1", 1)], restrictions=restricted("one-of", 1)),
    "protected": picture(
        [post(1), post(2)], [person("p1", 1)], protected=(ProtectedFacts("p1", "stay", None),)
    ),
    "quota": picture(
        [post(1), post(2, path="/2/12/", employer_id=scenes.HOST, is_host=True)],
        [person("p1", 1)],
        quotas=(QuotaFacts(2, "Host", 0),),
    ),
    "promotion": picture([post(1, grade="主事"), post(2, grade="主任")], [person("p1", 1, grade="主事")]),
    "closed": picture([post(1), post(2, until_year=2026)], [person("p1", 1)]),
    "absent-yet": picture([post(1), post(2)], [person("p1", None, from_year=2027, base=(None,) * 5)]),
    "absent-gone": picture([post(1), post(2)], [person("p1", 1, until_year=2026)]),
}
"""Rule -> a round in which it keeps p1 out of post 2 in FY2026."""


def told(round_: Picture, wish: Wish, rule: str, *, is_section: bool = True) -> str:
    (binding,) = [one for one in wish.binding if one.breach.rule == rule]
    return words.freeing(binding, round_, is_section=is_section)


@pytest.mark.parametrize("rule", KEPT_OUT)
def test_every_rule_that_keeps_somebody_out_is_told_with_what_would_free_the_seat(rule: str) -> None:
    round_ = KEPT_OUT[rule]
    wish = ask(round_, [], "p1", THERE, 2026)
    assert rule in {one.breach.rule for one in wish.binding}
    assert not wish.is_free
    assert told(round_, wish, rule)


def test_where_no_rule_keeps_somebody_out_nothing_binds() -> None:
    wish = ask(picture([post(1), post(2)], [person("p1", 1)]), [], "p1", THERE, 2026)
    assert wish.is_free
    assert not wish.is_there
    assert ask(picture([post(1), post(2)], [person("p1", 1)]), [], "p1", HERE, 2026).is_there


def test_a_move_that_is_too_early_is_free_once_the_years_are_served() -> None:
    round_ = KEPT_OUT["tenure-min"]
    wish = ask(round_, [], "p1", THERE, 2026)
    assert wish.free_from == 2027
    assert "years: 1" in told(round_, wish, "tenure-min")


def test_a_level_two_short_frees_one_below_what_is_asked() -> None:
    round_ = KEPT_OUT["level"]
    assert "level 2 in cloud" in told(round_, ask(round_, [], "p1", THERE, 2026), "level")
    nearer = replace(round_, people={"p1": person("p1", 1, levels={"cloud": 2})})
    assert ask(nearer, [], "p1", THERE, 2026).is_free


def test_a_full_post_is_freed_by_whoever_sits_there_and_may_go() -> None:
    round_ = KEPT_OUT["capacity"]
    (binding,) = ask(round_, [], "p1", THERE, 2026).binding
    assert {choice.person for choice in binding.choices} == {"p2"}


@pytest.mark.parametrize("rule", ["forbid", "pin", "one-of"])
def test_a_decision_is_freed_by_lifting_it(rule: str) -> None:
    (binding,) = ask(KEPT_OUT[rule], [], "p1", THERE, 2026).binding
    assert [choice.kind for choice in binding.choices] == ["lift"]


def test_the_forbid_of_a_rejected_move_is_freed_by_the_rejection_alone() -> None:
    round_ = KEPT_OUT["forbid"]
    (one,) = round_.restrictions
    round_ = replace(round_, restrictions=(replace(one, held=OF_REJECTION),))
    wish = ask(round_, [], "p1", THERE, 2026)
    assert [binding.choices for binding in wish.binding] == [()]
    assert "if the rejection" in told(round_, wish, "forbid")


def test_a_protected_reason_is_told_to_the_section_alone() -> None:
    round_ = KEPT_OUT["protected"]
    wish = ask(round_, [], "p1", THERE, 2026)
    assert told(round_, wish, "protected") != told(round_, wish, "protected", is_section=False)
    assert told(round_, wish, "protected", is_section=False) == str(words.MASKED_FREES)


def test_what_the_left_post_would_lack_is_a_price_and_no_hindrance() -> None:
    round_ = picture([post(1, minimum=1), post(2)], [person("p1", 1)])
    wish = ask(round_, [], "p1", THERE, 2026)
    assert wish.is_free
    assert {one.rule for one in wish.prices} == {"minimum"}


@pytest.mark.parametrize("seed", range(4))
def test_every_change_that_is_proposed_frees_the_seat_by_chance(seed: int) -> None:
    round_, moves = scenes.by_chance(seed)
    for key in list(round_.people)[:5]:
        for place in list(round_.posts)[:4]:
            wish = ask(round_, moves, key, place, 2027)
            for binding in wish.binding:
                assert binding.breach.rule in words.FREES
                put = [] if wish.is_there else [wish.step]
                for choice in binding.choices:
                    then, after = apply_steps(round_, moves, [*put, *choice.steps])
                    left = [
                        one for one in breaches(then, seating(then, after)) if one.key == binding.breach.key
                    ]
                    assert seating(then, after).at(key, 2027) == place
                    assert all(one.facts["over"] < binding.breach.facts["over"] for one in left)


@pytest.mark.parametrize("seed", range(4))
def test_a_seat_that_is_free_hinders_no_order_by_chance(seed: int) -> None:
    round_, moves = scenes.by_chance(seed)
    for key in list(round_.people)[:5]:
        for place in list(round_.posts)[:4]:
            wish = ask(round_, moves, key, place, 2027)
            if wish.is_there or not wish.is_free:
                continue
            _same, after = apply_steps(round_, moves, [wish.step])
            hinders = [
                one
                for one in breaches(round_, seating(round_, after))
                if one.is_must and one.person == key and one.post == place and one.year == 2027
            ]
            assert hinders == []


# --- Prices -----------------------------------------------------------------------------------------------------


def priced(round_: Picture, seats: dict[int, float], **rows: Sequence[str | None]) -> Priced:
    """A plan that leaves everybody where they sit, with a price for the seats of some posts in every year."""
    problem = compile_problem(round_)
    assignments = {
        one.id: rows.get(one.id, [one.current.post if one.current else None] * 5) for one in problem.people
    }
    prices = {str(number): [price] * 5 for number, price in seats.items()}
    return Priced(problem, assignments, prices, {})


@pytest.fixture
def three() -> Picture:
    """Three posts alike, two people, one of whom wishes for the third post."""
    return picture(
        [post(1, tenure_max=9), post(2, tenure_max=9), post(3, tenure_max=9, capacity=1)],
        [person("p1", 1, wishes=(3,)), person("p2", 2)],
    )


def test_alternatives_are_told_cheapest_first_beside_the_seat_of_the_plan(three: Picture) -> None:
    found = priced(three, {2: 5.0, 3: 400.0})
    others = found.alternatives("p1", 2026)
    assert [one.post for one in others] == [2, 3]
    assert [one.points for one in others] == sorted(one.points for one in others)
    assert found.pinned("p1", 2, 2026) == others[0].points
    assert found.forbidden("p1", 1, 2026) == others[0].points
    assert others[0].points > 0


def test_a_dearer_seat_is_so_much_worse(three: Picture) -> None:
    cheap, dear = priced(three, {3: 400.0}), priced(three, {3: 407.0})
    there, then = cheap.pinned("p1", 3, 2026), dear.pinned("p1", 3, 2026)
    assert there is not None
    assert then is not None
    assert then - there == pytest.approx(14.0), "two years at least are served there"


def test_what_the_planner_forbids_has_no_price(three: Picture) -> None:
    forbidden = replace(three, restrictions=restricted("forbid", 3))
    found = priced(forbidden, {})
    assert found.pinned("p1", 3, 2026) is None
    only = replace(three, restrictions=restricted("pin", 1))
    assert priced(only, {}).forbidden("p1", 1, 2026) is None


def test_a_price_counts_who_may_sit_there_and_who_wished_for_it(three: Picture) -> None:
    price = priced(three, {3: 37.0}).price(three, 3, 2028)
    assert price is not None
    assert (price.qualified, price.wishing, price.seats) == (2, 1, 1)
    said = words.price_sentence(price, three)
    assert "in FY2028 costs 37 points, because 1 qualified person wished for it" in said
    closed = replace(three, restrictions=restricted("forbid", 3))
    shut = priced(closed, {3: 37.0}).price(closed, 3, 2028)
    assert shut is not None
    assert (shut.qualified, shut.wishing) == (1, 0)
    assert "Nobody wished for it" in words.price_sentence(shut, three)


@pytest.mark.parametrize(("price", "said"), [(0.0, "costs nothing"), (-12.0, "is worth 12 points")])
def test_a_seat_without_a_price_and_one_that_lacks_people_say_so(
    three: Picture, price: float, said: str
) -> None:
    found = priced(three, {3: price}).price(three, 3, 2026)
    assert found is not None
    assert said in words.price_sentence(found, three)


@pytest.mark.parametrize(
    ("points", "said"),
    [(12.2, "12 points worse"), (1.0, "1 point worse"), (0.2, "no difference"), (-3.0, "3 points better")],
)
def test_an_alternative_says_how_much_worse_it_is(points: float, said: str) -> None:
    assert words.alternative_words(Alternative(1, points)).startswith(said)


@pytest.mark.parametrize("kind", ["pin", "forbid"])
def test_an_estimate_says_when_nothing_is_possible(kind: str) -> None:
    assert "Estimate" not in words.estimate_words(kind, None)
    assert "7 points worse" in words.estimate_words(kind, 7.0)


# --- What speaks for a seat -------------------------------------------------------------------------------------


def reasons(
    round_: Picture, said: Considerations | None = None, **rows: Sequence[str | None]
) -> list[list[Reason]]:
    found = priced(round_, {}, **rows)
    scene = planned(round_, found)
    return [list(stint.reasons) for stint in stints(scene, "p1", said or Considerations())]


def kinds(found: list[Reason]) -> dict[str, str]:
    return {one.kind: one.side for one in found}


def test_a_term_that_is_over_and_a_wish_speak_for_a_move() -> None:
    round_ = picture([post(1), post(2)], [person("p1", 1, date(2022, 4, 1), wishes=(2,))])
    ((there),) = reasons(round_, p1=["2"] * 4 + ["2"])
    found = kinds(there)
    assert found["tenure-over"] == RULE
    assert found["wish"] == FOR
    assert found["value-before"] == FOR
    assert all(words.reason_sentence(one, round_) for one in there)


def test_who_may_not_leave_yet_is_told_so() -> None:
    round_ = picture([post(1), post(2)], [person("p1", 1, date(2025, 4, 1))])
    stays, goes = reasons(round_, p1=["1", "2", "2", "2", "2"])
    assert "tenure-short" in kinds(stays)
    assert "tenure-served" in kinds(goes)


def test_what_chiefs_hosts_and_sheets_say_counts_on_its_side() -> None:
    round_ = picture([post(1)], [person("p1", 1)])
    said = Considerations(intents={"p1": "move"}, opinions={"p1": "stay"}, host_says={"p1": "stay"})
    ((found),) = reasons(round_, said)
    assert kinds(found) | {} == {
        "value": RULE,
        "intent-move": AGAINST,
        "opinion-stay": FOR,
        "host-stay": FOR,
    }


def test_levels_are_told_met_short_or_unknown() -> None:
    posts = [post(1), post(2, needs={"cloud": 3, "data": 1})]
    rows: list[str | None] = ["2"] * 5
    for levels, kind in (
        ({"cloud": 3, "data": 2}, "levels-met"),
        ({"cloud": 2, "data": 1}, "levels-short"),
        ({}, "levels-unknown"),
    ):
        round_ = picture(posts, [person("p1", 1, levels=levels)])
        ((found),) = reasons(round_, p1=rows)
        assert kind in kinds(found)
        assert all(words.reason_sentence(one, round_) for one in found)


def test_who_is_needed_in_a_post_is_told_so() -> None:
    posts = [post(1, minimum=1, expert_axis="gq", expert_count=1, expert_level=40)]
    ((found),) = reasons(picture(posts, [person("p1", 1)]))
    assert kinds(found)["minimum"] == FOR
    assert kinds(found)["expert"] == FOR
    ((spare),) = reasons(picture(posts, [person("p1", 1), person("p2", 1)]))
    assert {"minimum", "expert"}.isdisjoint(kinds(spare))


def test_a_decision_is_told_with_its_reason() -> None:
    round_ = picture([post(1), post(2)], [person("p1", 1)], restrictions=restricted("pin", 1))
    ((found),) = reasons(round_)
    (pin,) = [one for one in found if one.kind == "pin"]
    assert "the mayor’s reason" in words.reason_sentence(pin, round_)


def test_a_seat_that_is_fixed_says_so_where_no_decision_does() -> None:
    round_ = picture([post(1)], [person("p1", 1)])
    scene = Scene(seating(round_, []))
    (fixed,) = stints(scene, "p1", Considerations(), {(1, 2027)})
    assert kinds(list(fixed.reasons))["fixed"] == RULE
    (free,) = stints(scene, "p1", Considerations(), {(2, 2027)})
    assert "fixed" not in kinds(list(free.reasons))
    pinned = replace(round_, restrictions=restricted("pin", 1))
    (decided,) = stints(Scene(seating(pinned, [])), "p1", Considerations(), {(1, 2026)})
    assert {"pin", "fixed"} & kinds(list(decided.reasons)).keys() == {"pin"}


def test_the_index_is_told_against_its_aim_and_against_staying() -> None:
    round_ = picture([post(1), post(2, growth="govtech")], [person("p1", 1, gq=60.0, dq=20.0)])
    found = priced(round_, {}, p1=["2"] * 5)
    grown = growth(planned(round_, found), "p1")
    assert grown is not None
    assert grown.side == FOR
    assert grown.facts["dq"] > grown.facts["dq_stays"]
    away = growth(Scene(seating(round_, [])), "p1")
    assert away is not None
    assert away.side == RULE, "staying is no better than staying"


# --- To the person ----------------------------------------------------------------------------------------------

SAID = {
    "grade": "of these grades",
    "job-type": "of these job types",
    "level": "on record for you is level 1",
    "tenure-min": "at least so many years: 2",
    "capacity": "no free seat",
    "quota": "is limited each year",
    "promotion": "changes the bureau",
    "closed": "does not exist",
}


@pytest.mark.parametrize("rule", SAID)
def test_the_person_is_told_the_rule_and_the_own_figures(rule: str) -> None:
    round_ = KEPT_OUT[rule]
    said = " ".join(personal.sentences(ask(round_, [], "p1", THERE, 2026), round_))
    assert SAID[rule] in said


def test_the_person_is_told_from_when_on_it_is_open() -> None:
    round_ = KEPT_OUT["tenure-min"]
    assert "from FY2027 on" in " ".join(personal.sentences(ask(round_, [], "p1", THERE, 2026), round_))


@pytest.mark.parametrize("rule", ["forbid", "pin", "one-of", "protected"])
def test_decisions_and_protected_reasons_are_left_to_a_human(rule: str) -> None:
    round_ = KEPT_OUT[rule]
    assert personal.sentences(ask(round_, [], "p1", THERE, 2026), round_) == []


def test_where_no_rule_stood_against_a_wish_the_person_is_told_so() -> None:
    round_ = picture([post(1), post(2)], [person("p1", 1)])
    assert personal.sentences(ask(round_, [], "p1", THERE, 2026), round_) == [str(personal.WEIGHED)]


@pytest.mark.parametrize("seed", range(6))
def test_no_words_to_a_person_name_anybody_else_or_a_decision(seed: int) -> None:
    round_, moves = scenes.by_chance(seed)
    for key in list(round_.people)[:6]:
        for place in list(round_.posts)[:4]:
            said = " ".join(personal.sentences(ask(round_, moves, key, place, 2026), round_))
            assert "Person p" not in said
            assert "a reason" not in said


def test_a_draft_that_moves_somebody_is_what_the_rules_are_asked_of() -> None:
    round_ = picture([post(1), post(2, capacity=1), post(3)], [person("p1", 1), person("p2", 3)])
    taken = [MoveFacts("p2", 2026, THERE)]
    assert ask(round_, [], "p1", THERE, 2026).is_free
    assert not ask(round_, taken, "p1", THERE, 2026).is_free
