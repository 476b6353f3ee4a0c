"""The form of a rule: by buttons alone it comes to any rule, and nothing half filled in is saved."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from ikusei.org.job_types import job_type_name
from ikusei.org.models import UnitPeriod
from ikusei.org.rules import EVERYBODY, RuleUnreadable, explain, parse
from ikusei.org.rules.form import RuleForm
from tests.office import Office
from tests.settings import TODAY


def sent(**fields: str | list[str]) -> QueryDict:
    """What a browser sends: `g0_0_fact` stands for rule-g0-0-fact; one group of one row unless said otherwise."""
    data = QueryDict(mutable=True)
    data["rule-groups"], data["rule-except"] = "1", "0"
    for name, value in fields.items():
        data.setlist(f"rule-{name.replace('_', '-')}", [value] if isinstance(value, str) else value)
    return data


def form_of(**fields: str | list[str]) -> RuleForm:
    return RuleForm(sent(**fields), on=TODAY)


def test_a_new_form_has_one_empty_condition(office: Office) -> None:
    form = RuleForm(on=TODAY)
    assert [row.name for row in form.rows()] == ["rule-g0-0"]
    assert not form.is_valid()
    assert form.preview(office.viewer("steward")) is None


def test_what_is_sent_is_the_rule(office: Office) -> None:
    form = form_of(
        groups="2.1",
        g0_0_fact="category",
        g0_0_how="is",
        g0_0_value=["ict", "clerical"],
        g0_1_fact="grade",
        g0_1_how="at_least",
        g0_1_value="主任",
        g1_0_fact="unit",
        g1_0_how="is_not",
        g1_0_more=str(office.units["digital"].pk),
        **{"except": "2"},
        x_0_fact="leave",
        x_0_value="yes",
        x_1_fact="months_employed",
        x_1_how="at_most",
        x_1_months="5",
    )
    assert form.is_valid(), form.errors
    assert form.rule().data() == {
        "groups": [
            [{"fact": "category", "is": ["ict", "clerical"]}, {"fact": "grade", "at_least": "主任"}],
            [{"fact": "unit", "is_not": [office.units["digital"].pk]}],
        ],
        "except": [{"fact": "leave", "is": ["yes"]}, {"fact": "months_employed", "at_most": 5}],
    }


def test_a_rule_that_stood_before_comes_back_the_same(office: Office) -> None:
    data = {
        "groups": [[{"fact": "unit", "is": [office.units["services"].pk]}], []],
        "except": [{"fact": "posting", "is": ["dispatch"]}, {"fact": "months_in_post", "at_least": 3}],
    }
    form = RuleForm(rule=parse(data), on=TODAY)
    again = QueryDict(mutable=True)
    again["rule-groups"], again["rule-except"] = "1.0", "2"
    for row in form.rows():
        again[f"{row.name}-fact"], again[f"{row.name}-how"] = row.fact, row.how
        again.setlist(f"{row.name}-value", row.values)
        again[f"{row.name}-months"] = row.months
    assert RuleForm(again, on=TODAY).rule().data() == data


@pytest.mark.parametrize(
    ("do", "groups", "exceptions"),
    [
        ("add-g0", [2, 1], 1),
        ("add-x", [1, 1], 2),
        ("group", [1, 1, 1], 1),
        ("remove-g0-0", [0, 1], 1),
        ("remove-g0", [1], 1),
        ("remove-x-0", [1, 1], 0),
        ("refresh", [1, 1], 1),
        ("remove-g9-9", [1, 1], 1),
    ],
)
def test_each_button_does_what_it_says_and_saves_nothing(
    db: None, do: str, groups: list[int], exceptions: int
) -> None:
    category: dict[str, Any] = {"g0_0_fact": "category", "g0_0_how": "is", "g0_0_value": "ict"}
    form = form_of(groups="1.1", **category, **{"except": "1", "do": do})
    assert [len(group.rows) for group in form.groups] == groups
    assert len(form.exceptions.rows) == exceptions
    assert not form.is_valid()
    names = [row.name for row in form.rows()]
    assert len(set(names)) == len(names)


def test_the_only_group_stays(db: None) -> None:
    assert len(form_of(do="remove-g0").groups) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"g0_0_fact": "category"},
        {"g0_0_fact": "category", "g0_0_value": "wizard"},
        {"g0_0_fact": "months_in_post", "g0_0_how": "at_least", "g0_0_months": "many"},
        {"g0_0_fact": "months_in_post", "g0_0_how": "at_least", "g0_0_months": "9999"},
        {"g0_0_fact": "no-such-fact", "g0_0_value": "1"},
        {"groups": "", "except": "0"},
    ],
)
def test_what_is_not_complete_is_refused_and_said(db: None, fields: dict[str, Any]) -> None:
    form = form_of(**fields)
    if fields.get("groups") == "":  # a group without rows is a rule: everybody
        assert form.rule() == EVERYBODY
        return
    assert not form.is_valid()
    assert form.errors
    with pytest.raises(RuleUnreadable):
        form.rule()


def test_another_fact_forgets_the_values_of_the_first(db: None) -> None:
    form = form_of(g0_0_fact="leave", g0_0_how="at_least", g0_0_value=["ict"], show="1")
    (row,) = form.rows()
    assert (row.how, row.values) == ("is", ["yes"])


def test_a_part_of_a_chosen_unit_takes_its_place(office: Office) -> None:
    digital, services = office.units["digital"].pk, office.units["services"].pk
    form = form_of(
        g0_0_fact="unit", g0_0_how="is", g0_0_value=str(digital), g0_0_more=str(services), do="refresh"
    )
    assert form.rows()[0].values == [str(services)]
    offered = str(form.rows()[0].more_select())
    assert "企画課" in offered, "what stands beside the chosen unit is offered"
    assert "福祉局" in offered
    assert "福祉課" not in offered


def test_the_preview_counts_only_what_is_complete(office: Office) -> None:
    form = form_of(
        groups="2.1",
        g0_0_fact="category",
        g0_0_value="ict",
        g0_1_fact="category",
        **{"except": "1"},
        x_0_fact="posting",
        x_0_value="concurrent",
        do="refresh",
    )
    seen = form.preview(office.viewer("steward"))
    assert seen is not None
    assert seen.counts.total == 3
    assert [row.count for row in form.rows()] == [4, None, None, 1]
    assert form.groups[0].count == 4
    assert form.groups[1].count is None
    assert form.exceptions.count == 1
    assert [example.name for example in seen.examples] == ["井上 蓮", "岡田 涼", "工藤 恵"]
    assert seen.examples[0].unit == "サービス課"


def test_examples_are_people_whom_the_viewer_may_list(office: Office) -> None:
    seen = RuleForm(rule=EVERYBODY, on=TODAY).preview(office.viewer("planner"))
    assert seen is not None
    assert seen.counts.total == len(office.people)
    assert "岡田 涼" not in {example.name for example in seen.examples}, "employed by another employer"


def test_the_look_at_the_examples_is_noted(office: Office) -> None:
    viewer = office.viewer("steward")
    RuleForm(rule=EVERYBODY, on=TODAY).preview(viewer)
    assert [(look.verb, look.count) for look in viewer.looks] == [("org.population.examples", 10)]


def test_the_builder_shows_every_kind_of_fact_with_three_queries(office: Office) -> None:
    rule = parse(
        {
            "groups": [
                [
                    {"fact": "employer", "is": ["city"]},
                    {"fact": "unit", "is": [office.units["digital"].pk]},
                    {"fact": "job_type", "is_not": ["none"]},
                    {"fact": "entry_route", "is_not": ["none"]},
                    {"fact": "category", "is": ["ict"]},
                ],
                [{"fact": "grade", "at_most": "主任"}, {"fact": "leads", "is": ["no"]}],
            ],
            "except": [{"fact": "months_in_post", "at_most": 1}],
        }
    )
    viewer = office.viewer("steward")
    job_type_name("none")  # the names of job types are remembered for a minute
    with CaptureQueriesContext(connection) as queries:
        form = RuleForm(rule=rule, on=TODAY)
        form.preview(viewer)
        html = render_to_string("org/rules/builder.html", {"form": form})
    assert len(queries) == 3
    for words in ("青空都", "デジタル局", "software-engineer", "グループ2", "組織の長"):
        assert words in html


def test_pages_of_other_rooms_show_builder_and_explanation_by_tags(office: Office) -> None:
    page = Template("{% load org %}{% rule_builder form %}{% rule_explanation why %}")
    rule = parse(
        {"groups": [[{"fact": "leads", "is": ["yes"]}], []], "except": [{"fact": "leave", "is": ["yes"]}]}
    )
    why = explain(rule, office.person("owner").pk, TODAY)
    html = page.render(Context({"form": RuleForm(rule=rule, on=TODAY), "why": why}))
    assert 'id="rule-builder"' in html
    assert why.reason in html
    assert html.count("組織の長ではない。") == 1


def test_a_unit_that_is_not_there_any_more_keeps_its_name(office: Office) -> None:
    welfare = office.units["welfare-office"]
    UnitPeriod.objects.filter(unit=welfare).update(until=date(2026, 1, 1))
    form = RuleForm(rule=parse({"groups": [[{"fact": "unit", "is": [welfare.pk, 999_999]}]]}), on=TODAY)
    assert [(check.label, check.is_chosen) for check in form.rows()[0].checks()] == [
        ("福祉課", True),
        ("組織番号999999", True),
    ]
