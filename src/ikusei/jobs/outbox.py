"""Telling listeners what happened: every event at least once, each listener's in the order of their recording.

A listener that fails is asked again after a while that doubles (5 s to an hour) and holds back only its own later
events; after ATTEMPTS failures the event is set aside for the administrator and the listener goes on.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from ikusei.jobs.models import Delivery

logger = logging.getLogger(__name__)

ATTEMPTS = 12
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
ROUND = 500
"""Events per listener and round: nobody's flood keeps the others waiting for long."""


def listeners_of(name: str) -> tuple[str, ...]:
    """The paths of the handlers that listen to events of that name."""
    return tuple(settings.LISTENERS.get(name, ()))


def deliver_events() -> int:
    """How many events were delivered in this round, to all listeners together."""
    waiting = Delivery.objects.filter(delivered_at__isnull=True, set_aside_at__isnull=True)
    listeners = list(waiting.order_by("listener").values_list("listener", flat=True).distinct())
    return sum(_deliver_to(listener) for listener in listeners)


def _deliver_to(listener: str) -> int:
    delivered = 0
    while delivered < ROUND and _deliver_head(listener):
        delivered += 1
    return delivered


def _deliver_head(listener: str) -> bool:
    """Whether the listener's oldest waiting event was delivered; False where none waits, or it must wait."""
    waiting = Delivery.objects.filter(listener=listener, delivered_at__isnull=True, set_aside_at__isnull=True)
    head = waiting.order_by("event_id").first()
    if head is None or (head.next_try_at is not None and head.next_try_at > timezone.now()):
        return False
    try:
        with transaction.atomic():
            # Another worker that holds the row is at it: order would be lost by overtaking it.
            delivery = waiting.select_for_update(skip_locked=True).filter(pk=head.pk).first()
            if delivery is None:
                return False
            import_string(listener)(delivery.event)
            delivery.delivered_at = timezone.now()
            delivery.save(update_fields=["delivered_at"])
    except Exception as error:
        logger.exception("Event %s could not be told to %s", head.event_id, listener)
        _note_failure(head, error)
        return False
    return True


def _note_failure(delivery: Delivery, error: Exception) -> None:
    now = timezone.now()
    delivery.attempts += 1
    delivery.error = f"{type(error).__name__}: {error}"[:2000]
    delivery.next_try_at = now + min(FIRST_WAIT * 2 ** (delivery.attempts - 1), LONGEST_WAIT)
    delivery.set_aside_at = now if delivery.attempts >= ATTEMPTS else None
    delivery.save(update_fields=["attempts", "error", "next_try_at", "set_aside_at"])
