"""News: recorded with the fact, told to every listener at least once and in order."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from ikusei.jobs import outbox, queries, services
from ikusei.jobs.models import Delivery, Event
from ikusei.jobs.tests.ground import BROKEN, HEARD

pytestmark = pytest.mark.django_db

FIRST = "ikusei.jobs.tests.ground.first_listener"
SECOND = "ikusei.jobs.tests.ground.second_listener"


@pytest.fixture(autouse=True)
def listeners(settings: Settings) -> Iterator[None]:
    settings.LISTENERS = {"test.happened": (FIRST, SECOND)}
    HEARD.clear()
    BROKEN.clear()
    yield
    BROKEN.clear()


def record(*numbers: int) -> None:
    for number in numbers:
        services.record_event(name="test.happened", payload={"number": number})


def test_every_listener_hears_every_event_once_in_order() -> None:
    record(1, 2, 3)
    assert outbox.deliver_events() == 6
    assert outbox.deliver_events() == 0
    assert [number for who, number in HEARD if who == "first"] == [1, 2, 3]
    assert [number for who, number in HEARD if who == "second"] == [1, 2, 3]


def test_an_event_of_a_transaction_that_fails_never_happened() -> None:
    with transaction.atomic():
        record(1)
        transaction.set_rollback(True)
    assert outbox.deliver_events() == 0
    assert not Event.objects.exists()


def test_an_event_without_listeners_is_kept_as_a_fact() -> None:
    services.record_event(name="test.unheard", payload={})
    assert Event.objects.count() == 1
    assert not Delivery.objects.exists()


def test_a_listener_that_fails_holds_up_only_itself_and_keeps_its_order() -> None:
    BROKEN.add("first")
    record(1, 2)
    outbox.deliver_events()
    assert HEARD == [("second", 1), ("second", 2)]
    (trouble,) = queries.troubled_deliveries()
    assert (trouble.listener, trouble.attempts) == (FIRST, 1)
    assert "first is not at home" in trouble.error
    BROKEN.clear()
    assert outbox.deliver_events() == 0, "the next try has its time"
    Delivery.objects.update(next_try_at=timezone.now())
    outbox.deliver_events()
    assert HEARD[2:] == [("first", 1), ("first", 2)]


def test_the_wait_doubles_up_to_an_hour() -> None:
    BROKEN.add("first")
    record(1)
    waits = []
    for _try in range(outbox.ATTEMPTS):
        Delivery.objects.update(next_try_at=None)
        outbox.deliver_events()
        next_try = Delivery.objects.get(listener=FIRST).next_try_at
        assert next_try is not None
        waits.append(round((next_try - timezone.now()) / timedelta(seconds=1)))
    assert waits[:4] == [5, 10, 20, 40]
    assert waits[-1] == 3600


def test_an_event_nobody_can_take_is_set_aside_and_the_next_goes_on() -> None:
    BROKEN.add("first")
    record(1)
    for _try in range(outbox.ATTEMPTS):
        Delivery.objects.update(next_try_at=None)
        outbox.deliver_events()
    BROKEN.clear()
    record(2)
    outbox.deliver_events()
    assert ("first", 2) in HEARD
    assert ("first", 1) not in HEARD
    (aside,) = queries.troubled_deliveries()
    assert queries.health().set_aside == 1
    services.deliver_again(actor=get_user_model().objects.create_user(email="a@example.test"), delivery=aside)
    outbox.deliver_events()
    assert ("first", 1) in HEARD


def test_what_a_failing_listener_wrote_is_taken_back(settings: Settings) -> None:
    settings.LISTENERS = {"test.happened": (f"{__name__}.write_and_fail",)}
    record(1)
    outbox.deliver_events()
    assert not Event.objects.filter(name="test.half-done").exists()


def write_and_fail(event: Event) -> None:
    """A listener that breaks half-way."""
    Event.objects.create(name="test.half-done")
    raise ConnectionError


def test_many_events_are_recorded_in_two_statements(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(2):
        services.record_events(name="test.happened", payloads=[{"number": number} for number in range(20)])
