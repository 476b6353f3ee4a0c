"""What a section chief says of a sheet: added, never changed; the last word counts."""

import uuid

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Person, Purpose
from ikusei.rotation.access import require_section
from ikusei.rotation.models import ChiefComment, Opinion, Round, Sheet
from ikusei.rotation.models.wishes import TEXT_LENGTH
from ikusei.rotation.queries.wish_comments import may_be_commented, open_led
from ikusei.rotation.services.wish_sheets import NAME_LENGTH

VERB = "rotation.sheet.comment"


class CommentRefused(RuleBroken):
    """The comment cannot be kept: too late, without an opinion, too long."""


def add_comment(
    *, actor: Viewer, round_id: uuid.UUID, person_id: uuid.UUID, opinion: str, text: str, last: int
) -> ChiefComment:
    """The comment that stands: the new one, or the one before where it says the same.

    `last` is the number of the last comment that the page showed, 0 for none. Raises CommentRefused (also where another
    one was added meanwhile), NotVisible for somebody whose home section the actor does not lead.
    """
    with transaction.atomic():
        round_, person, _section = open_led(actor, round_id=round_id, person_id=person_id)
        if not may_be_commented(round_, actor.today):
            raise CommentRefused(
                _("The last day for comments has passed, and nothing was saved. Tell the personnel section.")
            )
        return _add(actor, round_, person, opinion=opinion, text=text, last=last)


def enter_comment(
    *,
    actor: Viewer,
    round_: Round,
    person: Person,
    opinion: str,
    text: str,
    said_by: str,
    last: int,
) -> ChiefComment:
    """The comment of a chief who cannot reach the system, typed in by the personnel section until the notice.

    Raises CommentRefused, PermissionDenied for everybody else and about oneself.
    """
    require_section(actor, round_.employer)
    if actor.person is not None and actor.person.pk == person.pk:
        raise PermissionDenied(Right.ROTATION_PLAN.value)
    if not round_.opens_on <= actor.today < round_.notice_on:
        raise CommentRefused(_("Comments can be entered from the day the sheets open until the notice."))
    name = said_by.strip()
    if not name or len(name) > NAME_LENGTH:
        raise CommentRefused(_("Please say who said it, in at most 120 characters."))
    with transaction.atomic():
        return _add(actor, round_, person, opinion=opinion, text=text, last=last, said_by=name)


def _add(
    actor: Viewer, round_: Round, person: Person, *, opinion: str, text: str, last: int, said_by: str = ""
) -> ChiefComment:
    if opinion not in Opinion:
        raise CommentRefused(_("Choose an opinion."))
    if len(text) > TEXT_LENGTH:
        raise CommentRefused(_("The text is longer than %(limit)s characters.") % {"limit": TEXT_LENGTH})
    row, _made = Sheet.objects.get_or_create(round=round_, person=person)
    sheet = Sheet.objects.select_for_update().get(pk=row.pk)
    standing = ChiefComment.objects.filter(sheet=sheet).order_by("-pk").first()
    if standing is not None and (standing.opinion, standing.text, standing.said_by) == (
        opinion,
        text,
        said_by,
    ):
        return standing
    if standing is not None and standing.pk != last:
        raise CommentRefused(
            _("Another comment was saved meanwhile. It stands above: read it, and save yours if it counts.")
        )
    if actor.user is None:
        raise CommentRefused(_("A comment has an author."))
    comment = ChiefComment.objects.create(
        sheet=sheet, opinion=opinion, text=text, author=actor.user, said_by=said_by
    )
    # For placement: the person learns of it after the notice, on their own page, and not from the trail.
    audit.record(
        actor=actor.user,
        verb=VERB,
        subject_kind="person",
        subject_id=person.public_id,
        purpose=Purpose.PLACEMENT,
    )
    return comment
