"""What an auditor finds."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldFetchBlocked
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ikusei.audit import queries, services
from ikusei.audit.models import Entry
from ikusei.audit.tests.ground import make_entries
from ikusei.lib.clock import TOKYO

pytestmark = pytest.mark.django_db


def found(**wanted: object) -> list[str]:
    return [entry.subject_id for entry in queries.find_entries(queries.Wanted(**wanted))]  # type: ignore[arg-type]


def test_entries_come_newest_first_in_pages() -> None:
    make_entries(5)
    page = queries.page_of_entries(queries.Wanted(), page=2, size=2)
    assert [entry.subject_id for entry in page] == ["2", "1"]
    assert page.paginator.count == 5


def test_each_filter_leaves_out_what_does_not_fit() -> None:
    user = get_user_model().objects.create_user(email="auditor@example.test")
    services.record(actor=user, verb="org.person.edit", subject_kind="person", subject_id="a")
    services.record(actor=None, verb="org.post.edit", subject_kind="post", subject_id="b")
    services.record_looks(
        [Entry(kind=Entry.Kind.LOOK, verb="org.person.open", subject_kind="person", subject_id="c")]
    )
    assert found() == ["c", "b", "a"]
    assert found(actor_id=user.pk) == ["a"]
    assert found(kind="look") == ["c"]
    assert found(verb="org.person.edit") == ["a"]
    assert found(verb="org.person.") == ["c", "a"]
    assert found(subject_kind="person") == ["c", "a"]
    assert found(subject_kind="person", subject_id="c") == ["c"]


def test_the_period_is_half_open_in_days_of_tokyo() -> None:
    make_entries(1)
    day = Entry.objects.get().recorded_at.astimezone(TOKYO).date()
    assert found(from_date=day, until=day + timedelta(days=1)) == ["0"]
    assert found(from_date=day + timedelta(days=1)) == []
    assert found(until=day) == []


def test_a_page_takes_the_same_queries_for_one_and_for_fifty_entries() -> None:
    user = get_user_model().objects.create_user(email="auditor@example.test")
    counts = []
    for more in (1, 49):
        for _number in range(more):
            services.record(actor=user, verb="org.person.edit")
        with CaptureQueriesContext(
            connection,
        ) as queried:
            assert all(str(entry.actor) for entry in queries.page_of_entries(queries.Wanted()))
        counts.append(len(queried))
    assert counts == [2, 2]


def test_what_was_not_fetched_is_not_fetched_later() -> None:
    make_entries(1)
    entry = queries.find_entries(queries.Wanted()).defer("after")[0]
    with pytest.raises(FieldFetchBlocked):
        _ = entry.after


def test_the_state_of_the_chain_tells_what_waits() -> None:
    make_entries(3)
    state = queries.chain_state()
    assert (state.last_seal, state.unsealed, state.is_late) == (None, 3, False)


def test_every_verb_is_offered_once() -> None:
    make_entries(2)
    services.record(actor=None, verb="org.person.edit")
    assert queries.verbs() == ["org.person.edit", "test.thing.make"]
