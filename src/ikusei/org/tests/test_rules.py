"""Rules over people facts: who is in, why, and that both always say the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ikusei.org import access
from ikusei.org.grades import GRADES
from ikusei.org.models import (
    Category,
    Employment,
    EmploymentKind,
    Person,
    PostingKind,
)
from ikusei.org.rules import (
    EVERYBODY,
    RuleUnreadable,
    counts,
    describe,
    explain,
    explain_all,
    matching,
    parse,
)
from ikusei.org.rules.facts import FACTS
from ikusei.org.rules.record import records
from ikusei.org.services import people, posts
from tests.office import SINCE, Office
from tests.settings import TODAY

DAYS = (SINCE, date(2025, 2, 28), date(2025, 10, 1), TODAY, date(2026, 7, 1))


def rule_of(*group: dict[str, Any], but: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"groups": [list(group)], "except": list(but)}


def keys(office: Office, data: dict[str, Any], on: date = TODAY) -> set[str]:
    """The members of the cast who are in."""
    by_id = {person.pk: key for key, person in office.people.items()}
    return {by_id[pk] for pk in matching(parse(data), on).values_list("pk", flat=True) if pk in by_id}


@pytest.fixture
def town(office: Office) -> Office:
    """The office with somebody on dispatch, on leave, gone, new, with two employers, and without a post."""
    operator = access.operator()
    posts.end_posting(actor=operator, posting=office.person("colleague").postings.get(), on=date(2025, 4, 1))
    for post, kind, share in (
        ("colleague", PostingKind.HOME, Decimal(0)),
        ("owner-platform", PostingKind.DISPATCH, Decimal(1)),
    ):
        posts.assign(
            actor=operator,
            person=office.person("colleague"),
            post=office.posts[post],
            from_date=date(2025, 4, 1),
            kind=kind,
            share=share,
        )
    people.record_leave(
        actor=operator,
        person=office.person("academy"),
        kind="childcare",
        from_date=date(2025, 9, 1),
        until=date(2026, 6, 1),
    )
    city, govtech = office.employers["city"], office.employers["govtech"]
    gone = {"employer": city, "staff_number": "G", "category": "ict", "until": date(2025, 5, 1)}
    people.add_person(actor=operator, name="退職 済", employment=gone | {"from_date": SINCE})
    new = {"employer": city, "staff_number": "N", "category": "ict", "grade": "専門官", "kind": "fixed-term"}
    people.add_person(
        actor=operator,
        name="採用 新",
        employment=new | {"from_date": date(2026, 4, 1), "entry_route": "経験者採用"},
    )
    people.add_people(
        actor=operator,
        rows=[
            (
                Person(name="二重 雇用"),
                [
                    Employment(
                        employer=city, staff_number="D", category="clerical", grade="主任", from_date=SINCE
                    ),
                    Employment(
                        employer=govtech, staff_number="D", category="ict", from_date=date(2025, 3, 31)
                    ),
                ],
            )
        ],
    )
    people.change_employment(
        actor=operator, employment=office.person("stranger").employments.get(), on=TODAY, grade="主任"
    )
    return office


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "employer": st.sampled_from(["city", "govtech", "nowhere"]),
    "category": st.sampled_from(Category.values),
    "grade": st.sampled_from([*GRADES, "専門官"]),
    "employment_kind": st.sampled_from(EmploymentKind.values),
    "unit": st.integers(1, 8),  # how far the unit stands in the list of units; one stands for none
    "posting": st.sampled_from(PostingKind.values),
    "job_type": st.sampled_from(["software-engineer", "service-designer", "none"]),
    "entry_route": st.sampled_from(["経験者採用", "none"]),
}
NUMBERS = st.integers(0, 30)


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    fact = FACTS[draw(st.sampled_from(sorted(FACTS)))]
    how = str(draw(st.sampled_from(fact.hows)))
    if fact.key in VALUES and how in {"is", "is_not"}:
        return {"fact": fact.key, how: draw(st.lists(VALUES[fact.key], min_size=1, max_size=3))}
    if fact.key == "grade":
        return {"fact": "grade", how: draw(st.sampled_from(list(GRADES)))}
    if how == "is":
        return {"fact": fact.key, how: [draw(st.sampled_from(["yes", "no"]))]}
    return {"fact": fact.key, how: draw(NUMBERS)}


RULES = st.fixed_dictionaries(
    {
        "groups": st.lists(st.lists(conditions(), max_size=3), min_size=1, max_size=3),
        "except": st.lists(conditions(), max_size=2),
    }
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=RULES, on=st.sampled_from(DAYS))
def test_who_is_in_are_those_whose_explanation_says_so(town: Office, data: dict[str, Any], on: date) -> None:
    units = sorted(unit.pk for unit in town.units.values())
    numbered = parse(data).data()
    for condition in [row for group in numbered["groups"] for row in group] + numbered["except"]:
        if condition["fact"] == "unit":
            how = next(name for name in condition if name != "fact")
            condition[how] = [([*units, 999_999] * 2)[number - 1] for number in condition[how]]
    rule = parse(numbered)
    everybody = list(Person.objects.values_list("pk", flat=True))
    told = explain_all(rule, everybody, on)
    found = set(matching(rule, on).values_list("pk", flat=True))
    assert found == {pk for pk, why in told.items() if why.is_in}
    number = counts(rule, on)
    employed = [why for why in told.values() if why.is_employed]
    assert number.total == len(found)
    assert number.employed == len(employed)
    for place, group in enumerate(rule.groups):
        assert number.whole_groups[place] == sum(why.groups[place].holds for why in employed)
        for line in range(len(group)):
            alone = sum(why.groups[place].lines[line].holds for why in employed)
            assert number.groups[place][line] == alone
    for place in range(len(rule.exceptions)):
        assert number.exceptions[place] == sum(why.exceptions[place].holds for why in employed)
    assert parse(rule.data()) == rule


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"fact": "category", "is": ["ict"]}, "owner colleague host_supervisor steward"),
        ({"fact": "grade", "at_least": "課長"}, "manager host_supervisor executive"),
        ({"fact": "posting", "is": ["dispatch"]}, "colleague"),
        ({"fact": "posting", "is": ["concurrent"]}, "owner"),
        ({"fact": "outside", "is": ["yes"]}, "owner colleague"),
        ({"fact": "leave", "is": ["yes"]}, "academy"),
        ({"fact": "leads", "is": ["yes"]}, "manager host_supervisor executive"),
        ({"fact": "job_type", "is": ["software-engineer"]}, "owner"),
        # Dispatched: the post left at home says nothing of the work, and counts as a place all the same.
        ({"fact": "job_type", "is": ["service-designer"]}, ""),
        ({"fact": "months_in_post", "at_most": 12}, "colleague"),
    ],
)
def test_each_fact_finds_its_people(town: Office, condition: dict[str, Any], expected: str) -> None:
    assert keys(town, rule_of(condition)) == set(expected.split())


def test_a_unit_takes_in_all_below_it_and_those_dispatched_from_it(town: Office) -> None:
    digital = {"fact": "unit", "is": [town.units["digital"].pk]}
    services = {"fact": "unit", "is": [town.units["services"].pk]}
    assert keys(town, rule_of(services)) == {"owner", "colleague", "manager"}
    assert keys(town, rule_of(digital)) > keys(town, rule_of(services))


def test_an_exception_takes_out_of_every_group(town: Office) -> None:
    ict = {"fact": "category", "is": ["ict"]}
    dispatched = {"fact": "posting", "is": ["dispatch"]}
    both = {"groups": [[ict], [dispatched]], "except": [dispatched]}
    assert keys(town, both) == {"owner", "host_supervisor", "steward"}


def test_nobody_is_in_whom_nobody_employs(town: Office) -> None:
    gone = Person.objects.get(name="退職 済")
    assert gone.pk not in matching(EVERYBODY, TODAY).values_list("pk", flat=True)
    why = explain(EVERYBODY, gone.pk, TODAY)
    assert not why.is_in
    assert why.reason == "この日にはどこにも任用されていないため、対象外です。"
    assert gone.pk in matching(EVERYBODY, SINCE).values_list("pk", flat=True)


def test_a_person_of_whom_nothing_is_known_gets_an_explanation(db: None) -> None:
    nobody = Person.objects.create(name="名簿外", search="")
    assert not explain(EVERYBODY, nobody.pk, TODAY).is_in


def test_the_population_is_one_statement_and_an_explanation_three_whatever_the_rule(town: Office) -> None:
    rule = parse(
        {
            "groups": [
                [{"fact": "category", "is": ["ict"]}, {"fact": "unit", "is": [town.units["digital"].pk]}],
                [{"fact": "employer", "is": ["city"]}, {"fact": "months_in_post", "at_least": 3}],
            ],
            "except": [{"fact": "leave", "is": ["yes"]}],
        }
    )
    everybody = list(Person.objects.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as queries:
        list(matching(rule, TODAY))
    assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries:
        explain_all(rule, everybody, TODAY)
    assert len(queries) == 3
    with CaptureQueriesContext(connection) as queries:
        counts(rule, TODAY)
    assert len(queries) == 1


def test_an_explanation_tells_each_condition_with_what_is_recorded(town: Office) -> None:
    rule = parse(rule_of({"fact": "category", "is": ["ict"]}, {"fact": "grade", "at_least": "課長代理"}))
    why = explain(rule, town.person("owner").pk, TODAY)
    assert [(line.sentence, line.holds, line.own) for line in why.groups[0].lines] == [
        ("職種がICT職である。", True, "ICT職"),
        ("職級が課長代理以上である。", False, "主任"),
    ]
    assert why.reason == "次の条件を満たさないため、対象外です：職級が課長代理以上である。"
    with translation.override("en"):
        assert explain(rule, town.person("owner").pk, TODAY).reason == (
            "Not in, because this does not hold: The grade is deputy section head or higher."
        )


def test_the_reason_names_the_exception_that_takes_somebody_out(town: Office) -> None:
    rule = parse(rule_of(but=({"fact": "leave", "is": ["yes"]},)))
    with translation.override("en"):
        assert explain(rule, town.person("academy").pk, TODAY).reason == (
            "Not in, because an exception holds: Is on long leave."
        )
        assert explain(rule, town.person("owner").pk, TODAY).reason == (
            "In, because everybody is in who is employed on this day."
        )


def test_a_description_names_units_and_employers(town: Office) -> None:
    rule = parse(
        rule_of(
            {"fact": "unit", "is": [town.units["services"].pk, town.units["planning"].pk]},
            {"fact": "employer", "is_not": ["govtech"]},
            but=({"fact": "months_employed", "at_most": 1},),
        )
    )
    with translation.override("en"):
        told = describe(rule, TODAY)
    assert told.groups == (
        (
            "Is posted to Services Section or Planning Section or to a unit below.",
            "The employer is not GovTech Aozora.",
        ),
    )
    assert told.exceptions == ("The first employment began at most 1 month ago.",)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("fact", sorted(FACTS))
def test_every_fact_says_itself_in_every_way(town: Office, fact: str, language: str) -> None:
    examples: dict[str, Any] = {"employer": "city", "entry_route": "経験者採用", "job_type": "engineer"}
    record = records([town.person("owner").pk], TODAY)[town.person("owner").pk]
    with translation.override(language):
        for how in FACTS[fact].hows:
            choices = FACTS[fact].choices()
            value = examples.get(fact) or (choices[0][0] if choices else 1)
            asked = [value] if how in {"is", "is_not"} else value
            sentences = describe(parse(rule_of({"fact": fact, str(how): asked})), TODAY).groups[0]
            assert sentences[0].endswith("。" if language == "ja" else ".")
            assert "%(" not in sentences[0]
        assert all(FACTS[fact].own(record)), fact


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ([], ""),
        ({"groups": []}, "groups"),
        ({"groups": [[]], "excpet": []}, "excpet"),
        ({"groups": [{}]}, "groups[0]"),
        (rule_of({"fact": "shoe_size", "is": ["40"]}), "groups[0][0].fact"),
        (rule_of({"fact": "category"}), "groups[0][0]"),
        (rule_of({"fact": "category", "is": ["ict"], "is_not": ["other"]}), "groups[0][0]"),
        (rule_of({"fact": "category", "at_least": "ict"}), "groups[0][0]"),
        (rule_of({"fact": "category", "is": []}), "groups[0][0].is"),
        (rule_of({"fact": "category", "is": ["wizard"]}), "groups[0][0].is"),
        (rule_of({"fact": "grade", "at_least": "専門官"}), "groups[0][0].at_least"),
        (rule_of({"fact": "unit", "is": ["1"]}), "groups[0][0].is"),
        (rule_of({"fact": "leave", "is": ["yes", "no"]}), "groups[0][0].is"),
        (rule_of({"fact": "months_in_post", "at_least": -1}), "groups[0][0].at_least"),
        (rule_of({"fact": "months_in_post", "at_least": True}), "groups[0][0].at_least"),
        (rule_of(but=({"fact": "unit", "is": [1.5]},)), "except[0].is"),
        ({"groups": [[]] * 21}, "groups"),
        ({"groups": [[{"fact": "leave", "is": ["no"]}] * 61]}, "groups"),
    ],
)
def test_what_is_no_rule_is_refused_with_its_place(data: object, where: str) -> None:
    with pytest.raises(RuleUnreadable) as refused:
        parse(data)
    assert refused.value.where == where
    assert refused.value.message
