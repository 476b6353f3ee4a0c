"""What a host wishes in a round: said by its head, or entered by the personnel section with the name of who said it."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.lib import clock
from ikusei.org import access as org_access
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Post, Posting, Unit
from ikusei.rotation import access
from ikusei.rotation.models import HostAsk, HostWish, PostRule, Round
from ikusei.rotation.queries.host_wishes import Asked, may_be_entered, may_be_wished
from ikusei.rotation.queries.wish_comments import asked_people
from ikusei.skills.queries.maps.catalogue import catalogue_on


def add_wish(*, actor: Viewer, round_: Round, asked: Asked, said_by: str = "") -> HostWish:
    """The new wish of the unit in which the post lies or the person works.

    The head of a unit says it until the last day of hosts; the personnel section enters it for any unit until the notice
    and names who said it. Raises PermissionDenied for everybody else's units, RuleBroken outside these days, for a post
    that is not in rotation, a person who does not work there, an unknown skill, or where the same was said before.
    """
    with transaction.atomic():
        Round.objects.select_for_update().get(pk=round_.pk)
        return _add(actor, round_, asked, said_by)


def withdraw_wish(*, actor: Viewer, wish: HostWish) -> None:
    """Take a wish back; it stays on record. Raises as `add_wish`."""
    with transaction.atomic():
        locked = HostWish.objects.select_for_update(of=("self",)).select_related("unit").get(pk=wish.pk)
        _require(actor, wish.round, locked.unit, said_by="-")
        if locked.withdrawn_at is not None:
            return
        _withdraw(actor, wish.round, locked)


def record_sheet(*, actor: Viewer, round_: Round, rows: Sequence[Asked], said_by: str = "") -> int:
    """How many wishes of a sheet were new; what was said before of the same post or person is replaced where it differs.

    All or nothing. Raises as `add_wish`.
    """
    new = 0
    with transaction.atomic():
        Round.objects.select_for_update().get(pk=round_.pk)
        for asked in rows:
            subject = Q(post_id=asked.post_id) if asked.post_id else Q(person_id=asked.person_id)
            before = HostWish.objects.filter(subject, round=round_, withdrawn_at=None).first()
            if before is not None and _said(before) == asked:
                continue
            if before is not None:
                _require(actor, round_, before.unit, said_by)
                _withdraw(actor, round_, before)
            _add(actor, round_, asked, said_by)
            new += 1
    return new


def _said(wish: HostWish) -> Asked:
    return Asked(wish.ask, wish.post_id, wish.person_id, wish.count, wish.skill_key, wish.level, wish.text)


def _add(actor: Viewer, round_: Round, asked: Asked, said_by: str) -> HostWish:
    unit = _unit(actor, round_, asked)
    is_proxy = _require(actor, round_, unit, said_by)
    _check(actor, round_, asked)
    wish = HostWish(
        round=round_,
        unit=unit,
        ask=asked.ask,
        post_id=asked.post_id,
        person_id=asked.person_id,
        count=asked.count,
        skill_key=asked.skill_key,
        level=asked.level,
        text=asked.text,
        said_by=said_by if is_proxy else "",
    )
    if actor.user is None:
        raise PermissionDenied(Right.HOST_WISH.value)
    wish.author = actor.user
    wish.full_clean(exclude=["round", "unit", "post", "person", "author"])
    wish.save()
    audit.record(
        actor=actor.user,
        verb="rotation.host-wish.add",
        subject_kind="round",
        subject_id=round_.public_id,
        after={"wish": str(wish.public_id), "unit": unit.pk, "proxy": is_proxy},
    )
    return wish


def _withdraw(actor: Viewer, round_: Round, wish: HostWish) -> None:
    wish.withdrawn_at = clock.now()
    wish.save(update_fields=["withdrawn_at"])
    audit.record(
        actor=actor.user,
        verb="rotation.host-wish.withdraw",
        subject_kind="round",
        subject_id=round_.public_id,
        after={"wish": str(wish.public_id), "unit": wish.unit_id},
    )


def _unit(actor: Viewer, round_: Round, asked: Asked) -> Unit:
    """The unit a wish is of: that of the post, or one where the person works, an own one first."""
    if asked.ask == HostAsk.NEED:
        post = Post.objects.select_related("unit").filter(pk=asked.post_id or 0).first()
        if post is None or not PostRule.objects.on(actor.today).filter(post=post).exists():
            raise RuleBroken(_("The post is not in rotation."))
        return post.unit
    rows = (
        Posting.objects.on(actor.today)
        .filter(person_id=asked.person_id or 0, share__gt=0, person__in=asked_people(round_, actor.today))
        .select_related("post__unit__employer")
        .order_by("-share", "pk")
    )
    units = [row.post.unit for row in rows]
    if not units:
        raise RuleBroken(_("The person does not work there today."))
    own = [unit for unit in units if _leads(actor, unit)]
    return (own or units)[0]


def _leads(actor: Viewer, unit: Unit) -> bool:
    return actor.can(Right.HOST_WISH) and org_access.may_change_unit(actor, Right.HOST_WISH, unit)


def _require(actor: Viewer, round_: Round, unit: Unit, said_by: str) -> bool:
    """Whether the wish is entered for somebody else. Raises PermissionDenied, or RuleBroken on the wrong day."""
    if _leads(actor, unit) and may_be_wished(round_, actor.today):
        return False
    if access.is_section(actor, round_.employer):
        if not may_be_entered(round_, actor.today):
            raise RuleBroken(_("Wishes of hosts are entered before the notice only."))
        if not said_by.strip():
            raise RuleBroken(_("Name who said it."))
        return True
    if _leads(actor, unit):
        raise RuleBroken(_("The last day for wishes of hosts has passed, or has not come."))
    raise PermissionDenied(Right.HOST_WISH.value)


def _check(actor: Viewer, round_: Round, asked: Asked) -> None:
    if asked.ask == HostAsk.NEED:
        if not 1 <= asked.count <= 99:
            raise RuleBroken(_("Between 1 and 99 people can be wished for."))
        same = Q(post_id=asked.post_id, skill_key=asked.skill_key)
    else:
        same = Q(person_id=asked.person_id)
    if bool(asked.skill_key) != (asked.level is not None):
        raise RuleBroken(_("A skill is named together with its level."))
    catalogue = catalogue_on(actor.today)
    if asked.skill_key and (
        catalogue is None or catalogue.skill(asked.skill_key) is None or asked.level not in catalogue.steps
    ):
        raise RuleBroken(_("There is no such skill or level."))
    if HostWish.objects.filter(same, round=round_, withdrawn_at=None).exists():
        raise RuleBroken(_("The same was said before: take that back first."))
