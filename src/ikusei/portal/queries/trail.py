"""The audit trail as an auditor reads it, who is an employee too."""

from collections.abc import Iterable

from django.core.paginator import Page
from django.db.models import QuerySet

from ikusei.audit.models import Entry
from ikusei.audit.queries import Wanted, page_of_entries
from ikusei.org.access import Viewer
from ikusei.org.queries.looks import not_yet_known
from ikusei.portal.queries.own_changes import secret_changes


def page_of_trail(viewer: Viewer, wanted: Wanted, *, page: str = "1") -> Page[Entry]:
    """One page of the trail, newest first.

    Of the auditor's own placement the trail tells as little before the notice (内示) as every other page; from that day on
    these entries are there. Whoever has the machine reads all of it at any time.
    """
    return page_of_entries(wanted, page=page, without=_own_secrets(viewer))


def _own_secrets(viewer: Viewer) -> Iterable[QuerySet[Entry]]:
    if viewer.person is None or viewer.user is None:
        return ()
    return (not_yet_known(viewer.person), secret_changes(viewer.person, viewer.user, viewer.today))
