"""Reading the audit trail: for the auditor's page and its exports."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, QuerySet
from django.utils import timezone

from ikusei.audit.models import Entry, Seal
from ikusei.lib.clock import TOKYO

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an auditor looks for; an empty field asks for nothing. The days are half-open, [from_date, until).

    `account` is the mail address of the account that did or saw it.

    `verb` is a whole verb or the beginning of one that ends with a dot ("org.person." finds all of them).
    """

    actor_id: int | None = None
    account: str = ""
    kind: str = ""
    purpose: str = ""
    verb: str = ""
    subject_kind: str = ""
    subject_id: str = ""
    from_date: date | None = None
    until: date | None = None


def find_entries(wanted: Wanted) -> QuerySet[Entry]:
    """The entries that fit, newest first, each with its actor."""
    entries = Entry.objects.select_related("actor").order_by("-pk").fetch_mode(FETCH_RAISE)
    exact = {
        "actor_id": wanted.actor_id,
        "actor__email__iexact": wanted.account or None,
        "kind": wanted.kind or None,
        "purpose": wanted.purpose or None,
        "subject_kind": wanted.subject_kind or None,
        "subject_id": wanted.subject_id or None,
    }
    entries = entries.filter(**{field: value for field, value in exact.items() if value is not None})
    if wanted.verb:
        operator = "startswith" if wanted.verb.endswith(".") else "exact"
        entries = entries.filter(**{f"verb__{operator}": wanted.verb})
    if wanted.from_date:
        entries = entries.filter(recorded_at__gte=_midnight(wanted.from_date))
    if wanted.until:
        entries = entries.filter(recorded_at__lt=_midnight(wanted.until))
    return entries


def page_of_entries(
    wanted: Wanted,
    *,
    page: int | str = 1,
    size: int = PAGE_SIZE,
    without: Iterable[QuerySet[Entry]] = (),
) -> Page[Entry]:
    """One page of `find_entries` without some; a page number that is none gives the first, one too high the last."""
    entries = find_entries(wanted)
    for hidden in without:
        entries = entries.exclude(pk__in=hidden.values("pk"))
    return Paginator(entries, size).get_page(page)


def verbs() -> list[str]:
    """Every verb that was ever recorded, for the choice on the page."""
    return list(Entry.objects.order_by("verb").values_list("verb", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class ChainState:
    """How far the trail is sealed, without reading the entries again (that is `services.verify`)."""

    last_seal: Seal | None
    unsealed: int
    is_late: bool


def chain_state() -> ChainState:
    """The last seal, how many entries came after it, and whether one of them has waited for a day."""
    last = Seal.objects.order_by("-last_id").first()
    waiting = Entry.objects.filter(pk__gt=last.last_id if last else 0)
    oldest = waiting.order_by("pk").values_list("recorded_at", flat=True).first()
    return ChainState(
        last_seal=last,
        unsealed=waiting.count(),
        is_late=oldest is not None and oldest < timezone.now() - timedelta(days=1),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=TOKYO)
