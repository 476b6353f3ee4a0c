"""Components: what each shows, and what those who do not see it are told."""

from datetime import date
from xml.etree.ElementTree import Element

import html5lib
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from ikusei.lib import clock
from ikusei.ui.components import Crumb, KeyFigure, Problem, Tab
from tests.page_client import fragment_faults


def show(source: str, path: str = "/", **context: object) -> Element:
    """The elements that a component makes on the page at a path, in English; checked as every page is."""
    request = RequestFactory().get(path)
    with translation.override("en"):
        html = Template("{% load ui %}" + source).render(Context({"request": request, **context}))
    assert list(fragment_faults(html)) == []
    root = Element("root")
    root.extend(html5lib.parseFragment(html, namespaceHTMLElements=False))
    return root


def one(root: Element, path: str) -> Element:
    """The only element at a path."""
    found = root.findall(path)
    assert len(found) == 1, f"{len(found)} at {path}"
    return found[0]


def words(element: Element) -> str:
    """The text of an element, white space folded."""
    return " ".join("".join(element.itertext()).split())


class Person(forms.Form):
    name = forms.CharField(label="Name", help_text="As in the register.")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    note = forms.CharField(label="Note", required=False)
    token = forms.CharField(widget=forms.HiddenInput)


def test_a_table_scrolls_inside_itself_and_the_keyboard_reaches_it() -> None:
    rows = "<tbody><tr><td>x</td></tr></tbody>"
    root = show(f'{{% table id="people" caption=name %}}{rows}{{% endtable %}}', name="<People>")
    region = one(root, ".//section")
    assert region.get("tabindex") == "0"
    assert region.get("aria-labelledby") == one(root, ".//caption").get("id")
    assert words(one(root, ".//caption")) == "<People>"


def test_a_sorted_column_says_so_and_its_link_turns_the_order_over() -> None:
    source = "<table><thead><tr>{% sort 'name' 'Name' default='name' %}{% sort 'unit' 'Unit' %}</tr></thead></table>"
    name, unit = show(source, "/?page=3&q=x").findall(".//th")
    assert (name.get("aria-sort"), one(name, "a").get("href")) == ("ascending", "?q=x&sort=-name")
    assert (unit.get("aria-sort"), one(unit, "a").get("href")) == (None, "?q=x&sort=unit")
    name, unit = show(source, "/?sort=-unit").findall(".//th")
    assert (name.get("aria-sort"), unit.get("aria-sort")) == (None, "descending")


def test_pages_of_a_list_keep_the_rest_of_the_query_string() -> None:
    page = Paginator(range(120), 50).get_page(2)
    root = show("{% pagination page %}", "/?q=x&page=2", page=page)
    assert "51 to 100 of 120" in words(root)
    assert [link.get("href") for link in root.iter("a")] == [
        "?q=x&page=1", "?q=x&page=1", "?q=x&page=2", "?q=x&page=3", "?q=x&page=3",
    ]  # fmt: skip
    assert words(one(root, ".//a[@aria-current='page']")) == "2"


def test_a_list_on_one_page_has_no_page_links() -> None:
    assert list(show("{% pagination page %}", page=Paginator(range(3), 50).get_page(1)).iter("a")) == []


def test_reading_as_of_another_day_keeps_the_filters_but_not_the_page() -> None:
    root = show("{% asof on %}", "/?unit=7&page=3&on=2025-04-01", on=date(2025, 4, 1))
    fields = {field.get("name"): field.get("value") for field in root.iter("input")}
    assert fields == {"unit": "7", "on": "2025-04-01"}
    assert "1 April 2025" in words(root)
    assert "today" not in words(root)
    assert "today" in words(show("{% asof on %}", on=clock.today()))


def test_filtering_keeps_the_day_and_the_order_and_offers_the_way_back() -> None:
    class Filter(forms.Form):
        q = forms.CharField(label="Name", required=False)

    path = "/?q=x&page=2&on=2025-04-01&sort=name"
    root = show("{% filters form %}", path, form=Filter({"q": "x"}))
    hidden = {f.get("name"): f.get("value") for f in root.iter("input") if f.get("type") == "hidden"}
    assert hidden == {"on": "2025-04-01", "sort": "name"}
    assert one(root, ".//a").get("href") == "?on=2025-04-01&sort=name"
    assert list(show("{% filters form %}", "/?on=2025-04-01", form=Filter({})).iter("a")) == []


def test_a_field_is_tied_to_its_label_help_and_error() -> None:
    root = show("{% form_fields form %}", form=Person({}))
    name = one(root, ".//input[@name='name']")
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    described = (name.get("aria-describedby") or "").split()
    assert len(described) == 2
    assert set(described) <= ids
    assert name.get("aria-invalid") == "true"
    assert one(root, f".//label[@for='{name.get('id')}']").text == "Name"


def test_radio_buttons_stand_in_a_fieldset_with_a_legend() -> None:
    root = show("{% field form.kind %}", form=Person())
    assert words(one(root, ".//fieldset/legend")) == "Kind"
    assert [words(label) for label in root.iter("label")] == ["A", "B"]
    assert len(root.findall(".//label/input[@type='radio']")) == 2


def test_errors_are_gathered_above_the_form_as_links_to_their_fields() -> None:
    root = show("{% form_errors form %}", form=Person({}))
    alert = one(root, ".//div[@role='alert']")
    assert [link.get("href") for link in alert.iter("a")] == ["#id_name", "#id_kind"]
    assert "This field is required." in words(alert)


def test_a_form_without_faults_shows_no_summary() -> None:
    assert words(show("{% form_errors form %}", form=Person())) == ""


def test_a_field_that_may_stay_empty_says_so() -> None:
    root = show("{% field form.note %}", form=Person())
    assert words(one(root, ".//label")) == "Note (optional)"


def test_a_key_figure_carries_its_counting_rule_and_the_way_to_the_people() -> None:
    items = [KeyFigure("ICT staff", 1224, "In post on the day.", "/people/"), KeyFigure("Gap", None)]
    first, second = show("{% figures items %}", items=items).findall(".//li")
    assert words(first) == "ICT staff 1,224 In post on the day."
    assert one(first, ".//a").get("href") == "/people/"
    assert "Not enough data" in words(second)


def test_problems_say_where_why_and_what_to_do() -> None:
    rows = [Problem("No such day.", "2026-04-30", row=12, column="from", value="<2026-04-31>")]
    root = show("{% problems rows %}", rows=rows)
    assert [words(cell) for cell in root.findall(".//tbody/tr/td")] == [
        "12", "from", "<2026-04-31>", "No such day.", "2026-04-30",
    ]  # fmt: skip
    assert words(show("{% problems rows %}", rows=[])) == ""


def test_tabs_and_breadcrumbs_mark_where_one_is() -> None:
    root = show(
        "{% tabs items 'Views' %}", items=[Tab("Map", "/a", is_current=True), Tab("List", "/b", count=0)]
    )
    assert words(one(root, ".//a[@aria-current='page']")) == "Map"
    assert words(root).endswith("List 0")
    root = show("{% breadcrumb items %}", items=[Crumb("Units", "/units/"), Crumb("Here")])
    assert words(one(root, ".//*[@aria-current='page']")) == "Here"


def test_progress_is_a_bar_and_a_text() -> None:
    root = show("{% progress 3 10 'Import' note='5 s' %}")
    assert one(root, ".//progress").get("value") == "3"
    assert words(root) == "Import 3 of 10 · 5 s"


def test_boxes_take_their_words_as_they_are_and_escape_what_they_are_given() -> None:
    root = show(
        "{% notice tone='warning' title=title %}<p>{{ title }}</p>{% endnotice %}"
        "{% empty title=title %}<p>Next</p>{% endempty %}{% who_sees %}You.{% endwho_sees %}",
        title="<Careful>",
    )
    assert words(one(root, ".//h2")) == "<Careful>"
    assert words(one(root, ".//p[@class='who-sees']")) == "Who can see this: You."
    assert words(one(root, ".//div[@class='empty']/p[2]")) == "Next"


def test_downloads_name_their_kind_and_keep_the_query() -> None:
    root = show("{% downloads csv='/x.csv' xlsx='/x.xlsx' query='on=2025-04-01' %}")
    assert [link.get("href") for link in root.iter("a")] == ["/x.csv?on=2025-04-01", "/x.xlsx?on=2025-04-01"]
    assert words(show("{% downloads %}")) == ""


def test_a_chart_brings_its_data_as_json_that_no_text_can_break_out_of() -> None:
    data = {"labels": ["</script><b>"], "series": []}
    root = show("{% chart 'line' data 'Heads' 'heads' %}", data=data)
    figure = one(root, ".//figure")
    assert figure.get("data-chart") == "line"
    assert one(root, ".//script").get("id") == figure.get("data-chart-data")
    assert root.findall(".//b") == []
