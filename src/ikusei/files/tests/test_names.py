"""Names, and the headers that a file is sent with."""

from urllib.parse import unquote

import pytest
from django.http import StreamingHttpResponse
from hypothesis import given
from hypothesis import strategies as st

from ikusei.files import services
from ikusei.files.kinds import FileType
from ikusei.files.models import StoredFile
from ikusei.files.names import LONGEST, disposition, safe_name


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("名簿.csv", "名簿.csv"),
        ("LIST.CSV", "LIST.CSV"),
        ("list.txt", "list.txt"),
        ("../../etc/passwd", "passwd.csv"),
        ("C:\\Users\\me\\list.csv", "list.csv"),
        ("list.exe", "list.exe.csv"),
        ("list.csv.html", "list.csv.html.csv"),
        ("a\r\nSet-Cookie: x.csv", "aSet-Cookie_ x.csv"),
        ("gpj.\u202efdp.csv", "gpj.fdp.csv"),
        ("", "file.csv"),
        ("...", "file.csv"),
        (".csv", "csv.csv"),
        ("\0", "file.csv"),
        ("カ\u3099.csv", "ガ.csv"),
        ("\ue000野の証書.csv", "\ue000野の証書.csv"),
        ("塚\ufa10.csv", "塚\ufa10.csv"),
        ("葛\U000e0100.csv", "葛\U000e0100.csv"),
        ("証書.csv\0.exe", "証書.csv.exe.csv"),
    ],
)
def test_names_are_made_harmless(given_name: str, safe: str) -> None:
    assert safe_name(given_name, FileType.CSV) == safe


@given(st.text(), st.sampled_from(FileType))
def test_every_name_becomes_one_that_can_be_sent(name: str, kind: FileType) -> None:
    safe = safe_name(name, kind)
    assert 0 < len(safe) <= LONGEST
    assert safe.lower().endswith(kind.endings)
    assert not set(safe) & set('\r\n\0/\\"')
    header = disposition(safe)
    header.encode("ascii")
    assert unquote(header.rpartition("''")[2]) == safe


@given(st.text(), st.sampled_from(FileType))
def test_a_safe_name_is_left_as_it_is(name: str, kind: FileType) -> None:
    safe = safe_name(name, kind)
    assert safe_name(safe, kind) == safe


def test_a_file_is_sent_as_a_download_that_no_browser_runs() -> None:
    stored = StoredFile(name="名簿 2026.csv", content_type="text/csv", size=5)
    headers = services.response_headers(stored)
    response = StreamingHttpResponse([b"a,b,c"], headers=headers)
    assert response["Content-Disposition"] == (
        "attachment; filename=\"___2026.csv\"; filename*=UTF-8''%E5%90%8D%E7%B0%BF%202026.csv"
    )
    assert response["Content-Type"] == "text/csv"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"
