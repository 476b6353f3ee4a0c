"""The word list: for everyone, without signing in, and without a word about anybody's levels."""

from collections.abc import Callable
from datetime import date

import pytest
from django.urls import reverse

from ikusei.skills.tests.made_up import framework, published
from tests.page_client import PageClient

pytestmark = pytest.mark.usefixtures("office")

type ClientAs = Callable[[str | None], PageClient]

WORDS = "/words/"


def test_it_stands_where_the_footer_links_to() -> None:
    assert reverse("skills:words") == WORDS


def test_a_stranger_reads_every_word_of_the_version_in_use(client_as: ClientAs) -> None:
    published(use_from=date(2025, 4, 1))
    page = client_as(None).open(WORDS, language="en")
    for words in ("Skill 0", "Plain meaning 2", "An everyday example", "Step 1", "CC BY 4.0"):
        assert words in page
    assert page.find_all("article", id="word-skill-1")


def test_before_a_framework_is_in_use_it_says_so(client_as: ClientAs) -> None:
    published(use_from=date(2030, 4, 1))
    page = client_as(None).open(WORDS, language="en")
    assert "No framework is in use yet" in page
    assert "Skill 0" not in page


@pytest.mark.parametrize(("text", "found"), [("meaning 1", True), ("平たい意味1", True), ("nothing", False)])
def test_words_are_searched_in_either_language(client_as: ClientAs, text: str, found: bool) -> None:
    published(use_from=date(2025, 4, 1))
    page = client_as(None).open(WORDS, language="en", q=text)
    assert ("Skill 1" in page) is found
    assert "Skill 2" not in page


def test_a_long_list_is_divided_into_pages(client_as: ClientAs) -> None:
    published(framework(skills=50), use_from=date(2025, 4, 1))
    client = client_as(None)
    both = [len(client.open(WORDS, page=number).find_all("article")) for number in ("1", "2")]
    assert both == [40, 10]
