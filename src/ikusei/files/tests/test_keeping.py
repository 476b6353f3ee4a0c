"""Files and transactions: nothing stays that belongs to nothing, nothing goes that is needed."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from ikusei.files import services, tasks
from ikusei.files.kinds import FileType
from ikusei.files.models import StoredFile
from ikusei.files.tests import ground
from ikusei.jobs.progress import Progress


def store(name: str = "list.csv") -> StoredFile:
    return services.store_upload(
        user=None,
        name=name,
        content=io.BytesIO(ground.CSV),
        owner_kind="test",
        allowed={FileType.CSV},
        limit=1 << 20,
    )


def is_on_disk(stored: StoredFile) -> bool:
    return default_storage.exists(str(stored.file.name))


@pytest.mark.django_db(transaction=True)
def test_a_file_of_a_committed_transaction_stays() -> None:
    with transaction.atomic():
        stored = store()
        assert is_on_disk(stored)
    assert is_on_disk(stored)


@pytest.mark.django_db(transaction=True)
def test_a_file_outside_a_transaction_stays() -> None:
    assert is_on_disk(store())


@pytest.mark.django_db(transaction=True)
def test_a_file_of_a_transaction_that_is_rolled_back_is_removed() -> None:
    with transaction.atomic():
        stored = store()
        transaction.set_rollback(True)
    assert not is_on_disk(stored)


@pytest.mark.django_db(transaction=True)
def test_a_file_of_a_savepoint_that_is_rolled_back_is_removed_and_the_other_stays() -> None:
    with transaction.atomic():
        kept = store()
        with transaction.atomic():
            lost = store()
            transaction.set_rollback(True)
        assert not is_on_disk(lost)
    assert is_on_disk(kept)


@pytest.mark.django_db(transaction=True)
def test_a_file_whose_row_cannot_be_written_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise IntegrityError("no room")

    monkeypatch.setattr(StoredFile, "save", fail)
    before = listed()
    with pytest.raises(IntegrityError):
        store()
    assert listed() == before


@pytest.mark.django_db(transaction=True)
def test_a_deleted_file_goes_when_the_deletion_is_sure() -> None:
    stored = store()
    with transaction.atomic():
        services.delete_stored(StoredFile.objects.get(pk=stored.pk))
        transaction.set_rollback(True)
    assert is_on_disk(stored)
    services.delete_stored(StoredFile.objects.get(pk=stored.pk))
    assert not is_on_disk(stored)
    assert not StoredFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_night_sweeps_old_files_without_a_row_and_nothing_else() -> None:
    stored = store()
    for name, age in (("old", timedelta(days=2)), ("young", timedelta(hours=1))):
        path = Path(default_storage.path(f"stored/{name}"))
        path.write_bytes(b"x")
        then = (timezone.now() - age).timestamp()
        os.utime(path, (then, then))
    assert tasks.sweep(Progress()) == {"removed": 1, "missing": 0}
    assert is_on_disk(stored)
    assert default_storage.exists("stored/young")
    default_storage.delete("stored/young")


@pytest.mark.django_db(transaction=True)
def test_the_night_tells_of_files_that_are_gone() -> None:
    default_storage.delete(str(store().file.name))
    result = tasks.sweep(Progress())
    assert result is not None
    assert result["missing"] == 1


@pytest.mark.django_db(transaction=True)
def test_only_ikusei_itself_may_read_a_stored_file() -> None:
    mode = Path(default_storage.path(str(store().file.name))).stat().st_mode
    assert mode & 0o077 == 0


def listed() -> list[str]:
    folder = Path(default_storage.path("stored"))
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []
