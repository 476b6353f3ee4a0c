"""Publishing other terms of the level rule, and deriving every level anew by them."""

from itertools import batched

from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.jobs import services as jobs
from ikusei.jobs.progress import Progress
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.skills.deriving import Terms
from ikusei.skills.models import Assessment, LevelRule
from ikusei.skills.services.levels import CHUNK, rebuild_levels

SHIPPED = 1
"""The number of the terms that Ikusei comes with, of which no row is kept."""


def publish_rule(*, actor: Viewer, terms: Terms, reason: str, seen: int) -> LevelRule:
    """The new version of the rule, in force at once; a job derives every level anew.

    `seen` is the number of the version that the actor saw: where another was published meanwhile nothing is done.
    Raises RuleBroken for that, for terms that change nothing, and without a reason.
    """
    access.require(actor, Right.CYCLE_RUN)
    if not reason.strip():
        raise RuleBroken(_("Say why the rule changes: everybody can read it."))
    with transaction.atomic():
        last = LevelRule.objects.select_for_update().first()
        number = last.number if last else SHIPPED
        before = last.terms if last else Terms().as_json()
        if number != seen:
            raise RuleBroken(_("The rule was changed meanwhile. Look at it again before you change it."))
        if before == terms.as_json():
            raise RuleBroken(_("These terms are in force already."))
        rule = LevelRule.objects.create(
            number=number + 1, terms=terms.as_json(), reason=reason.strip(), published_by=actor.user
        )
        audit.record(
            actor=actor.user,
            verb="skills.level-rule.publish",
            subject_kind="level-rule",
            subject_id=rule.number,
            before=before,
            after=rule.terms,
        )
        jobs.enqueue(owner=actor.user, task="skills.levels-rebuild")
    return rule


def rebuild_everything(progress: Progress) -> int:
    """How many periods were written: the levels of everybody, derived anew, some hundred people at a time.

    Each portion is one transaction, so whoever reads meanwhile sees whole people, by the old rule or the new one.
    """
    ids = list(Assessment.objects.order_by("person_id").values_list("person_id", flat=True).distinct())
    written = 0
    progress.start(len(ids))
    for chunk in batched(ids, CHUNK):
        written += rebuild_levels(chunk)
        progress.advance(len(chunk))
    return written
