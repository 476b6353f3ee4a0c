"""What a post asks of whoever sits in it, from a day on. Earlier days keep what held on them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.org.access import Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Post, PostTerms
from ikusei.rotation.models import Axis, GrowthClass, PostRule, PostSkill
from ikusei.rotation.post_access import require_rule_change


@dataclass(frozen=True, slots=True)
class Asked:
    """What a post asks for and gives: fields of PostRule, the growth class by its key, and levels by skill key."""

    growth_class: str
    grades: tuple[str, ...] = ()
    job_types: tuple[str, ...] = ()
    tenure_min: int = 2
    tenure_max: int = 4
    minimum: int = 0
    continuity: int = 0
    expert_axis: str = ""
    expert_level: int = 55
    expert_count: int = 0
    service_kind: str = ""
    skills: Mapping[str, int] = field(default_factory=dict)


def change_rule(*, actor: Viewer, post: Post, on: date, asked: Asked) -> PostRule:
    """The rule of a post that begins on a day; the one before ends with that day. The first rule takes it into rotation.

    A rule that began on the very day is corrected, the audit trail keeps what it said. Raises RuleBroken where the post
    is not open on the day, a later rule is planned, or more people are asked for than have seats.
    """
    require_rule_change(actor, post)
    with transaction.atomic():
        post = Post.objects.select_for_update().get(pk=post.pk)
        growth = GrowthClass.objects.filter(key=asked.growth_class).first()
        if growth is None:
            raise RuleBroken(_("There is no growth class “%(key)s”.") % {"key": asked.growth_class})
        _check(post, on, asked)
        last = post.rotation_rules.order_by("-from_date").first()
        if last is not None and last.from_date > on:
            raise RuleBroken(_("A later change of this post is recorded already."))
        before = _told(last) if last is not None else None
        rule = last if last is not None and last.from_date == on else None
        if rule is None:
            _end(last, on)
            rule = PostRule(post=post, from_date=on, until=None)
        values = asdict(asked) | {"growth_class": growth}
        skills = values.pop("skills")
        for name, value in values.items():
            setattr(rule, name, list(value) if isinstance(value, tuple) else value)
        rule.until = None
        rule.full_clean(exclude=["post"])
        rule.save()
        rule.skills.all().delete()
        PostSkill.objects.bulk_create(
            PostSkill(rule=rule, skill_key=key, level=level) for key, level in sorted(skills.items()) if level
        )
        audit.record(
            actor=actor.user,
            verb="rotation.post.rule",
            subject_kind="post",
            subject_id=post.pk,
            before=before,
            after=_told(rule),
        )
    return rule


def end_rule(*, actor: Viewer, post: Post, on: date) -> None:
    """Take a post out of rotation from a day on. Raises RuleBroken where it is not in rotation on the day before."""
    require_rule_change(actor, post)
    with transaction.atomic():
        Post.objects.select_for_update().get(pk=post.pk)
        last = post.rotation_rules.order_by("-from_date").first()
        if last is None or last.from_date >= on or (last.until is not None and last.until <= on):
            raise RuleBroken(
                _("The post is not in rotation on the day before, or a later change is recorded.")
            )
        before = _told(last)
        last.until = on
        last.save(update_fields=["until"])
        audit.record(
            actor=actor.user,
            verb="rotation.post.rule-end",
            subject_kind="post",
            subject_id=post.pk,
            before=before,
            after={"until": on.isoformat()},
        )


def _check(post: Post, on: date, asked: Asked) -> None:
    """Raise RuleBroken where the rule cannot be kept by anybody."""
    if not post.holds(on):
        raise RuleBroken(_("The post %(code)s is not open on that day.") % {"code": post.code})
    terms = PostTerms.objects.on(on).filter(post=post).first()
    seats = terms.capacity if terms is not None else 0
    if asked.minimum > seats:
        raise RuleBroken(
            _("The post has %(seats)s seats: %(minimum)s people at least cannot sit there.")
            % {"seats": seats, "minimum": asked.minimum}
        )
    if asked.continuity > seats or asked.expert_count > seats:
        raise RuleBroken(
            _("The post has %(seats)s seats: not so many people can stay, or be experts, there.")
            % {"seats": seats}
        )
    if asked.expert_count and asked.expert_axis not in Axis.values:
        raise RuleBroken(_("Say whether the experts are experts in GQ or in DQ."))
    if asked.expert_level > 100:
        raise RuleBroken(_("An index lies between 0 and 100."))


def _end(last: PostRule | None, on: date) -> None:
    if last is not None and (last.until is None or last.until > on):
        last.until = on
        last.save(update_fields=["until"])


def _told(rule: PostRule) -> dict[str, Any]:
    """A rule as the audit trail keeps it."""
    names = ("tenure_min", "tenure_max", "minimum", "continuity", "expert_axis", "expert_level")
    return {
        "from": rule.from_date.isoformat(),
        "growth_class": rule.growth_class.key,
        "grades": rule.grades,
        "job_types": rule.job_types,
        "expert_count": rule.expert_count,
        "service_kind": rule.service_kind,
        "skills": {row.skill_key: row.level for row in rule.skills.all()},
    } | {name: getattr(rule, name) for name in names}
