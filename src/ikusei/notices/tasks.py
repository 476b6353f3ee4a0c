"""What is done about mails in the background."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ikusei.jobs.progress import Progress
from ikusei.jobs.registry import nightly, task
from ikusei.notices import sending, services, waking


@task(waking.TASK, label=_("Sending of notices"))
def send_notices(progress: Progress) -> dict[str, Any]:
    """{"sent": letters that the mail server took}. Begun again after a crash it goes on with what waits."""
    return {"sent": sending.send_due(progress), "url": "/notices/"}


@nightly("notices.prune", label=_("Removal of old mailings"))
def prune(progress: Progress) -> dict[str, Any]:
    """{"mailings", "letters", "bounces"}: what was older than a city keeps it."""
    return services.prune(progress)
