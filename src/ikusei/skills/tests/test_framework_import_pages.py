"""Bringing in a framework by the page: a look first, nothing written, then a draft."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ikusei.skills.formats import write_csv, write_json
from ikusei.skills.models import Framework, FrameworkUpload, FrameworkVersion
from ikusei.skills.tests.formats.conftest import shared_folder
from ikusei.skills.tests.made_up import framework, published
from tests.page_client import PageClient

pytestmark = pytest.mark.usefixtures("office")

type ClientAs = Callable[[str | None], PageClient]

IMPORT = "/frameworks/import/"


def bring(client: PageClient, files: dict[str, bytes], format: str = "") -> str:
    """The address of the look at files that were sent."""
    sent = [SimpleUploadedFile(name, content) for name, content in files.items()]
    return str(client.send(IMPORT, {"file": sent, "format": format}).response.headers["Location"])


def ours() -> dict[str, bytes]:
    return {"framework.json": write_json(framework())}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_form_is_read_in_both_languages(client_as: ClientAs, language: str) -> None:
    page = client_as("steward").open(IMPORT, language=language)
    assert page.find_all("input", type="file", name="file")


def test_looking_shows_the_counts_and_writes_no_framework(client_as: ClientAs) -> None:
    client = client_as("steward")
    page = client.open(bring(client, ours()), language="en")
    facts = [page.text(one) for one in page.find_all("dd")]
    assert facts == ["Test framework (test)", "1", "3", "3", "2", "6", "1", "0", "0"]
    assert not Framework.objects.exists()


def test_saving_makes_a_draft_and_leads_to_it(client_as: ClientAs) -> None:
    client = client_as("steward")
    answer = client.send(bring(client, ours()))
    version = FrameworkVersion.objects.get()
    assert version.is_draft
    assert answer.response.headers["Location"] == reverse("skills:framework", args=("test", "1"))
    assert FrameworkUpload.objects.get().version == version


def test_several_csv_files_are_one_framework(client_as: ClientAs) -> None:
    client = client_as("steward")
    client.send(bring(client, write_csv(framework())))
    assert FrameworkVersion.objects.get().skills.count() == 3


def test_a_broken_file_is_told_with_its_place_and_cannot_be_saved(client_as: ClientAs) -> None:
    client = client_as("steward")
    files = write_csv(framework())
    files["skills.csv"] = files["skills.csv"].replace(b"skill-1,craft", b"skill-1,kraft")
    address = bring(client, files)
    page = client.open(address, language="en")
    (row,) = page.find_all("tr")[1:]
    assert page.text(row).startswith("skills.csv 3 group kraft")
    assert not page.find_all("button", data_kind="main")
    client.send(address, status=200)
    assert not Framework.objects.exists()


def test_the_format_that_was_guessed_is_shown(client_as: ClientAs) -> None:
    client = client_as("steward")
    page = client.open(bring(client, ours()))
    assert [one.get("value") for one in page.find_all("option", selected="")] == ["ikusei"]


def test_the_format_can_be_corrected(client_as: ClientAs) -> None:
    client = client_as("steward")
    address = bring(client, ours(), format="digcomp")
    assert "format=digcomp" in address
    assert not client.open(address, language="en").find_all("button", data_kind="main")
    corrected = client.open(address.partition("?")[0], language="en", format="ikusei")
    assert corrected.find_all("button", data_kind="main")


def test_what_is_stored_already_is_said_and_not_saved_again(client_as: ClientAs) -> None:
    published()
    client = client_as("steward")
    page = client.open(bring(client, ours()), language="en")
    assert "This version is stored already" in page
    assert reverse("skills:framework", args=("test", "1")) in page.links()
    assert not page.find_all("button", data_kind="main")


def test_other_content_under_the_same_label_is_refused(client_as: ClientAs) -> None:
    published(framework(skills=5))
    client = client_as("steward")
    page = client.open(bring(client, ours()), language="en")
    assert "The files cannot be saved" in page
    assert not page.find_all("button", data_kind="main")


def test_the_uk_files_show_what_is_left_out_and_what_stands_twice(client_as: ClientAs) -> None:
    folder = shared_folder("uk_gdad")
    client = client_as("steward")
    address = bring(client, {name: (folder / name).read_bytes() for name in ("roles.csv", "skills.csv")})
    page = client.open(address, language="en")
    for table in ("skipped", "duplicates", "notes"):
        assert page.find_all("table", id=table)
    facts = [page.text(one) for one in page.find_all("dd")]
    assert facts[2:4] == ["188", "4"]


def test_no_file_is_told_on_the_form(client_as: ClientAs) -> None:
    page = client_as("steward").send(IMPORT, {"format": ""}, status=200)
    assert page.find_all("div", role="alert")
    assert not FrameworkUpload.objects.exists()


@pytest.mark.parametrize("who", ["manager", "administrator", "stranger"])
def test_only_a_steward_may_import(client_as: ClientAs, who: str) -> None:
    address = bring(client_as("steward"), ours())
    client_as(who).open(IMPORT, status=403)
    client_as(who).open(address, status=403)
    client_as(who).send(address, status=403)
    assert not Framework.objects.exists()


def test_an_upload_that_is_not_there_is_not_found(client_as: ClientAs) -> None:
    client_as("steward").open(f"{IMPORT}00000000-0000-4000-8000-000000000000/", status=404)
