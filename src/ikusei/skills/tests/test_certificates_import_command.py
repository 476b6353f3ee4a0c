"""`ikusei skills certificates import`, with the example that is shipped."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from ikusei.skills.models import CertificateKind, CertificateLevel, FrameworkVersion
from ikusei.skills.services.evidence import check_evidence
from ikusei.skills.tests.proofs import attach, known_kind
from tests.office import Office

pytestmark = pytest.mark.django_db
EXAMPLE = Path(apps.get_app_config("demo").path) / "data" / "certificates.json"


def run(path: Path, **options: Any) -> dict[str, Any]:
    out = io.StringIO()
    call_command("skills_certificates_import", str(path), json=True, stdout=out, **options)
    result: dict[str, Any] = json.loads(out.getvalue())
    return result


def test_the_example_fits_the_demonstration_framework(skill_map: FrameworkVersion) -> None:
    assert run(EXAMPLE, dry_run=True)["written"] is False
    assert not CertificateKind.objects.exists()
    first = run(EXAMPLE)
    assert (first["written"], first["problems"]) == (True, [])
    assert first["new"] == CertificateKind.objects.count() >= 25
    assert CertificateLevel.objects.filter(level__gt=3).count() == 0, (
        "no examination shows that somebody teaches others"
    )
    again = run(EXAMPLE)
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, first["new"])


def test_the_example_says_whose_it_is() -> None:
    note = json.loads(EXAMPLE.read_text(encoding="utf-8"))["note"]
    assert "not TMG's" in note["en"]
    assert "実演用" in note["ja"]


def test_it_says_how_many_people_it_concerns_and_applies_only_where_asked(
    office: Office, skill_map: FrameworkVersion
) -> None:
    proof = attach(office, skill_map, certificate=known_kind(levels={"network": 1}))
    check_evidence(actor=office.viewer("manager"), evidence=proof)
    assert run(EXAMPLE)["people"] == 1
    levels = proof.assessments.filter(retraction=None)
    assert set(levels.values_list("level", flat=True)) == {1}
    CertificateKind.objects.filter(key="ipa-nw").update(name_en="changed")
    run(EXAMPLE, apply=True)
    assert dict(levels.values_list("skill__key", "level")) == {"network": 3, "information-security": 2}


def test_a_wrong_file_stops_it(
    tmp_path: Path, skill_map: FrameworkVersion, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(
        "key,name_ja,issuer,framework,skill,level\na,n,i,ikusei-demo,no-such,1\n", encoding="utf-8"
    )
    with pytest.raises(SystemExit):
        call_command("skills_certificates_import", str(path))
    assert "no-such" in capsys.readouterr().out
    assert not CertificateKind.objects.exists()
    with pytest.raises(CommandError):
        call_command("skills_certificates_import", str(tmp_path / "nowhere.json"))
