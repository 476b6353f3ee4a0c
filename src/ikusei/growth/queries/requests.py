"""Requests to be taught: between two people only."""

import uuid

from django.db.models import Q

from ikusei.growth.models import TeachRequest
from ikusei.org.access import NotVisible, Viewer


def open_request(viewer: Viewer, public_id: uuid.UUID) -> TeachRequest:
    """A request that the viewer sent or received; raises NotVisible for anybody else's."""
    if viewer.person is None:
        raise NotVisible("person")
    theirs = Q(asker=viewer.person) | Q(expert=viewer.person)
    found = TeachRequest.objects.filter(theirs, public_id=public_id).first()
    if found is None:
        raise NotVisible(str(public_id))
    return found
