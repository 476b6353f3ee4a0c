"""The pages of frameworks: what they show, to whom, and at what cost."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ikusei.org import access
from ikusei.skills.formats import read_framework
from ikusei.skills.formats.tables import Source
from ikusei.skills.models import FrameworkVersion
from ikusei.skills.queries.framework_content import framework_data
from ikusei.skills.services.frameworks import save_framework
from ikusei.skills.tests.made_up import framework, published
from tests.page_client import PageClient

pytestmark = pytest.mark.usefixtures("office")

type ClientAs = Callable[[str | None], PageClient]

MOST_QUERIES = 8
MOST_BYTES = 60_000


def address(name: str, *more: str, key: str = "test", label: str = "1") -> str:
    return reverse(f"skills:{name}", args=(key, label, *more))


def every_page() -> list[str]:
    return [
        reverse("skills:frameworks"),
        address("framework"),
        address("skill", "skill-0"),
        address("job_types"),
        address("job_type", "job-0"),
        reverse("skills:words"),
    ]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_is_read_in_both_languages(client_as: ClientAs, language: str) -> None:
    published(use_from=date(2025, 4, 1))
    client = client_as("stranger")
    pages = {url: client.open(url, language=language) for url in every_page()}
    assert ("項目0" if language == "ja" else "Skill 0") in pages[address("framework")]
    assert ("行動1" if language == "ja" else "Behaviour 1") in pages[address("skill", "skill-0")]


def test_a_text_in_one_language_only_says_which(client_as: ClientAs) -> None:
    published()
    page = client_as("stranger").open(address("skill", "skill-0"), language="ja")
    assert [page.text(one) for one in page.find_all("div", lang="en")] == ["A statement"]


def test_a_version_shows_its_counts_source_and_holes(client_as: ClientAs) -> None:
    published()
    page = client_as("stranger").open(address("framework"), language="en")
    numbers = [page.text(one) for one in page.find_all("p", class_="figure__number")]
    assert numbers == ["3", "2", "6", "1"]
    for words in ("https://example.test/framework", "CC BY 4.0", "A note."):
        assert words in page
    assert [page.text(cell) for cell in page.find_all("td", class_="hole")] == ["not defined"]


def test_skills_are_searched_and_holes_filtered(client_as: ClientAs) -> None:
    published(framework(skills=5))
    client = client_as("stranger")
    assert "Skill 3" not in client.open(address("framework"), language="en", q="meaning 2")
    assert "Skill 2" in client.open(address("framework"), language="en", q="meaning 2")
    holes = client.open(address("framework"), language="en", holes="on")
    assert "Skill 4" in holes
    assert "Skill 2" not in holes


def test_a_skill_names_the_job_types_that_ask_for_it(client_as: ClientAs) -> None:
    published()
    page = client_as("stranger").open(address("skill", "skill-0"), language="en")
    assert address("job_type", "job-1") in page.links()


def test_a_job_type_shows_the_behaviour_it_asks_for(client_as: ClientAs) -> None:
    published(framework(with_hole=True, skills=2))
    page = client_as("stranger").open(address("job_type", "job-0"), language="en")
    assert "Behaviour 1" in page
    assert [page.text(cell) for cell in page.find_all("td", class_="hole")] == ["not defined"]


def test_job_types_are_searched(client_as: ClientAs) -> None:
    published(framework(job_types=3))
    page = client_as("stranger").open(address("job_types"), language="en", q="job 2")
    assert "Job 2" in page
    assert "Job 1" not in page


@pytest.mark.parametrize("name", ["framework", "job_types"])
def test_a_draft_exists_only_for_those_who_edit_frameworks(client_as: ClientAs, name: str) -> None:
    save_framework(actor=access.operator(), data=framework())
    client_as("stranger").open(address(name), status=404)
    client_as("steward").open(address(name))
    assert "Test framework" not in client_as("stranger").open(reverse("skills:frameworks"), language="en")


@pytest.mark.parametrize(
    "url", [address("skill", "none"), address("job_type", "none"), address("framework", label="9")]
)
def test_what_is_not_there_is_not_found(client_as: ClientAs, url: str) -> None:
    published()
    client_as("stranger").open(url, status=404)


def test_a_label_with_a_slash_has_an_address(client_as: ClientAs) -> None:
    published(replace(framework(), version="2026/1 ~..%"))
    client_as("stranger").open(address("framework", label="2026/1 ~..%"))
    assert "/" not in reverse("skills:framework", args=("test", "a/b")).removeprefix("/frameworks/test/")[:-1]


def cost(client: PageClient, url: str) -> tuple[int, int]:
    """How many queries a page takes, and how many bytes it has."""
    client.open(url)
    with CaptureQueriesContext(connection) as queries:
        page = client.open(url)
    return len(queries), len(page.html.encode())


def test_every_page_costs_the_same_for_10_and_200_skills(client_as: ClientAs) -> None:
    published(framework(skills=10, job_types=10), use_from=date(2025, 4, 1))
    client = client_as("stranger")
    few = {url: cost(client, url)[0] for url in every_page()}
    FrameworkVersion.objects.filter(in_use_from__isnull=False).update(in_use_from=None)
    published(framework(key="large", skills=200, job_types=200), use_from=date(2025, 4, 1))
    many = {url: cost(client, url.replace("/test/", "/large/")) for url in every_page()}
    assert {url: queries for url, (queries, _size) in many.items()} == few
    assert max(few.values()) <= MOST_QUERIES
    assert max(size for _queries, size in many.values()) <= MOST_BYTES


def test_the_export_as_json_and_csv_reads_as_the_same_framework(client_as: ClientAs) -> None:
    data = framework_data(published())
    client = client_as("stranger")
    sent = client.get(address("framework_export", "json"))
    assert read_framework([Source("framework.json", sent.content)]).data == data
    zipped = zipfile.ZipFile(io.BytesIO(client.get(address("framework_export", "csv")).content))
    files = [Source(name, zipped.read(name)) for name in zipped.namelist()]
    assert read_framework(files).data == data


def test_the_workbook_keeps_numbers_as_numbers_and_formulas_as_text(client_as: ClientAs) -> None:
    data = framework()
    evil = replace(data.skills[0], name=replace(data.skills[0].name, en="=1+1"))
    published(replace(data, skills=(evil, *data.skills[1:])))
    sent = client_as("stranger").get(address("framework_export", "xlsx"))
    workbook = openpyxl.load_workbook(io.BytesIO(sent.content))
    names = [cell for row in workbook["skills"].iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in names] == ["s"]
    assert isinstance(workbook["levels"]["A2"].value, int)


def test_an_export_of_an_unknown_kind_is_not_found(client_as: ClientAs) -> None:
    published()
    assert client_as("stranger").get(address("framework_export", "pdf")).status_code == 404
