"""The nightly check of shares: silent while all is well, a failed job for the administrator when it is not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ikusei.jobs.registry import TaskFailed, find_task, nightly_tasks
from ikusei.org.models import Posting
from ikusei.org.tasks import check_shares
from tests.office import SINCE, Office


class Silent:
    """A progress nobody reads."""


def test_it_runs_every_night() -> None:
    assert "org.people-over-whole" in nightly_tasks()
    assert find_task("org.people-over-whole").function is check_shares


def test_shares_that_add_up_are_no_news(office: Office) -> None:
    assert check_shares(Silent()) == {}


def test_a_posting_written_past_the_service_is_found(office: Office) -> None:
    Posting.objects.create(
        person=office.person("colleague"),
        post=office.posts["owner-platform"],
        from_date=SINCE,
        share=Decimal("0.2"),
    )
    with pytest.raises(TaskFailed, match="2024-04-01"):
        check_shares(Silent())
