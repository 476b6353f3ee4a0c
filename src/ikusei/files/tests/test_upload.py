"""What is taken in, and what is refused with which words."""

import hashlib
import io

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from pytest_django import Settings

from ikusei.files import errors, kinds, services
from ikusei.files.kinds import FileType
from ikusei.files.models import StoredFile
from ikusei.files.tests import ground

pytestmark = pytest.mark.django_db

LIMIT = 1 << 20


def store(content: bytes, name: str = "list.csv", *allowed: FileType, limit: int = LIMIT) -> StoredFile:
    return services.store_upload(
        user=None,
        name=name,
        content=io.BytesIO(content),
        owner_kind="test",
        allowed=allowed or tuple(FileType),
        limit=limit,
    )


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (ground.xlsx(), FileType.XLSX),
        (ground.XLS, FileType.XLS),
        (ground.CSV, FileType.CSV),
        (b"\xef\xbb\xbf" + ground.CSV, FileType.CSV),
        (ground.CSV_CP932, FileType.CSV),
        (ground.CSV_UTF16, FileType.CSV),
        (b"[1, 2", FileType.CSV),
        (ground.JSON, FileType.JSON),
        (ground.PDF, FileType.PDF),
        (ground.PNG, FileType.PNG),
        (ground.JPEG, FileType.JPEG),
    ],
)
@pytest.mark.parametrize("name", ["list.xlsx", "list.png", "list"])
def test_the_content_says_what_a_file_is_whatever_it_is_called(
    content: bytes, kind: FileType, name: str
) -> None:
    stored = store(content, name)
    assert stored.content_type == kind.content_type
    assert stored.name.endswith(kind.endings)


def test_a_stored_file_is_what_came_in(settings: Settings) -> None:
    user = get_user_model().objects.create_user(email="owner@example.test")
    content = ground.CSV * 10_000
    stored = services.store_upload(
        user=user,
        name="名簿 令和8年.csv",
        content=io.BytesIO(content),
        owner_kind="people-import",
        allowed={FileType.CSV},
        limit=LIMIT,
    )
    stored = StoredFile.objects.get(pk=stored.pk)
    assert (stored.size, stored.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert (stored.name, stored.owner_kind, stored.created_by_id) == (
        "名簿 令和8年.csv",
        "people-import",
        user.pk,
    )
    assert "csv" not in str(stored.file.name), "the name on disk says nothing"
    with services.open_stored(stored) as file:
        assert file.read() == content
    assert b"".join(services.read_in_pieces(stored)) == content


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"\xef\xbb\xbf  <HTML><body>",
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"<svg onload=alert(1)>",
        b"name,number\n<script>alert(1)</script>,1\n",
        "<html>".encode("utf-16"),
        b"GIF89a<script>" + bytes(10),
        b"MZ\x90\x00" + bytes(200),
        b"\x7fELF" + bytes(200),
        ground.zipped(readme=b"x"),
        ground.zipped(**{"[Content_Types].xml": b"<x/>", "word__document.xml": b"<x/>"}),
        ground.DOC,
        b"PK\x03\x04 no archive at all",
        bytes(range(256)) * 4,
        b"\x81",
    ],
)
def test_what_a_browser_might_run_and_what_nobody_knows_is_refused(content: bytes) -> None:
    with pytest.raises(errors.WrongType):
        store(content, "list.csv")
    assert not StoredFile.objects.exists()


def test_a_workbook_with_macros_is_refused() -> None:
    with pytest.raises(errors.WrongType):
        store(ground.with_macros(), "list.xlsx")


@pytest.mark.parametrize(
    "part",
    [
        "xl/VBAPROJECT.BIN",
        "xl/macrosheets/sheet1.xml",
        "xl/activeX/activeX1.bin",
        "xl/embeddings/oleObject1.bin",
        "xl/embeddings/invoice.exe",
    ],
)
def test_a_workbook_in_which_something_runs_or_hides_is_refused(part: str) -> None:
    with pytest.raises(errors.WrongType):
        store(ground.with_part(part), "list.xlsx")


def test_a_workbook_with_a_picture_and_a_printers_settings_is_taken() -> None:
    content = ground.with_part("xl/printerSettings/printerSettings1.bin", "xl/media/image1.png")
    assert store(content, "list.xlsx").pk


def test_a_workbook_that_only_says_how_far_it_unpacks_is_refused_by_what_it_says() -> None:
    with pytest.raises(errors.TooLarge):
        store(ground.bomb(), "list.xlsx")


def test_a_workbook_with_a_password_is_refused_with_its_reason() -> None:
    with pytest.raises(errors.Protected):
        store(ground.LOCKED, "list.xlsx")


def test_a_workbook_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "UNPACKED_LIMIT", 1000)
    with pytest.raises(errors.TooLarge):
        store(ground.xlsx(), "list.xlsx")


def test_json_nested_without_end_is_no_json() -> None:
    assert store(b"[" * 200_000).content_type == FileType.CSV.content_type


def test_a_known_type_that_is_not_wanted_here_is_refused_by_name() -> None:
    with pytest.raises(errors.WrongType, match="PDF"):
        store(ground.PDF, "list.xlsx", FileType.XLSX, FileType.CSV)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(errors.EmptyFile):
        store(b"")


def test_reading_stops_at_the_limit() -> None:
    sender = ground.Endless()
    with pytest.raises(errors.TooLarge):
        services.store_upload(
            user=None, name="a", content=sender, owner_kind="test", allowed={FileType.CSV}, limit=LIMIT
        )
    assert sender.sent <= LIMIT + 2 * kinds.CHUNK


def test_a_file_of_exactly_the_limit_is_taken() -> None:
    assert store(b"a" * 1000, limit=1000).size == 1000
    with pytest.raises(errors.TooLarge):
        store(b"a" * 1001, limit=1000)


def test_the_scanner_sees_every_upload(settings: Settings) -> None:
    settings.FILES_SCANNER = "ikusei.files.tests.ground.finds_eicar"
    assert store(ground.CSV).pk
    with pytest.raises(errors.Harmful, match="Eicar"):
        store(b"X5O!P%@AP-$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*")


def test_where_the_scanner_breaks_down_nothing_is_taken(settings: Settings) -> None:
    settings.FILES_SCANNER = "ikusei.files.tests.ground.breaks_down"
    with pytest.raises(errors.NotScanned):
        store(ground.CSV)


def test_every_refusal_is_a_sentence() -> None:
    for content in (b"", b"<html>", ground.LOCKED, b"a" * 2000):
        with pytest.raises(errors.FileRefused) as refused:
            store(content, limit=1999)
        assert len(str(refused.value)) > 5


def test_a_produced_file_is_stored_with_the_type_we_say() -> None:
    with transaction.atomic():
        stored = services.store_produced(
            user=None, name="結果", content=io.BytesIO(ground.CSV), kind=FileType.CSV, owner_kind="export"
        )
    assert (stored.name, stored.content_type) == ("結果.csv", "text/csv")
