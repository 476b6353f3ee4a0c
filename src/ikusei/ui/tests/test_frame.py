"""The frame of every page, and the pages for what went wrong."""

from pathlib import Path
from typing import Any

import html5lib
import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from django.views.csrf import csrf_failure
from django.views.defaults import bad_request, server_error

from tests.page_client import PageClient, page_faults

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "words"), [("ja", "ページが見つかりません"), ("en", "There is no such page")]
)
def test_an_address_that_does_not_exist_says_what_to_do(language: str, words: str) -> None:
    page = PageClient().open("/no/such/page/", status=404, language=language)
    assert words in page
    assert "/" in page.links()


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("code", ["400", "403", "404", "403_csrf"])
def test_error_pages_can_be_written_without_any_context(code: str, language: str) -> None:
    with translation.override(language):
        html = render_to_string(f"{code}.html")
    root = html5lib.parse(html, namespaceHTMLElements=False)
    assert root.get("lang") == language
    assert len(list(root.iter("h1"))) == 1


@pytest.mark.parametrize(
    "view", [lambda request: bad_request(request, ValueError()), server_error, csrf_failure]
)
def test_pages_for_faults_follow_the_rules_of_all_pages(view: Any) -> None:
    response = view(RequestFactory().get("/"))
    response.headers["Content-Language"] = "ja"
    response.headers["Content-Security-Policy"] = "default-src 'self'"
    assert list(page_faults(response)) == []


def test_a_failure_is_told_in_both_languages_at_once() -> None:
    html = server_error(RequestFactory().get("/")).content.decode()
    assert "システムエラー" in html
    assert "Something went wrong" in html


def test_the_frame_has_a_skip_link_to_the_main_part_and_names_the_page() -> None:
    page = PageClient().open("/account/login/", language="en")
    assert page.links()[0] == "#main"
    assert page.find_all("main", id="main")
    assert page.text(page.find_all("title")[0]) == "Sign in - Ikusei"


@pytest.mark.parametrize(("setting", "shown"), [(True, True), (False, False)])
def test_the_demonstration_says_that_it_is_one(settings: Any, setting: bool, shown: bool) -> None:
    settings.DEMONSTRATION = setting
    assert ("All people, levels" in PageClient().open("/account/login/", language="en")) is shown


def test_whatever_the_frame_asks_for_exists() -> None:
    page = PageClient().open("/account/login/")
    sources = [script.get("src") for script in page.root.iter("script") if script.get("src")]
    styles = [link.get("href") for link in page.root.iter("link")]
    wanted = [str(address).removeprefix("/static/") for address in [*sources, *styles]]
    assert len(wanted) > 10
    assert [path for path in wanted if finders.find(path) is None] == []


def tokens() -> dict[str, str]:
    """Every custom property of the tokens, ours over the Digital Agency's."""
    found: dict[str, str] = {}
    for path in ("vendor/tokens/tokens.css", "ui/tokens.css"):
        place = finders.find(path)
        assert place is not None
        for line in Path(place).read_text(encoding="utf-8").splitlines():
            name, colon, value = line.strip().partition(":")
            if colon and name.startswith("--"):
                found.setdefault(name, value.strip().rstrip(";"))
    return found


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, of #rrggbb."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two custom properties, 1 to 21."""
    known = tokens()

    def colour(name: str) -> str:
        value = known[name]
        while value.startswith("var("):
            value = known[value[4:-1]]
        return value

    light, dark = sorted((luminance(colour(one)), luminance(colour(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("step", range(5))
def test_the_number_on_every_step_of_a_heat_table_can_be_read(step: int) -> None:
    assert contrast(f"--on-step-{step}", f"--step-{step}") >= 4.5


@pytest.mark.parametrize(
    "hue", ["gq", "dq", "create", "use", "understand", "danger", "ok", "accent", "warning"]
)
def test_every_hue_can_be_read_on_white_and_drawn_as_a_line(hue: str) -> None:
    assert contrast(f"--{hue}", "--ground") >= 4.5
