"""What a plan can be asked to keep: last year's outlook, or moves of a draft of this round that are approved already."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ikusei.org.access import NotVisible, Viewer
from ikusei.rotation.announced import Announced, announced_seats
from ikusei.rotation.models import Draft
from ikusei.rotation.picture import MoveFacts, Picture
from ikusei.rotation.queries.outlooks import announced_by, approved_moves, approving_drafts, sources


@dataclass(frozen=True, slots=True)
class Announcement:
    """A draft whose moves count as announced, in words."""

    draft: Draft
    is_outlook: bool

    @property
    def key(self) -> str:
        """How a form names it."""
        return str(self.draft.public_id)

    @property
    def words(self) -> str:
        """What it is."""
        words = {"name": self.draft.name, "year": str(self.draft.round)}
        if self.is_outlook:
            return _("the outlook of “%(name)s” of %(year)s") % words
        return _("the moves of “%(name)s” that the personnel section has approved") % words


def announcements(viewer: Viewer, draft: Draft) -> list[Announcement]:
    """What can count as announced for a draft: the outlook that it began with before others. Two queries."""
    outlooks = sources(viewer, draft.round)
    outlooks.sort(key=lambda one: one.pk != draft.outlook_of_id)
    found = [Announcement(one, is_outlook=True) for one in outlooks]
    return [*found, *(Announcement(one, is_outlook=False) for one in approving_drafts(viewer, draft.round))]


def open_announcement(viewer: Viewer, draft: Draft, public_id: uuid.UUID) -> Announcement:
    """The announcement of a draft with a public id. Raises NotVisible (404) for one that is none for this draft."""
    for one in announcements(viewer, draft):
        if one.draft.public_id == public_id:
            return one
    raise NotVisible(str(public_id))


def moves_of(announcement: Announcement, picture: Picture) -> list[MoveFacts]:
    """The moves that an announcement announces in the round of the picture."""
    if announcement.is_outlook:
        return [one.now for one in announced_by(announcement.draft, picture) if one.goes_on]
    return approved_moves(announcement.draft)


def seats_of(announcement: Announcement, picture: Picture, moves: Sequence[MoveFacts]) -> Announced:
    """The seats that it announces: of an outlook up to the last year that its own round planned."""
    last = announcement.draft.round.years[-1] + 1
    return announced_seats(picture, moves, until=last)
