"""The steward's table: kept, brought in, and what its change does to people's levels."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from ikusei.files.models import StoredFile
from ikusei.jobs import services as jobs
from ikusei.jobs.models import Event, Job, JobState
from ikusei.jobs.progress import Progress
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.errors import RuleBroken
from ikusei.skills.formats.certificates import LevelData, read_certificates
from ikusei.skills.models import (
    Assessment,
    CertificateKind,
    Evidence,
    EvidenceFor,
    EvidenceGrade,
    FrameworkVersion,
    HeldLevel,
    Rater,
    Retraction,
)
from ikusei.skills.queries.certificates import table_data
from ikusei.skills.services import certificate_tables as tables
from ikusei.skills.services import certificates as services
from ikusei.skills.services.evidence import check_evidence, withdraw_evidence
from ikusei.skills.services.evidence_expiry import EVENT, tell_of_expiry
from ikusei.skills.tasks import tell_what_expires
from ikusei.skills.tests import proofs
from ikusei.skills.tests.proofs import CLOUD, NETWORK, SECURITY, attach, kind_data, known_kind
from tests.office import Office
from tests.page_client import PageClient
from tests.query_counts import assert_same_cost

pytestmark = pytest.mark.django_db

type Clients = Callable[[Any], PageClient]


@pytest.fixture
def checked(office: Office, skill_map: FrameworkVersion) -> Evidence:
    """The owner's certificate: networks 3, security 2; checked by the manager."""
    proof = attach(office, skill_map, certificate=known_kind())
    check_evidence(actor=office.viewer("manager"), evidence=proof)
    return proof


def stated(office: Office) -> dict[str, tuple[int, int]]:
    """Skill -> level and grade of the examiners' statements of the owner that count."""
    rows = Assessment.objects.filter(person=office.person("owner"), rater=Rater.EXAMINER, retraction=None)
    return {key: (level, grade) for key, level, grade in rows.values_list("skill__key", "level", "evidence")}


def held(office: Office, skill: str) -> int | None:
    rows = HeldLevel.objects.on(clock.today()).filter(person=office.person("owner"), skill__key=skill)
    return rows.values_list("level", flat=True).first()


def form_of(**levels: int) -> dict[str, str]:
    """The form of the certificate with these levels (skill with _ for -)."""
    facts = {
        "key": "ipa-nw",
        "name_ja": "ネットワークスペシャリスト試験",
        "name_en": "Network Specialist",
        "issuer": "情報処理推進機構",
        "valid_months": "",
        "grade": "4",
        "retired_on": "",
    }
    return facts | {f"level-{skill.replace('_', '-')}": str(level) for skill, level in levels.items()}


def test_a_change_of_the_table_changes_nobodys_level_by_itself(office: Office, checked: Evidence) -> None:
    kind = known_kind(levels={NETWORK: 2, CLOUD: 1})
    assert stated(office) == {NETWORK: (3, 4), SECURITY: (2, 4)}
    effect = services.effect_of([kind])
    assert (len(effect.people), len(effect.new), len(effect.old)) == (1, 2, 2)
    assert stated(office) == {NETWORK: (3, 4), SECURITY: (2, 4)}, "looking changes nothing"


def test_applied_it_takes_statements_back_and_adds_others(office: Office, checked: Evidence) -> None:
    before = held(office, SECURITY)
    kind = known_kind(levels={NETWORK: 2, CLOUD: 1})
    services.apply_table(actor=office.viewer("steward"), kinds=[kind])
    assert stated(office) == {NETWORK: (2, 4), CLOUD: (1, 4)}
    assert held(office, NETWORK) == 2, (
        "a lower level follows, although the higher statement is still in the record"
    )
    assert held(office, CLOUD) == 1
    assert held(office, SECURITY) == before, "somebody else's newer statement counts on"
    assert Assessment.objects.filter(rater=Rater.EXAMINER).count() == 4
    assert Retraction.objects.count() == 2
    links = EvidenceFor.objects.filter(evidence=checked).values_list("skill_key", "level")
    assert dict(links) == {NETWORK: 2, CLOUD: 1}
    assert services.effect_of([kind]).is_empty
    again = services.apply_table(actor=office.viewer("steward"), kinds=[kind])
    assert again.is_empty, "applied twice it does nothing the second time"


def test_more_certificates_than_one_statement_takes_are_applied_piece_by_piece(
    office: Office, skill_map: FrameworkVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = known_kind()
    for who in ("owner", "colleague", "owner"):
        proof = attach(office, skill_map, who=who, certificate=kind)
        check_evidence(actor=office.viewer("manager"), evidence=proof)
    monkeypatch.setattr(services, "CHUNK", 2)
    kind = known_kind(levels={NETWORK: 1})
    looked = services.effect_of([kind])
    done = services.apply_table(actor=office.viewer("steward"), kinds=[kind])
    for effect in (looked, done):
        assert (len(effect.people), len(effect.new), len(effect.old)) == (2, 3, 6)
    assert sorted(effect.changes.values()) == [3, 3]
    assert services.effect_of([kind]).is_empty


def test_another_grade_is_stated_anew(office: Office, checked: Evidence) -> None:
    kind = known_kind(grade=EvidenceGrade.TESTED)
    services.apply_table(actor=office.viewer("steward"), kinds=[kind])
    assert stated(office) == {NETWORK: (3, 3), SECURITY: (2, 3)}


def test_a_proposal_is_counted_before_it_is_saved(office: Office, checked: Evidence) -> None:
    kind = CertificateKind.objects.get()
    proposed = kind_data(levels={NETWORK: 3, SECURITY: 1})
    effect = services.effect_of([kind], proposed={kind.key: proposed})
    ((_skill, before, after),) = effect.changes
    assert (before, after) == (2, 1)
    assert services.effect_of([kind], proposed={kind.key: kind_data()}).is_empty


def test_withdrawn_and_unchecked_certificates_are_left_alone(
    office: Office, skill_map: FrameworkVersion, checked: Evidence
) -> None:
    open_one = attach(office, skill_map, who="colleague", certificate=CertificateKind.objects.get())
    withdraw_evidence(actor=office.viewer("owner"), evidence=checked)
    kind = known_kind(levels={NETWORK: 1})
    services.apply_table(actor=office.viewer("steward"), kinds=[kind])
    assert stated(office) == {NETWORK: (3, 4), SECURITY: (2, 4)}
    links = EvidenceFor.objects.filter(evidence=open_one).values_list("skill_key", "level")
    assert dict(links) == {NETWORK: 1}, "what will be stated is shown as the table has it now"


def test_a_skill_that_the_person_added_stays_when_the_table_changes(
    office: Office, skill_map: FrameworkVersion
) -> None:
    proof = attach(office, skill_map, certificate=known_kind(), skills=(CLOUD,))
    check_evidence(actor=office.viewer("manager"), evidence=proof)
    services.apply_table(actor=office.viewer("steward"), kinds=[known_kind(levels={NETWORK: 3})])
    links = EvidenceFor.objects.filter(evidence=proof).values_list("skill_key", "level")
    assert dict(links) == {NETWORK: 3, CLOUD: None}


@pytest.mark.parametrize(
    "level",
    [
        LevelData("no-such", NETWORK, 1),
        LevelData("ikusei-demo", "no-such", 1),
        LevelData("ikusei-demo", NETWORK, 5),
    ],
)
def test_a_level_that_the_framework_does_not_know_is_refused(
    office: Office, skill_map: FrameworkVersion, level: LevelData
) -> None:
    from dataclasses import replace

    with pytest.raises(RuleBroken):
        tables.save_kind(actor=office.viewer("steward"), data=replace(kind_data(), levels=(level,)))
    assert not CertificateKind.objects.exists()


@pytest.mark.parametrize("who", ["manager", "planner", "owner", "academy", "administrator"])
def test_only_stewards_keep_the_table(office: Office, skill_map: FrameworkVersion, who: str) -> None:
    actor = office.viewer(who)
    with pytest.raises(PermissionDenied):
        tables.save_kind(actor=actor, data=kind_data())
    with pytest.raises(PermissionDenied):
        services.apply_table(actor=actor, kinds=[])


def test_many_certificates_are_a_jobs_work(
    office: Office, checked: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 0)
    kind = known_kind(levels={NETWORK: 1})
    applied = services.apply_soon(actor=office.viewer("steward"), kinds=[kind])
    assert applied.job is not None
    assert stated(office)[NETWORK] == (3, 4)
    jobs.run_waiting()
    assert Job.objects.get(pk=applied.job.pk).state == JobState.DONE
    assert stated(office) == {NETWORK: (1, 4)}


def test_everyone_reads_the_table_and_only_stewards_see_how_many_hold_one(
    office: Office, checked: Evidence, client_as: Clients
) -> None:
    page = client_as("stranger").open("/certificates/", language="en")
    assert "Network Specialist" in page
    assert "Networks 3" in page
    assert "People" not in [page.text(cell) for cell in page.find_all("th")]
    page = client_as("steward").open("/certificates/", language="en", q="ｎｅｔｗｏｒｋ")
    assert "People" in [page.text(cell) for cell in page.find_all("th")]
    assert "Nothing has this name" in client_as("steward").open("/certificates/", language="en", q="zzz")


def test_a_certificate_is_added_on_its_page(
    office: Office, skill_map: FrameworkVersion, client_as: Clients
) -> None:
    client = client_as("steward")
    client.open("/certificates/new/")
    answer = client.send("/certificates/new/", form_of(network=3))
    assert answer.response.headers["Location"] == "/certificates/ipa-nw/"
    (data,) = table_data()
    assert data.levels == (LevelData("ikusei-demo", NETWORK, 3),)
    page = client.send("/certificates/new/", form_of(network=2), status=200)
    assert "このキーの資格はすでにあります" in page


def test_a_change_that_affects_people_is_shown_before_it_is_saved(
    office: Office, checked: Evidence, client_as: Clients
) -> None:
    client = client_as("steward")
    url = "/certificates/ipa-nw/"
    page = client.send(url, form_of(network=2, information_security=2), status=200)
    assert "1人に影響します" in page
    assert table_data()[0].levels[-1].level == 3, "nothing is saved yet"
    (seen,) = page.find_all("input", name="seen")
    other = form_of(network=1, information_security=2) | {"seen": seen.get("value", "")}
    assert "1人に影響します" in client.send(url, other, status=200), (
        "what was seen holds for what was seen alone"
    )
    good = form_of(network=2, information_security=2) | {"seen": seen.get("value", "")}
    client.send(url, good)
    assert stated(office)[NETWORK] == (3, 4), "saved for later ones only"
    assert "対応表と異なります" in client.open(url)
    client.send(f"{url}apply/")
    assert stated(office)[NETWORK] == (2, 4)
    assert "対応表と異なります" not in client.open(url)
    client.send(url, form_of(network=2, information_security=2) | {"issuer": "IPA"})
    assert CertificateKind.objects.get().issuer == "IPA", "what affects nobody is saved at once"


def test_a_table_goes_out_and_comes_in(office: Office, checked: Evidence, client_as: Clients) -> None:
    client = client_as("steward")
    response = client.get("/certificates/certificates.csv")
    content = b"".join(response)
    assert read_certificates(content).kinds == tuple(table_data())

    def bring(body: bytes) -> str:
        answer = client.send("/certificates/import/", {"file": SimpleUploadedFile("t.csv", body)})
        return str(answer.response.headers["Location"])

    assert "すでにこの内容です" in client.open(bring(content))
    url = bring(content.replace(b"network,3", b"network,2"))
    page = client.open(url)
    assert "1人に影響します" in page
    client.send(url, {"apply": "yes"})
    assert stated(office)[NETWORK] == (2, 4)
    client.open(url, status=404)
    page = client.open(bring(content.replace(b"network,3", b"no-such,3")))
    assert "まだ保存できません" in page
    page = client.send("/certificates/import/", {"file": SimpleUploadedFile("t.csv", b"<svg/>")}, status=200)
    assert "受け付けていません" in page


def test_a_table_belongs_to_whoever_brought_it_in_and_is_forgotten_after_a_day(
    office: Office, skill_map: FrameworkVersion, client_as: Clients
) -> None:
    upload = {
        "file": SimpleUploadedFile("t.csv", b"key,name_ja,issuer,framework,skill,level\r\na,n,i,,,\r\n")
    }
    url = client_as("steward").send("/certificates/import/", upload).response.headers["Location"]
    stored = StoredFile.objects.get()
    stored.created_by = office.user("planner")
    stored.save()
    client_as("steward").open(url, status=404)
    assert tell_what_expires(Progress()) == {"told": 0, "forgotten": 0}
    StoredFile.objects.update(created_at="2026-01-01T00:00Z")
    assert tell_what_expires(Progress()) == {"told": 0, "forgotten": 1}


def test_the_table_costs_the_same_for_ten_and_for_a_thousand(
    office: Office, skill_map: FrameworkVersion, client_as: Clients
) -> None:
    def add(number: int) -> None:
        known = CertificateKind.objects.count()
        tables.save_table(
            actor=access.operator(), rows=[kind_data(f"kind-{known + place}") for place in range(number)]
        )

    assert_same_cost("certificates", client_as("steward"), "/certificates/", add)


@pytest.mark.parametrize(
    ("expires_on", "days"),
    [
        (date(2026, 4, 15), 0),
        (date(2026, 4, 16), 30),
        (date(2026, 5, 15), 30),
        (date(2026, 5, 16), 90),
        (date(2026, 7, 14), 90),
        (date(2026, 7, 15), None),
        (date(2026, 3, 16), None),
        (date(2026, 3, 17), 0),
    ],
)
def test_the_night_tells_once_what_expires(
    office: Office, skill_map: FrameworkVersion, expires_on: date, days: int | None
) -> None:
    proof = attach(office, skill_map, expires_on=expires_on)
    tell_of_expiry()
    tell_of_expiry()
    told = [event.payload for event in Event.objects.filter(name=EVENT)]
    assert [(one["days"], one["evidence"], one["expires_on"]) for one in told] == (
        [] if days is None else [(days, str(proof.public_id), expires_on.isoformat())]
    )


def test_the_next_threshold_is_told_when_its_day_comes(office: Office, skill_map: FrameworkVersion) -> None:
    attach(office, skill_map, expires_on=date(2026, 6, 1))
    for day in (date(2026, 4, 15), date(2026, 5, 2), date(2026, 5, 20), date(2026, 6, 1), date(2026, 6, 2)):
        with clock.fixed(day):
            tell_of_expiry()
    assert list(Event.objects.filter(name=EVENT).order_by("pk").values_list("payload__days", flat=True)) == [
        90,
        30,
        0,
    ]


def test_what_is_expiring_is_told_of_a_renewed_day_again(office: Office, skill_map: FrameworkVersion) -> None:
    from ikusei.skills.services.evidence import change_evidence
    from ikusei.skills.services.evidence_facts import Facts

    proof = attach(office, skill_map, expires_on=date(2026, 5, 1))
    tell_of_expiry()
    change_evidence(
        actor=office.viewer("owner"),
        evidence=proof,
        facts=Facts(title="更新", issued_on=proofs.ISSUED, expires_on=date(2026, 5, 10)),
    )
    tell_of_expiry()
    assert Event.objects.filter(name=EVENT).count() == 2
