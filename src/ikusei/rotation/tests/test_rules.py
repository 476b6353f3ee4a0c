"""Rules of rotation: each breach is found, says itself, and its smallest change removes it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ikusei.rotation.picture import (
    CONCURRENT,
    DISPATCH,
    MoveFacts,
    Picture,
    ProtectedFacts,
    QuotaFacts,
    RestrictionFacts,
    seating,
)
from ikusei.rotation.rules import Breach, apply_steps, breaches, breaches_of, sentences
from ikusei.rotation.rules.scene import whole_years
from ikusei.rotation.rules.sentences import choice_sentence, fix_sentence, grouped, sentence, tell
from ikusei.rotation.tests import scenes
from ikusei.rotation.tests.scenes import person, picture, post


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Sentences in English, and job types by their keys: their names stand in the database."""
    monkeypatch.setattr(sentences, "job_type_name", str)
    with translation.override("en"):
        yield


def found(picture: Picture, *moves: MoveFacts) -> list[Breach]:
    return breaches(picture, seating(picture, moves))


def only(picture: Picture, rule: str, *moves: MoveFacts) -> Breach:
    """The one breach of a rule."""
    (breach,) = [one for one in found(picture, *moves) if one.rule == rule]
    return breach


def rules(picture: Picture, *moves: MoveFacts) -> set[str]:
    return {one.rule for one in found(picture, *moves)}


def assert_fixed(picture: Picture, breach: Breach, *moves: MoveFacts) -> None:
    """Fail unless the choices of the fix, as many together as are needed, remove the breach."""
    assert breach.fix is not None
    assert len(breach.fix.choices) >= breach.fix.needed
    if breach.fix.needed == 1:
        tries = [choice.steps for choice in breach.fix.choices]
    else:
        together = breach.fix.choices[: breach.fix.needed]
        tries = [tuple(step for choice in together for step in choice.steps)]
    for steps in tries:
        after, left = apply_steps(picture, moves, steps)
        assert breach.key not in {one.key for one in breaches(after, seating(after, left))}, steps


@pytest.mark.parametrize(
    ("since", "years"),
    [
        (date(2025, 4, 1), 1),
        (date(2025, 10, 1), 1),
        (date(2025, 10, 2), 0),
        (date(2024, 10, 1), 2),
        (date(2026, 4, 1), 0),
    ],
)
def test_half_a_year_or_more_counts_as_a_year_in_a_post(since: date, years: int) -> None:
    assert whole_years(since, scenes.ON) == years


def test_who_leaves_before_the_shortest_term_stays_the_missing_years() -> None:
    round_ = picture([post(1, tenure_min=3), post(2)], [person("p1", 1, date(2025, 4, 1))])
    move = MoveFacts("p1", 2027, 2)
    breach = only(round_, "tenure-min", move)
    assert (breach.year, breach.facts["served"], breach.facts["least"]) == (2027, 2, 3)
    assert breach.fix is not None
    (choice,) = breach.fix.choices
    after, moves = apply_steps(round_, [move], choice.steps)
    assert seating(after, moves).main["p1"] == (1, 1, 2, 2, 2)
    assert fix_sentence(breach.fix, round_) == (
        "Person p1 stays in Post 1 (Section 1) until the end of FY2027, years longer: 1."
    )


def test_past_years_count_towards_the_longest_term() -> None:
    round_ = picture([post(1), post(2)], [person("p1", 1, date(2023, 4, 1))])
    breach = only(round_, "tenure-max")
    assert (breach.year, breach.facts["served"], breach.facts["most"]) == (2027, 4, 4)
    assert_fixed(round_, breach)


def test_a_one_year_post_is_left_after_the_year() -> None:
    round_ = picture(
        [post(1), post(2, tenure_min=1, tenure_max=1, is_host=True)], [person("p1", 1, date(2024, 4, 1))]
    )
    move = MoveFacts("p1", 2026, 2, kind=DISPATCH, until_year=2028, return_post=1)
    breach = only(round_, "dispatch-year", move)
    assert breach.year == 2027
    assert_fixed(round_, breach, move)


def test_a_dispatch_without_a_return_gets_the_post_left_as_return() -> None:
    round_ = picture(
        [post(1), post(2, tenure_min=1, tenure_max=1, is_host=True)], [person("p1", 1, date(2024, 4, 1))]
    )
    move = MoveFacts("p1", 2026, 2, kind=DISPATCH)
    breach = only(round_, "dispatch-return", move)
    assert_fixed(round_, breach, move)
    assert breach.fix is not None
    (choice,) = breach.fix.choices
    assert choice.steps[0].move is not None
    assert (choice.steps[0].move.until_year, choice.steps[0].move.return_post) == (2027, 1)


def test_the_seat_kept_for_a_return_is_free_when_they_come_back() -> None:
    round_ = picture(
        [post(1, capacity=1), post(2, tenure_min=1, tenure_max=1, is_host=True), post(3)],
        [person("p1", 1, date(2024, 4, 1)), person("p2", 3, date(2024, 4, 1))],
    )
    moves = [
        MoveFacts("p1", 2026, 2, kind=DISPATCH, until_year=2027, return_post=1, id=1),
        MoveFacts("p2", 2026, 1, id=2),
    ]
    breach = only(round_, "reserved", *moves)
    assert (breach.person, breach.post, breach.year) == ("p1", 1, 2027)
    assert_fixed(round_, breach, *moves)


def test_a_grade_that_the_post_does_not_take_is_a_must_for_who_comes_and_told_of_who_sits() -> None:
    posts = [post(1), post(2, grades=frozenset({"課長"}))]
    comes = picture(posts, [person("p1", 1, grade="主事")])
    breach = only(comes, "grade", MoveFacts("p1", 2026, 2))
    assert breach.is_must
    assert_fixed(comes, breach, MoveFacts("p1", 2026, 2))
    sits = picture(posts, [person("p1", 2, grade="主事")])
    assert not only(sits, "grade").is_must


def test_one_level_short_is_told_and_two_are_a_must() -> None:
    posts = [post(1), post(2, needs={"cloud": 3}), post(3)]
    move = MoveFacts("p1", 2026, 2)
    one = picture(posts, [person("p1", 1, levels={"cloud": 2})])
    two = picture(posts, [person("p1", 1, levels={"cloud": 1})])
    assert not only(one, "level", move).is_must
    assert only(two, "level", move).is_must
    assert "level 1 instead of 3 in Cloud, levels short: 2" in sentence(
        only(two, "level", move), two, skill_name=str.capitalize
    )


def test_levels_and_grades_nobody_recorded_are_not_held_against_anybody() -> None:
    posts = [post(1), post(2, needs={"cloud": 3}, grades=frozenset({"主任"}), job_types=frozenset({"a"}))]
    assert rules(picture(posts, [person("p1", 1)]), MoveFacts("p1", 2026, 2)) <= {"tenure-max"}


def test_too_many_people_say_who_could_sit_elsewhere() -> None:
    round_ = picture(
        [post(1, capacity=1), post(2)],
        [person("p1", 1, date(2025, 4, 1)), person("p2", 2, date(2025, 4, 1))],
    )
    move = MoveFacts("p2", 2026, 1)
    breach = only(round_, "capacity", move)
    assert (breach.facts["people"], breach.facts["limit"]) == (2, 1)
    assert breach.fix is not None
    assert breach.fix.choices[0].person == "p2", "who came last goes first"
    assert_fixed(round_, breach, move)


def test_above_the_authorised_headcount_is_told_while_there_are_seats() -> None:
    round_ = picture(
        [post(1, capacity=3, authorised=1), post(2)],
        [person("p1", 1, date(2025, 4, 1)), person("p2", 1, date(2025, 4, 1))],
    )
    breach = only(round_, "headcount")
    assert not breach.is_must
    assert_fixed(round_, breach)


def test_a_seat_below_the_minimum_names_who_could_come() -> None:
    round_ = picture(
        [post(1, minimum=1), post(2), post(3, minimum=1)],
        [person("p1", 2, date(2024, 4, 1)), person("p2", 3, date(2024, 4, 1))],
    )
    breach = only(round_, "minimum")
    assert breach.fix is not None
    assert [choice.person for choice in breach.fix.choices] == ["p1"], "p2 would be missed"
    assert_fixed(round_, breach)


def test_two_missing_people_take_two_choices() -> None:
    round_ = picture(
        [post(1, minimum=2), post(2, capacity=4)],
        [person(f"p{number}", 2, date(2024, 4, 1)) for number in (1, 2, 3)],
    )
    breach = only(round_, "minimum")
    assert breach.fix is not None
    assert breach.fix.needed == 2
    assert_fixed(round_, breach)


def test_a_missing_expert_is_somebody_with_the_index_at_the_start_of_the_year() -> None:
    round_ = picture(
        [post(1, expert_axis="dq", expert_count=1, capacity=3), post(2, growth="govtech", capacity=3)],
        [
            person("p1", 1, date(2025, 4, 1), dq=40),
            person("p2", 2, date(2024, 4, 1), dq=56),
            person("p3", 2, date(2024, 4, 1), dq=54),
        ],
    )
    breach = only(round_, "experts")
    assert breach.fix is not None
    assert [choice.person for choice in breach.fix.choices] == ["p2"]
    assert_fixed(round_, breach)


def test_without_a_free_expert_the_nearest_is_named_with_the_points_short() -> None:
    round_ = picture([post(1, expert_axis="dq", expert_count=1)], [person("p1", 1, dq=52.5)])
    breach = only(round_, "experts")
    assert breach.fix is not None
    assert "Person p1, points short: 2.5" in fix_sentence(breach.fix, round_)


def test_somebody_who_leaves_a_post_could_stay_for_its_memory() -> None:
    round_ = picture([post(1, continuity=1), post(2)], [person("p1", 1, date(2024, 4, 1))])
    move = MoveFacts("p1", 2026, 2)
    breach = next(one for one in found(round_, move) if one.rule == "continuity")
    assert_fixed(round_, breach, move)


def test_nobody_sits_before_they_come_or_after_they_left() -> None:
    round_ = picture(
        [post(1), post(2)],
        [
            person("p1", 1, date(2025, 4, 1), until_year=2028),
            person("p2", None, from_year=2027, is_planned=True),
        ],
    )
    late, early = MoveFacts("p1", 2028, 2, id=1), MoveFacts("p2", 2026, 2, id=2)
    for rule, move in (("absent-gone", late), ("absent-yet", early)):
        assert_fixed(round_, only(round_, rule, late, early), late, early)
        assert only(round_, rule, late, early).person == move.person


def test_a_placeholder_needs_no_seat_before_it_comes() -> None:
    round_ = picture([post(1)], [person("p2", None, from_year=2027, is_planned=True)])
    breach = only(round_, "unassigned")
    assert (breach.year, breach.facts["last"]) == (2027, 2030)
    assert_fixed(round_, breach)


def test_who_sits_outside_the_rotation_is_not_asked_about() -> None:
    assert found(picture([post(1)], [person("p1", 99, base=(None,) * 5)])) == []


def test_a_closed_post_takes_nobody() -> None:
    round_ = picture([post(1, until_year=2028), post(2)], [person("p1", 1, date(2026, 4, 1))])
    breach = only(round_, "closed")
    assert breach.year == 2028
    assert_fixed(round_, breach)


def test_a_move_of_somebody_on_leave_is_told() -> None:
    round_ = picture([post(1), post(2)], [person("p1", 1, date(2024, 4, 1), is_away=True)])
    move = MoveFacts("p1", 2026, 2)
    assert_fixed(round_, only(round_, "away", move), move)


def test_two_main_posts_of_a_year_are_told() -> None:
    round_ = picture([post(1), post(2), post(3)], [person("p1", 1)])
    moves = [MoveFacts("p1", 2026, 2, id=1), MoveFacts("p1", 2026, 3, id=2)]
    assert only(round_, "two-mains", *moves).facts["other"] == 2


def test_shares_add_up_to_one_person() -> None:
    round_ = picture([post(1), post(2)], [person("p1", 1, date(2025, 4, 1))])
    move = MoveFacts("p1", 2026, 2, kind=CONCURRENT, share=0.3)
    breach = only(round_, "shares", move)
    assert breach.facts["total"] == pytest.approx(1.3)
    assert_fixed(round_, breach, move)
    less = (MoveFacts("p1", 2026, 1, share=0.8), replace(move, share=0.4))
    smaller = only(round_, "shares", *less)
    assert smaller.fix is not None
    assert smaller.fix.choices[0].share == pytest.approx(0.2)
    assert_fixed(round_, smaller, *less)


def test_nobody_holds_a_post_twice() -> None:
    round_ = picture([post(1)], [person("p1", 1, date(2025, 4, 1))])
    move = MoveFacts("p1", 2026, 1, kind=CONCURRENT, share=0.0)
    assert_fixed(round_, only(round_, "same-post", move), move)


@pytest.mark.parametrize(("kind", "posts"), [("pin", {2}), ("forbid", {1}), ("one-of", {2, 3})])
def test_a_decision_is_followed_or_lifted(kind: str, posts: set[int]) -> None:
    one = RestrictionFacts("p1", kind, frozenset(posts), 2026, 2028, "as agreed", id=7)
    round_ = picture([post(1), post(2), post(3)], [person("p1", 1, date(2024, 4, 1))], restrictions=(one,))
    breach = only(round_, kind)
    assert breach.fix is not None
    assert breach.fix.choices[-1].kind == "lift"
    assert len(breach.fix.choices) > 1
    assert_fixed(round_, breach)
    assert "as agreed" in sentence(breach, round_)


def test_what_a_rejected_move_forbids_is_not_lifted_and_what_holds_for_all_drafts_by_the_section_alone() -> (
    None
):
    def told(held: str, *, is_section: bool) -> tuple[set[str], str]:
        one = RestrictionFacts("p1", "forbid", frozenset({1}), 2026, 2028, "as agreed", id=7, held=held)
        round_ = picture([post(1), post(2)], [person("p1", 1, date(2024, 4, 1))], restrictions=(one,))
        found = tell(only(round_, "forbid"), round_, is_section=is_section)
        return {choice.choice.kind for choice in found.choices}, found.fix

    assert told("draft", is_section=False)[0] == {"go", "lift"}
    assert told("round", is_section=True)[0] == {"go", "lift"}
    assert told("round", is_section=False)[0] == {"go"}
    kinds, fix = told("rejection", is_section=True)
    assert kinds == {"go"}
    assert "as long as the rejection does" in fix


def test_promotion_changes_the_bureau() -> None:
    posts = [
        post(1, path="/1/11/", grade="主事"),
        post(2, path="/1/12/", grade="主任"),
        post(3, path="/3/13/", grade="主任"),
    ]
    round_ = picture(posts, [person("p1", 1, date(2024, 4, 1), grade="主事")])
    move = MoveFacts("p1", 2026, 2)
    assert_fixed(round_, only(round_, "promotion", move), move)
    assert "promotion" not in rules(round_, MoveFacts("p1", 2026, 3))
    promoted = person("p1", 1, date(2024, 4, 1), grade="主任", grade_since=date(2025, 10, 1))
    stays = picture(posts, [promoted])
    assert_fixed(stays, only(stays, "promoted"))
    moved = person("p1", 1, date(2025, 10, 1), grade="主任", grade_since=date(2025, 10, 1))
    assert "promoted" not in rules(picture(posts, [moved]))


def test_a_protected_reason_is_masked_for_all_but_the_personnel_section() -> None:
    round_ = picture(
        [post(1), post(2)],
        [person("p1", 1, date(2024, 4, 1))],
        protected=(ProtectedFacts("p1", "stay", None),),
    )
    move = MoveFacts("p1", 2026, 2)
    breach = only(round_, "protected", move)
    assert sentence(breach, round_) == (
        "Person p1, FY2026: a reason the personnel section knows speaks against this move."
    )
    assert "asked for no move" in sentence(breach, round_, is_section=True)
    assert_fixed(round_, breach, move)


def test_a_wished_post_is_within_a_protected_wish_for_some_posts_only() -> None:
    asks = (ProtectedFacts("p1", "place", date(2027, 3, 31)),)
    round_ = picture(
        [post(1), post(2), post(3)], [person("p1", 1, date(2024, 4, 1), wishes=(2,))], protected=asks
    )
    assert "protected" not in rules(round_, MoveFacts("p1", 2026, 2))
    assert "protected" in rules(round_, MoveFacts("p1", 2026, 3))
    assert "protected" not in rules(round_, MoveFacts("p1", 2027, 3)), "the reason has ended"


def test_more_moves_into_a_host_than_it_takes() -> None:
    round_ = picture(
        [post(1, capacity=3), post(2, path="/2/12/", is_host=True)],
        [person("p1", 1, date(2024, 4, 1)), person("p2", 1, date(2024, 4, 1))],
        quotas=(QuotaFacts(2, "Host", 1),),
    )
    moves = [MoveFacts("p1", 2026, 2, id=1), MoveFacts("p2", 2026, 2, id=2)]
    assert_fixed(round_, only(round_, "quota", *moves), *moves)


@pytest.mark.parametrize("language", ["en", "ja"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
@example(seed=920)  # two concurrent moves to one post
def test_every_smallest_change_removes_its_breach_and_says_what_it_does(language: str, seed: int) -> None:
    round_, moves = scenes.by_chance(seed)
    with translation.override(language):
        for breach in found(round_, *moves):
            assert sentence(breach, round_)
            assert breach.fix is not None
            assert fix_sentence(breach.fix, round_)
            assert all(choice_sentence(choice, round_) for choice in breach.fix.choices)
            if len(breach.fix.choices) >= breach.fix.needed:
                assert_fixed(round_, breach, *moves)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_one_move_checked_alone_finds_what_the_whole_check_finds(seed: int) -> None:
    round_, moves = scenes.by_chance(seed)
    key = moves[0].person
    whole = {one.key for one in found(round_, *moves)}
    part = breaches_of(round_, seating(round_, moves), [key], round_.posts)
    assert {one.key for one in part} <= whole
    assert {one for one in whole if one[1] == key} == {one.key for one in part if one.person == key}
    assert {one for one in whole if one[1] == ""} == {one.key for one in part if one.person is None}


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_same_rules_are_broken_where_no_change_is_looked_for(seed: int) -> None:
    round_, moves = scenes.by_chance(seed)
    seats = seating(round_, moves)
    bare = breaches(round_, seats, mends=False)
    told = [(one.key, one.facts, one.severity) for one in found(round_, *moves)]
    assert told == [(one.key, one.facts, one.severity) for one in bare]
    assert not any(
        one.fix.choices for one in bare if one.fix is not None and one.rule in {"minimum", "capacity"}
    )


def test_groups_begin_with_what_hinders_most_orders() -> None:
    round_, moves = scenes.by_chance(3)
    groups = grouped(found(round_, *moves), round_)
    assert [group.musts for group in groups] == sorted((group.musts for group in groups), reverse=True)
    assert sum(len(group.told) for group in groups) == len(found(round_, *moves))


def test_one_move_is_checked_within_20_milliseconds_among_250_people_and_100_posts() -> None:
    round_, moves = scenes.by_chance(1, posts=100, people=250, moves=120)
    taken = []
    for move in moves[:20]:
        begun = time.process_time()
        seats = seating(round_, moves)
        posts = [post for post in (move.post, move.from_post) if post is not None]
        breaches_of(round_, seats, [move.person], posts)
        taken.append(time.process_time() - begun)
    assert sorted(taken)[len(taken) // 2] < 0.02
