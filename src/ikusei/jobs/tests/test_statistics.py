"""The database counts its rows after a write of many, once it stands."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from ikusei.jobs.tasks import MANY, analyze_after
from tests.database_statistics import believed_rows, out_of_date

pytestmark = pytest.mark.django_db

User = get_user_model()


def write(number: int) -> None:
    User.objects.bulk_create(User(email=f"{place}@example.test") for place in range(number))


def test_many_rows_are_counted_once_they_stand_and_not_before(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    before = out_of_date(User)
    with django_capture_on_commit_callbacks(execute=True):
        write(30)
        analyze_after(MANY)
        assert believed_rows(User) == before
    assert believed_rows(User) == before + 30


def test_few_rows_are_left_to_the_night(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as waiting:
        analyze_after(MANY - 1)
    assert not waiting


def test_what_was_written_stays_where_the_counting_fails(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("ANALYZE no_such_table")

    monkeypatch.setattr("ikusei.jobs.tasks.analyze", broken)
    with django_capture_on_commit_callbacks(execute=True):
        write(1)
        analyze_after(MANY)
    assert User.objects.count() == 1
