"""The audit trail can be read and added to, nothing else."""

import pytest
from django.db import Error, connection, transaction

from ikusei.audit import services
from ikusei.audit.models import AppendOnlyError, Entry, Seal
from ikusei.audit.tests.ground import age, make_entries

pytestmark = pytest.mark.django_db


def test_an_entry_cannot_be_saved_again() -> None:
    entry = services.record(actor=None, verb="test.thing.make")
    entry.verb = "test.thing.forge"
    with pytest.raises(AppendOnlyError):
        entry.save()


def test_an_entry_cannot_be_written_over_an_old_number() -> None:
    entry = services.record(actor=None, verb="test.thing.make")
    with pytest.raises(Error), transaction.atomic():
        Entry(pk=entry.pk, kind=Entry.Kind.CHANGE, verb="test.thing.forge").save()
    assert Entry.objects.get(pk=entry.pk).verb == "test.thing.make"


def test_an_entry_cannot_be_deleted() -> None:
    entry = services.record(actor=None, verb="test.thing.make")
    with pytest.raises(AppendOnlyError):
        entry.delete()


def test_querysets_refuse_update_bulk_update_and_delete() -> None:
    entry = services.record(actor=None, verb="test.thing.make")
    with pytest.raises(AppendOnlyError):
        Entry.objects.filter(pk=entry.pk).update(verb="x")
    with pytest.raises(AppendOnlyError):
        Entry.objects.bulk_update([entry], ["verb"])
    with pytest.raises(AppendOnlyError):
        Entry.objects.all().delete()


def test_a_seal_is_append_only_too() -> None:
    make_entries(2)
    (seal,) = services.seal(settling=age())
    with pytest.raises(AppendOnlyError):
        seal.save()
    with pytest.raises(AppendOnlyError):
        seal.delete()
    with pytest.raises(AppendOnlyError):
        Seal.objects.update(digest="0" * 64)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET verb = 'test.thing.forge'",
        "DELETE FROM audit_entry",
        "UPDATE audit_seal SET digest = ''",
    ],
)
def test_the_database_refuses_raw_changes_of_what_is_sealed(statement: str) -> None:
    make_entries(2)
    services.seal(settling=age())
    with pytest.raises(Error, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert services.verify().is_whole
    assert Entry.objects.count() == 2


def test_an_entry_goes_with_a_transaction_that_fails() -> None:
    with transaction.atomic():
        services.record(actor=None, verb="test.thing.make")
        transaction.set_rollback(True)
    assert not Entry.objects.exists()
