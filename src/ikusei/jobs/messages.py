"""Wake-ups sent through the queue. They carry nothing: losing one costs time, having one twice costs nothing."""

from django.tasks import task

from ikusei.jobs import outbox, running


@task(queue_name="jobs")
def run_next() -> None:
    """Run the job that waits longest."""
    running.run_next()


@task(queue_name="housekeeping")
def deliver() -> None:
    """Tell the listeners what happened."""
    outbox.deliver_events()
