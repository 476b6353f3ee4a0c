"""The auditor's question (who saw what, is the chain whole?) and the administrator's (is everything running?)."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import FETCH_RAISE, Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ikusei.accounts.models import User
from ikusei.audit.models import Entry, Seal
from ikusei.jobs.models import Job, JobState
from ikusei.org.access import Viewer
from ikusei.org.models import PeopleImport, Person, Purpose
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
    jobs = Job.objects.select_related("owner").fetch_mode(FETCH_RAISE)
    month = timezone.now() - timedelta(days=DAYS)
    states = Job.objects.aggregate(
        waiting=Count("pk", filter=Q(state=JobState.QUEUED)),
        failed=Count("pk", filter=Q(state=JobState.FAILED, finished_at__gte=month)),
    )
    imports = PeopleImport.objects.select_related("employer", "created_by").defer("journal", "report")
    return Operations(
        jobs=list(jobs[:SHOWN]),
        imports=list(imports.fetch_mode(FETCH_RAISE)[:SHOWN]),
        figures=[
            KeyFigure(
                label=_("People"),
                number=Person.objects.count(),
                rule=_("Everybody on record, those who have left included."),
                url=reverse("org:people"),
            ),
            KeyFigure(
                label=_("Accounts"),
                number=User.objects.filter(is_active=True).count(),
                rule=_("Accounts that may sign in."),
                url=reverse("org:grants"),
            ),
            KeyFigure(
                label=_("Jobs waiting"),
                number=states["waiting"],
                rule=_("Asked for and not begun. If this number stays, no worker is running."),
                url=reverse("portal:jobs"),
            ),
            KeyFigure(
                label=_("Jobs failed"),
                number=states["failed"],
                rule=_("In the last 30 days."),
                url=reverse("portal:jobs") + "?state=failed",
                tone="danger" if states["failed"] else "",
            ),
        ],
    )
