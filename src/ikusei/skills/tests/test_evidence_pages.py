"""The pages about proofs, as the person, a supervisor, a host and a stranger see them; and hostile uploads."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from pytest_django import Settings

from ikusei.accounts.models import User
from ikusei.audit.models import Entry
from ikusei.files.models import StoredFile
from ikusei.files.tests import ground
from ikusei.org import access
from ikusei.org.models import Purpose, Role, RoleGrant, Scope
from ikusei.org.services import posts
from ikusei.skills.models import Cycle, Evidence, EvidenceFor, EvidenceKind, FrameworkVersion, SecondRating
from ikusei.skills.services import evidence as services
from ikusei.skills.tests.proofs import CLOUD, NETWORK, attach, known_kind, pdf
from tests.office import Office
from tests.page_client import PageClient
from tests.query_counts import assert_same_cost

pytestmark = pytest.mark.django_db

type Clients = Callable[[Any], PageClient]


def given(**facts: Any) -> dict[str, Any]:
    """A filled-in form about a piece of work."""
    return {"title": "業務手順書", "issued_on": "2026-03-31", "text": "窓口業務を見直した"} | facts


def at(proof: Evidence, *more: str) -> str:
    return "/".join(["/evidence", str(proof.public_id), *more, ""])


def test_nothing_attached_says_what_to_do_next(
    office: Office, skill_map: FrameworkVersion, client_as: Clients
) -> None:
    page = client_as("owner").open("/evidence/")
    assert "まだ何も登録していません" in page
    assert "/evidence/new/" in page.links()


def test_a_card_says_what_it_is_what_it_speaks_for_and_when_it_expires(
    office: Office, skill_map: FrameworkVersion, client_as: Clients
) -> None:
    attach(office, skill_map, certificate=known_kind(), expires_on=date(2026, 7, 15))
    attach(office, skill_map, kind="completion", issued_on=date(2023, 4, 1), expires_on=date(2026, 4, 1))
    page = client_as("owner").open("/evidence/", language="en")
    for words in (
        "Network Specialist",
        "level 3",
        "expires in 3 months",
        "expired 14 days ago",
        "To be renewed",
        "said",
    ):
        assert words in page


def test_a_work_product_is_attached_with_a_file_and_skills(
    office: Office, skill_map: FrameworkVersion, client_as: Clients
) -> None:
    client = client_as("owner")
    assert "windows" not in client.open("/evidence/new/work/").html
    form = given(skills=[CLOUD, NETWORK], file=pdf("手順書.pdf"), key=str(uuid.uuid4()))
    answer = client.send("/evidence/new/work/", form)
    proof = Evidence.objects.get()
    assert answer.response.headers["Location"] == at(proof)
    assert set(EvidenceFor.objects.values_list("skill_key", flat=True)) == {CLOUD, NETWORK}
    client.send("/evidence/new/work/", form | {"file": pdf("手順書.pdf")})
    assert Evidence.objects.count() == 1, "a form sent twice attaches once"
    page = client.open(at(proof))
    assert "手順書.pdf" in page
    assert "窓口業務を見直した" in page


def test_whoever_comes_from_a_page_goes_back_to_it_and_to_nowhere_else(
    office: Office, skill_map: FrameworkVersion, client_as: Clients
) -> None:
    client = client_as("owner")
    page = client.open("/evidence/new/work/", skill=CLOUD, next="/self-assessment/?on=1")
    chosen = [
        box.get("value") for box in page.find_all("input", name="skills") if box.get("checked") is not None
    ]
    assert chosen == [CLOUD]
    answer = client.send("/evidence/new/work/", given(next="/self-assessment/?on=1"))
    assert answer.response.headers["Location"] == "/self-assessment/?on=1"
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        answer = client.send("/evidence/new/work/", given(next=elsewhere))
        assert answer.response.headers["Location"].startswith("/evidence/")
        assert elsewhere not in client.open("/evidence/new/work/", next=elsewhere).html


def test_certificates_are_found_while_typing_and_any_other_can_be_attached(
    office: Office, skill_map: FrameworkVersion, client_as: Clients
) -> None:
    known_kind()
    known_kind("aws-saa", name_ja="AWS ソリューションアーキテクト", name_en="", issuer="AWS")
    client = client_as("owner")
    found = client.fragment("/evidence/certificates/", q="ＡＷＳ 設計")
    assert "この名称の資格" in found.html
    found = client.fragment("/evidence/certificates/", q="ａｗｓ")
    assert "ソリューションアーキテクト" in found
    assert "ネットワーク" not in found
    page = client.open("/evidence/certificates/", q="ネットワーク", skill=CLOUD)
    (link,) = [link for link in page.links() if "certificate=" in link]
    assert "skill=cloud-platform" in link
    form = client.open(link)
    assert "ネットワークスペシャリスト試験" in form
    assert not form.find_all("input", name="title")
    client.send(
        "/evidence/new/certificate/", {"certificate": "ipa-nw", "issued_on": "2025-06-01", "number": "NW-1"}
    )
    client.send(
        "/evidence/new/certificate/", {"title": "町の資格", "issuer": "商工会", "issued_on": "2025-06-01"}
    )
    assert set(Evidence.objects.values_list("title", "certificate__key")) == {
        ("ネットワークスペシャリスト試験", "ipa-nw"),
        ("町の資格", None),
    }
    client.open("/evidence/new/certificate/", certificate="no-such", status=404)
    client.open("/evidence/new/nonsense/", status=404)


def test_a_posting_that_ended_can_be_chosen(
    office: Office, skill_map: FrameworkVersion, client_as: Clients
) -> None:
    client = client_as("owner")
    assert "終了した配属がまだありません" in client.open("/evidence/new/posting/")
    running = office.person("owner").postings.get(post=office.posts["owner-platform"])
    posts.end_posting(actor=access.operator(), posting=running, on=date(2026, 4, 1))
    page = client.open("/evidence/new/posting/")
    assert "基盤課 開発担当" in page
    client.send("/evidence/new/posting/", {"posting": str(running.pk), "text": "基盤の更改"})
    assert Evidence.objects.get().title == "基盤課 開発担当"
    others = office.person("colleague").postings.get()
    client.send("/evidence/new/posting/", {"posting": str(others.pk), "text": "x"}, status=200)
    assert Evidence.objects.count() == 1


def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_is_kept(
    office: Office, skill_map: FrameworkVersion, client_as: Clients
) -> None:
    page = client_as("owner").send("/evidence/new/work/", given(issued_on="2026-12-31"), status=200)
    assert "未来の日付です" in page
    assert "窓口業務を見直した" in page
    page = client_as("owner").send(
        "/evidence/new/certificate/",
        {"title": "x", "issued_on": "2026-03-31", "valid_until": "2026-03-30"},
        status=200,
    )
    assert not Evidence.objects.exists()


def test_a_proof_is_changed_linked_and_withdrawn_on_its_pages(
    office: Office, skill_map: FrameworkVersion, client_as: Clients
) -> None:
    proof = attach(office, skill_map, kind="work", text="x", upload=pdf())
    client = client_as("owner")
    client.open(at(proof, "change"))
    client.send(at(proof, "change"), given(title="別の名前", drop_file="on"))
    proof.refresh_from_db()
    assert (proof.title, proof.file) == ("別の名前", None)
    client.open(at(proof, "skills"))
    client.send(at(proof, "skills"), {"skills": [CLOUD]})
    assert [link.skill_key for link in proof.skills.all()] == [CLOUD]
    assert "何も残りません" in client.open(at(proof, "withdraw"))
    client.send(at(proof, "withdraw"))
    client.open(at(proof), status=404)


def test_a_supervisor_checks_what_they_saw_and_can_take_it_back(
    office: Office, skill_map: FrameworkVersion, client_as: Clients
) -> None:
    proof = attach(office, skill_map, certificate=known_kind(), number="NW-1")
    client = client_as("manager")
    assert str(proof.public_id) in client.open(f"/people/{proof.person.public_id}/evidence/").html
    page = client.open(at(proof))
    assert "NW-1" in page
    page = client.send(at(proof, "check"), status=200)
    assert page.find_all("input", name="seen"), "the box has to be ticked"
    (mark,) = page.find_all("input", name="mark")
    client.send(at(proof, "check"), {"seen": "on", "mark": mark.get("value", "")})
    page = client.open(at(proof))
    assert "江口 実" in page
    assert "ネットワーク：レベル3" in page
    client.send(at(proof, "undo-check"), {"reason": ""}, status=200)
    client.send(at(proof, "undo-check"), {"reason": "写しであった"})
    page = client_as("owner").open(at(proof))
    assert "写しであった" in page
    assert "取消済み" in page


def test_what_was_changed_after_the_look_is_not_checked(
    office: Office, skill_map: FrameworkVersion, client_as: Clients
) -> None:
    proof = attach(office, skill_map, kind="work", upload=pdf())
    manager, owner = client_as("manager"), client_as("owner")
    (mark,) = manager.open(at(proof)).find_all("input", name="mark")
    shown = {"seen": "on", "mark": mark.get("value", "")}
    owner.send(at(proof, "change"), given(file=SimpleUploadedFile("other.pdf", ground.PDF + b"%other")))
    for form in (shown, {"seen": "on"}):
        manager.send(at(proof, "check"), form)
        proof.refresh_from_db()
        assert proof.checked_at is None
    assert "変更されています" in manager.open(at(proof))
    (mark,) = manager.open(at(proof)).find_all("input", name="mark")
    manager.send(at(proof, "check"), {"seen": "on", "mark": mark.get("value", "")})
    proof.refresh_from_db()
    assert proof.checked_at is not None


def test_signs_that_no_database_holds_do_no_harm(
    office: Office, skill_map: FrameworkVersion, client_as: Clients
) -> None:
    known_kind()
    client = client_as("owner")
    assert "ネットワーク" in client.open("/evidence/certificates/", q="\0 ネットワーク")
    client.open("/certificates/", q="\0")
    client.open("/evidence/new/certificate/", certificate="ipa-nw\0", status=404)
    client.open("/evidence/", page="\0")


def test_looks_at_a_proof_and_its_file_are_noted_and_ones_own_are_not(
    office: Office, skill_map: FrameworkVersion, client_as: Clients
) -> None:
    proof = attach(office, skill_map, upload=pdf())
    for who in ("owner", "manager"):
        client = client_as(who)
        client.open(f"/people/{proof.person.public_id}/evidence/")
        client.open(at(proof))
        assert b"".join(client.get(at(proof, "file"))) == ground.PDF
    looks = Entry.objects.filter(kind=Entry.Kind.LOOK, verb__startswith="skills.evidence.")
    assert list(looks.order_by("pk").values_list("actor__email", "verb")) == [
        ("manager@example.test", f"skills.evidence.{verb}") for verb in ("list", "open", "file")
    ]


def test_a_host_supervisor_sees_only_what_speaks_for_a_skill_they_are_asked_about(
    office: Office, skill_map: FrameworkVersion, cycle: Cycle, client_as: Clients
) -> None:
    asked = skill_map.skills.get(order=0).key
    shown = attach(office, skill_map, kind="completion", title="見える修了証", skills=(asked,), upload=pdf())
    other = attach(
        office, skill_map, kind="completion", title="見えない修了証", skills=(CLOUD,), upload=pdf()
    )
    client = client_as("host_supervisor")
    page = client.open(f"/people/{shown.person.public_id}/evidence/")
    assert "見える修了証" in page
    assert "見えない修了証" not in page
    client.open(at(shown))
    assert client.get(at(shown, "file")).status_code == 200
    client.open(at(other), status=404)
    assert client.get(at(other, "file")).status_code == 404
    cycle.phase = "closed"
    cycle.save()
    client.open(at(shown), status=404)
    assert client.get(at(shown, "file")).status_code == 404


def test_an_invited_host_sees_and_checks_what_they_are_asked_about_in_a_session_that_can_only_confirm(
    office: Office, skill_map: FrameworkVersion, cycle: Cycle, client_as: Clients
) -> None:
    asked = skill_map.skills.get(order=0).key
    shown = attach(office, skill_map, kind="completion", skills=(asked,), upload=pdf())
    other = attach(office, skill_map, kind="completion", skills=(CLOUD,))
    host = User.objects.create_user(email="host@example.test", label="派遣先 上司", code_only=True)
    RoleGrant.objects.create(
        user=host,
        role=Role.HOST_SUPERVISOR,
        scope=Scope.PERSON,
        person=shown.person,
        purpose=Purpose.SUPERVISION,
        from_date=date(2026, 4, 1),
    )
    client = client_as(host)
    client.open(f"/people/{shown.person.public_id}/evidence/")
    (mark,) = client.open(at(shown)).find_all("input", name="mark")
    assert client.get(at(shown, "file")).status_code == 200
    client.open(at(other), status=404)
    client.send(at(shown, "check"), {"seen": "on", "mark": mark.get("value", "")})
    shown.refresh_from_db()
    assert shown.checked_by == host
    for url in ("/evidence/", "/certificates/", f"/people/{office.person('colleague').public_id}/evidence/"):
        assert client.get(url).status_code in (403, 404)


def test_a_second_rater_sees_what_speaks_for_their_skill_until_they_have_answered(
    office: Office, skill_map: FrameworkVersion, cycle: Cycle, client_as: Clients
) -> None:
    skill = skill_map.skills.get(order=0)
    shown = attach(office, skill_map, kind="completion", skills=(skill.key,))
    other = attach(office, skill_map, kind="completion", skills=(CLOUD,))
    client = client_as("colleague")
    client.open(at(shown), status=404)
    called = SecondRating.objects.create(
        participant=cycle.participants.get(person=office.person("owner")),
        skill=skill,
        rater=office.user("colleague"),
        reason="評価が分かれた",
        due_on=date(2026, 4, 30),
    )
    client.open(at(shown))
    client.open(at(other), status=404)
    called.ended_at = "2026-04-15T00:00Z"
    called.save()
    client.open(at(shown), status=404)


def test_a_file_is_sent_as_a_download_that_no_browser_runs(
    office: Office, skill_map: FrameworkVersion, client_as: Clients
) -> None:
    polyglot = ground.PDF + b"<html><script>alert(1)</script></html>"
    proof = attach(office, skill_map, upload=SimpleUploadedFile("証書.pdf", polyglot))
    response = client_as("owner").get(at(proof, "file"))
    assert b"".join(response) == polyglot
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment;")
    assert unquote(response["Content-Disposition"]).endswith("証書.pdf")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"


HOSTILE = {
    "svg.png": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "page.pdf": b"<!DOCTYPE html><script>alert(1)</script>",
    "program.pdf": b"MZ\x90\0" + bytes(300),
    "list.csv": ground.CSV,
    "list.json": ground.JSON,
    "old.xls": ground.XLS,
    "macros.xlsx": ground.with_macros(),
    "hidden.xlsx": ground.with_part("xl/embeddings/oleObject1.bin"),
    "bomb.xlsx": ground.bomb(),
    "locked.xlsx": ground.LOCKED,
    "archive.pdf": ground.zipped(readme=b"x"),
    "broken.png": b"\x89PNG\r\n\x1a\n<html>",
    "empty.pdf": b"",
    "gif.jpg": b"GIF89a" + bytes(30),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_reason_and_nothing_is_kept(
    office: Office, skill_map: FrameworkVersion, client_as: Clients, name: str
) -> None:
    upload = SimpleUploadedFile(name, HOSTILE[name], content_type="application/pdf")
    page = client_as("owner").send("/evidence/new/work/", given(file=upload), status=200)
    (reason,) = page.find_all("p", id="id_file_error")
    assert len(page.text(reason)) > 5
    assert "窓口業務を見直した" in page, "what was typed is kept"
    assert not Evidence.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("証書.pdf.exe", "証書.pdf.exe.pdf"),
        ("..\\..\\windows\\証書.pdf", "証書.pdf"),
        ("../../../etc/passwd", "passwd.pdf"),
        ("証書.html", "証書.html.pdf"),
        ("\ue000野.pdf", "\ue000野.pdf"),
        ("証書.pdf.png", "証書.pdf.png.pdf"),
    ],
)
def test_a_name_is_made_harmless_and_the_file_lies_under_a_random_one(
    office: Office, skill_map: FrameworkVersion, client_as: Clients, name: str, kept: str
) -> None:
    upload = SimpleUploadedFile("x", ground.PDF)
    upload.__dict__["_name"] = name  # as it comes over the wire: Django's own upload cuts folders off
    proof = attach(office, skill_map, upload=upload)
    assert proof.file is not None
    assert proof.file.name == kept
    assert uuid.UUID(str(proof.file.file.name).rpartition("/")[2])


def test_a_file_that_is_too_large_is_refused(
    office: Office, skill_map: FrameworkVersion, client_as: Clients, settings: Settings
) -> None:
    settings.EVIDENCE_BYTES = 1 << 20
    upload = SimpleUploadedFile("x.pdf", ground.PDF + bytes(1 << 20))
    page = client_as("owner").send("/evidence/new/work/", given(file=upload), status=200)
    assert "1 MB" in page
    assert not StoredFile.objects.exists()


def test_what_the_scanner_finds_is_refused(
    office: Office, skill_map: FrameworkVersion, client_as: Clients, settings: Settings
) -> None:
    settings.FILES_SCANNER = "ikusei.files.tests.ground.finds_eicar"
    eicar = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    upload = SimpleUploadedFile("x.pdf", ground.PDF + eicar)
    page = client_as("owner").send("/evidence/new/work/", given(file=upload), status=200)
    assert "Eicar-Test-Signature" in page
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("kind", EvidenceKind.values)
def test_what_somebody_writes_is_never_run(
    office: Office, skill_map: FrameworkVersion, client_as: Clients, kind: str
) -> None:
    if kind == EvidenceKind.POSTING:
        return
    nasty = "<script>alert(1)</script>"
    client = client_as("owner")
    client.send(f"/evidence/new/{kind}/", given(title=nasty, issuer=nasty, text=nasty))
    proof = Evidence.objects.get()
    for url in ("/evidence/", at(proof), f"/people/{proof.person.public_id}/evidence/"):
        assert "<script>alert" not in client.get(url).content.decode()


def test_the_lists_cost_the_same_for_ten_and_for_many(
    office: Office, skill_map: FrameworkVersion, client_as: Clients
) -> None:
    kind = known_kind()

    def add(number: int) -> None:
        for _one in range(min(number, 90)):  # nobody has a thousand
            attach(office, skill_map, certificate=kind, skills=(CLOUD,))

    url = f"/people/{office.person('owner').public_id}/evidence/"
    assert_same_cost("person-evidence", client_as("manager"), url, add)
    assert_same_cost("evidence", client_as("owner"), "/evidence/", lambda number: add(number // 10))


def test_a_proof_costs_the_same_whoever_looks(
    office: Office, skill_map: FrameworkVersion, cycle: Cycle, client_as: Clients
) -> None:
    from tests.query_counts import assert_query_count

    asked = skill_map.skills.get(order=0).key
    proof = attach(office, skill_map, certificate=known_kind(), skills=(asked,))
    services.check_evidence(actor=office.viewer("manager"), evidence=proof)
    for who in ("owner", "manager", "host_supervisor"):
        assert_query_count(f"evidence-item-{who}", client_as(who), at(proof))


@pytest.mark.parametrize("language", ["ja", "en"])
def test_expiry_is_said_as_people_say_it(language: str) -> None:
    from ikusei.skills.templatetags.evidence import expiry_words

    today = date(2026, 4, 15)
    said = {
        day: {"en": en, "ja": ja}[language]
        for day, en, ja in (
            (date(2026, 4, 16), "expires in 1 day", "あと1日で失効"),
            (date(2026, 6, 14), "expires in 60 days", "あと60日で失効"),
            (date(2026, 7, 15), "expires in 3 months", "あと3か月で失効"),
            (date(2026, 4, 15), "expires today", "本日失効"),
            (date(2026, 4, 14), "expired 1 day ago", "1日前に失効"),
            (date(2025, 12, 15), "expired 4 months ago", "4か月前に失効"),
        )
    }
    with translation.override(language):
        assert {day: expiry_words(day, today) for day in said} == said
