"""The auditor's question (who saw what, is the chain whole?) and the administrator's (is everything running?)."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import FETCH_RAISE, Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ikusei.audit.models import Entry, Seal
from ikusei.jobs.models import Job
from ikusei.jobs.queries import health, latest_jobs
from ikusei.org.access import Viewer
from ikusei.org.models import PeopleImport, Purpose
from ikusei.ui.components import KeyFigure

DAYS = 30
SHOWN = 8


@dataclass(frozen=True, slots=True)
class LooksFor:
    """How often people's data was looked at for a purpose, and by how many accounts."""

    purpose: str
    times: int
    viewers: int

    @property
    def label(self) -> str:
        """The purpose in words."""
        return (
            str(Purpose(self.purpose).label)
            if self.purpose in Purpose
            else str(_("without a stated purpose"))
        )


@dataclass(frozen=True, slots=True)
class Trail:
    """The audit trail at a glance: looks of the last 30 days by purpose, the newest changes, the last seal."""

    figures: list[KeyFigure]
    looks: list[LooksFor]
    changes: list[Entry]


def audit_trail(viewer: Viewer) -> Trail:
    """What an auditor sees first."""
    since = timezone.now() - timedelta(days=DAYS)
    looks = (
        Entry.objects.filter(kind=Entry.Kind.LOOK, recorded_at__gte=since)
        .order_by()
        .values("purpose")
        .annotate(times=Count("pk"), viewers=Count("actor", distinct=True))
        .order_by("-times")
        .values_list("purpose", "times", "viewers")
    )
    changes = Entry.objects.filter(kind=Entry.Kind.CHANGE).select_related("actor").fetch_mode(FETCH_RAISE)
    seal = Seal.objects.order_by("-last_id").first()
    unsealed = Entry.objects.filter(pk__gt=seal.last_id if seal else 0).count()
    return Trail(
        figures=[
            KeyFigure(
                label=_("Entries since the last seal"),
                number=unsealed,
                rule=_("Entries are sealed once they are an hour old; a seal covers all entries before it."),
                url=reverse("portal:audit"),
            ),
            KeyFigure(
                label=_("Seals"),
                number=Seal.objects.count(),
                rule=_("Links of the chain; “ikusei audit verify” checks every one of them."),
                url=reverse("portal:audit"),
            ),
        ],
        looks=[LooksFor(purpose=row[0], times=row[1], viewers=row[2]) for row in looks],
        changes=list(changes[:SHOWN]),
    )


@dataclass(frozen=True, slots=True)
class Operations:
    """What runs, what failed, what came in."""

    figures: list[KeyFigure]
    jobs: list[Job]
    imports: list[PeopleImport]


def operations(viewer: Viewer) -> Operations:
    """What an administrator sees first."""
    state = health()
    imports = PeopleImport.objects.select_related("employer", "created_by").defer("journal", "report")
    return Operations(
        jobs=latest_jobs(size=SHOWN),
        imports=list(imports.fetch_mode(FETCH_RAISE)[:SHOWN]),
        figures=[
            KeyFigure(
                label=_("Workers running"),
                number=state.workers,
                rule=_("Processes that do background work, on all machines. With 0 nothing will be done."),
                url=reverse("portal:jobs"),
                tone="" if state.workers else "danger",
            ),
            KeyFigure(
                label=_("Jobs waiting"),
                number=state.waiting,
                rule=_("Asked for and not begun."),
                url=reverse("portal:jobs") + "?state=queued",
            ),
            KeyFigure(
                label=_("Jobs failed"),
                number=state.failed_today,
                rule=_("In the last 24 hours."),
                url=reverse("portal:jobs") + "?state=failed",
                tone="danger" if state.failed_today else "",
            ),
            KeyFigure(
                label=_("News not delivered"),
                number=state.undelivered + state.set_aside,
                rule=_("Recorded events that a listener has not taken yet, those set aside included."),
                tone="danger" if state.set_aside else "",
            ),
        ],
    )
