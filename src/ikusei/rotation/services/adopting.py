"""A city takes rotation up: its growth classes, and all the posts that people rotate through, at once."""

from collections.abc import Sequence

from django.db import transaction

from ikusei.audit import services as audit
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Employer, Purpose
from ikusei.rotation.access import require_section
from ikusei.rotation.models import GrowthClass, PostRule, PostSkill


def adopt_classes(*, actor: Viewer, classes: Sequence[GrowthClass]) -> dict[str, GrowthClass]:
    """The saved growth classes by key; those that exist stay as they are."""
    access.require(actor, Right.ROTATION_PLAN)
    with transaction.atomic():
        GrowthClass.objects.bulk_create(classes, ignore_conflicts=True)
        audit.record(
            actor=actor.user,
            verb="rotation.class.adopt",
            subject_kind="growth_class",
            after={"keys": [one.key for one in classes]},
            purpose=Purpose.PLACEMENT,
        )
    return {one.key: one for one in GrowthClass.objects.all()}


def put_in_rotation(
    *, actor: Viewer, employer: Employer, rules: Sequence[tuple[PostRule, dict[str, int]]]
) -> int:
    """How many posts were put in rotation: unsaved rules of posts without one, each with levels asked for by skill."""
    require_section(actor, employer)
    with transaction.atomic():
        saved = PostRule.objects.bulk_create([rule for rule, _needs in rules], batch_size=500)
        PostSkill.objects.bulk_create(
            [
                PostSkill(rule=rule, skill_key=skill, level=level)
                for rule, (_unsaved, needs) in zip(saved, rules, strict=True)
                for skill, level in needs.items()
            ],
            batch_size=500,
        )
        audit.record(
            actor=actor.user,
            verb="rotation.posts.adopt",
            subject_kind="employer",
            subject_id=employer.code,
            count=len(saved),
            purpose=Purpose.PLACEMENT,
        )
    return len(saved)
