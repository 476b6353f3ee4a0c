"""What the clock calls every minute (settings.TASKS): letters that were to be tried again later are due now."""

from django.tasks import task

from ikusei.notices import sending, waking


@task(queue_name="housekeeping")
def look_for_due_letters() -> None:
    """Wake the worker where letters are due; take letters from senders that died."""
    sending.settle_lost()
    if sending.next_mailing() is not None:
        waking.wake()
