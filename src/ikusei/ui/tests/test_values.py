"""Values on pages: in the reader's language and manner."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from ikusei.ui.components import LinkGroup
from ikusei.ui.reading import reading
from ikusei.ui.templatetags import _values as values

DAY = date(2026, 4, 1)


def render(source: str, path: str = "/", **context: object) -> str:
    """What a template writes on the page at a path."""
    request = RequestFactory().get(path)
    return Template("{% load ui %}" + source).render(Context({"request": request, **context}))


def test_a_day_is_written_in_the_language_of_the_page() -> None:
    with translation.override("ja"):
        assert render("{{ d|day }}", d=DAY) == "2026年4月1日"
    with translation.override("en"):
        assert render("{{ d|day }}", d=DAY) == "1 April 2026"


def test_days_and_fiscal_years_follow_the_readers_wish_for_era_years() -> None:
    with reading(era=lambda: True):
        assert render("{{ d|day }} {{ d|fy }} {{ 2026|fy }}", d=DAY) == "令和8年4月1日 令和8年度 令和8年度"
    assert render("{{ d|day }} {{ d|fy }}", d=DAY) == "2026年4月1日 2026年度"


def test_the_wish_is_not_asked_for_on_a_page_without_dates() -> None:
    def asked() -> bool:
        raise AssertionError("the account was asked for")

    with reading(era=asked):
        assert render("{{ 1234|number }}") == "1,234"


def test_a_moment_is_told_in_tokyo() -> None:
    moment = datetime(2026, 3, 31, 15, 5, tzinfo=UTC)
    assert render("{{ t|moment }} / {{ t|day }}", t=moment) == "2026年4月1日 0:05 / 2026年4月1日"


@pytest.mark.parametrize("name", ["day", "moment", "text", "number"])
def test_nothing_is_written_as_nothing(name: str) -> None:
    assert render("{{ x|" + name + " }}", x=None) == ""


def test_a_text_is_taken_in_the_language_of_the_page_and_in_the_other_where_that_one_is_missing() -> None:
    both = SimpleNamespace(meaning_ja="意味", meaning_en="meaning")
    assert render('{{ o|text:"meaning" }}', o=both) == "意味"
    assert render("{{ t|text }}", t={"en": "only English"}) == "only English"
    with translation.override("en"):
        assert render('{{ o|text:"meaning" }}', o=both) == "meaning"


def test_texts_from_data_are_escaped() -> None:
    assert render("{{ t|text }}", t={"ja": "<b>"}) == "&lt;b&gt;"


def test_numbers_stand_with_thousands_apart() -> None:
    assert render("{{ a|number }} {{ b|number:1 }}", a=40000, b=1234.56) == "40,000 1,234.6"


def test_the_query_string_is_changed_and_otherwise_kept() -> None:
    assert render("{% query page=2 sort=None %}", "/?q=a&sort=name") == "?q=a&amp;page=2"


def test_a_level_says_in_words_what_it_shows() -> None:
    with translation.override("en"):
        assert 'aria-label="Level 2; required: 3"' in render("{% level 2 required=3 %}")
        assert 'aria-label="Not assessed"' in render("{% level None %}")
        assert "data-gap" in render("{% level None required=1 %}")
        assert "data-gap" not in render("{% level 3 required=3 %}")


def test_the_menu_marks_the_page_that_is_read_or_the_part_it_belongs_to() -> None:
    routes = ("portal:home", "accounts:settings")
    entries = [SimpleNamespace(label=route, route=route, group="") for route in routes]

    def marks(path: str) -> list[str | bool]:
        return [link.current for link in values.menu_links(entries, RequestFactory().get(path))]

    assert marks("/") == ["page", ""]
    assert marks("/account/settings/") == ["", "page"]
    assert marks("/account/settings/more/") == ["", "true"]
    assert marks("/elsewhere/") == ["", ""]


def test_many_entries_stand_under_their_headings_and_a_heading_with_one_is_a_link() -> None:
    places = [
        ("", "first"),
        ("Me", "a"),
        ("Team", "b"),
        ("Me", "c"),
        *(("Skills", f"s{n}") for n in range(6)),
    ]
    entries = [SimpleNamespace(label=name, route="portal:home", group=group) for group, name in places]
    found = values.menu_links(entries, RequestFactory().get("/elsewhere/"))
    assert [str(one.label) for one in found] == ["first", "Me", "b", "Skills"]
    assert isinstance(found[1], LinkGroup)
    assert [link.label for link in found[1].links] == ["a", "c"]
    few = values.menu_links(entries[:8], RequestFactory().get("/elsewhere/"))
    assert [one.label for one in few] == [name for _group, name in places[:8]]
