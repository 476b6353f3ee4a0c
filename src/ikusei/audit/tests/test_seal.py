"""Sealing, and what verification finds when somebody tampers below the application."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from ikusei.audit import services
from ikusei.audit.models import Entry, Seal
from ikusei.audit.tests.ground import age, make_entries, without_triggers

pytestmark = pytest.mark.django_db


def tamper(statement: str) -> None:
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_fresh_entries_are_not_sealed_yet() -> None:
    make_entries(3)
    assert services.seal() == []


def test_settled_entries_are_sealed_once_and_the_next_run_goes_on() -> None:
    make_entries(3)
    (first,) = services.seal(settling=age())
    assert services.seal(settling=age()) == []
    make_entries(2)
    (second,) = services.seal(settling=age())
    assert (first.count, second.count) == (3, 2)
    assert second.first_id > first.last_id
    verdict = services.verify()
    assert (verdict.is_whole, verdict.seals, verdict.entries, verdict.head) == (True, 2, 5, second.digest)


def test_many_entries_get_several_seals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "RUN", 2)
    make_entries(5)
    assert [link.count for link in services.seal(settling=age())] == [2, 2, 1]
    assert services.verify().is_whole


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET verb = 'test.thing.see' WHERE subject_id = '1'",
        "UPDATE audit_entry SET after = '{}' WHERE subject_id = '1'",
        "UPDATE audit_entry SET recorded_at = '2020-01-01 00:00:00+00:00' WHERE subject_id = '1'",
        "DELETE FROM audit_entry WHERE subject_id = '1'",
        "UPDATE audit_seal SET digest = '" + "0" * 64 + "'",
        "UPDATE audit_seal SET count = count + 1",
    ],
)
def test_a_change_below_the_application_shows(statement: str) -> None:
    make_entries(3)
    (seal,) = services.seal(settling=age())
    make_entries(1)
    services.seal(settling=age())
    tamper(statement)
    verdict = services.verify()
    assert not verdict.is_whole
    assert verdict.broken == seal


def test_an_entry_put_in_afterwards_shows() -> None:
    entries = make_entries(2)
    gap = entries[-1].pk + 1
    Entry(pk=gap + 1, kind=Entry.Kind.CHANGE, verb="test.thing.make").save()
    services.seal(settling=age())
    Entry(pk=gap, kind=Entry.Kind.CHANGE, verb="test.thing.forge").save()
    assert services.verify().broken is not None


def test_a_chain_cut_off_at_its_end_shows_by_the_digest_that_was_noted() -> None:
    make_entries(2)
    services.seal(settling=age())
    make_entries(2)
    services.seal(settling=age())
    noted = services.verify().head
    assert services.verify(noted=noted).is_whole
    last = Seal.objects.get(digest=noted)
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_seal WHERE id = %s", [last.pk])
        cursor.execute("DELETE FROM audit_entry WHERE id >= %s", [last.first_id])
    assert services.verify().is_whole
    assert not services.verify(noted=noted).is_whole


def test_entries_that_wait_too_long_for_a_seal_are_told() -> None:
    (entry,) = make_entries(1)
    late = entry.recorded_at - timedelta(days=3)
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_entry SET recorded_at = %s", [late])
    verdict = services.verify()
    assert verdict.unsealed_since is not None
    assert verdict.is_whole


def test_the_command_seals_and_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.seal, "__kwdefaults__", {"settling": age()})
    make_entries(2)
    call_command("audit_seal", "--json")
    assert json.loads(capsys.readouterr().out)["entries"] == 2


def test_the_command_says_that_the_chain_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    make_entries(2)
    services.seal(settling=age())
    call_command("audit_verify", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["whole"], told["entries"], told["broken"]) == (True, 2, None)


def test_the_command_exits_1_where_the_chain_is_broken(capsys: pytest.CaptureFixture[str]) -> None:
    make_entries(2)
    services.seal(settling=age())
    tamper("UPDATE audit_entry SET verb = 'test.thing.see'")
    with pytest.raises(SystemExit) as ended:
        call_command("audit_verify", "--json")
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out)["broken"]["first_id"] > 0
