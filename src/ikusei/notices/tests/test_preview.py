"""The part of a page that shows what a notice would do, as other rooms include it."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from ikusei.notices import services
from ikusei.notices.recipients import Recipient
from ikusei.notices.tests.ground import KIND, LINK, people
from tests.page_client import fragment_faults

pytestmark = pytest.mark.django_db


def fragment(*recipients: Recipient, **query: str) -> str:
    request = RequestFactory().get("/remind/", query)
    preview = services.preview(kind=KIND, recipients=recipients, common=LINK)
    with translation.override("en"):
        context: dict[str, Any] = {"preview": preview, "shown": preview.shown(request.GET)}
        return render_to_string("notices/preview.html", context, request=request)


def rows(html: str, table: str) -> list[str]:
    root: Element = html5lib.parseFragment(html, namespaceHTMLElements=False)
    found = next(one for one in root.iter("table") if one.get("id") == table)
    return [" ".join("".join(row.itertext()).split()) for row in list(found.iter("tr"))[1:]]


BARRED = Recipient("b", "井上", "b@city.example", barred="Is on leave.")


def test_it_names_everybody_who_gets_it_and_counts_those_who_do_not_by_reason() -> None:
    html = fragment(*people(2), BARRED, Recipient("n", "無", ""))
    assert rows(html, "preview-list") == ["職員 1 p1@city.example", "職員 2 p2@city.example"]
    assert rows(html, "preview-parts") == [
        "Gets the letter 2",
        "Is on leave. 1",
        "No mail address is known. 1",
    ]
    assert list(fragment_faults(html)) == []


def test_those_with_one_reason_can_be_listed_and_other_parameters_are_kept() -> None:
    html = fragment(*people(2), BARRED, who="1", unit="7")
    assert rows(html, "preview-list") == ["井上 b@city.example"]
    assert "?unit=7&amp;who=gets" in html


def test_a_long_list_is_shown_page_by_page() -> None:
    html = fragment(*people(120), page="3")
    assert len(rows(html, "preview-list")) == 20


def test_the_letter_is_shown_as_the_first_of_them_reads_it() -> None:
    html = fragment(*people(1, language="en"))
    assert "The letter in English: to 職員 1" in html
    assert "Dear 職員 1," in html


def test_names_and_values_are_escaped() -> None:
    html = fragment(Recipient("a", "<script>alert(1)</script>", "a@city.example"))
    assert "<script>" not in html
