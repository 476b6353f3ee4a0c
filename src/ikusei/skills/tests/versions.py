"""A second version of the language of `crowds`, made by hand as a steward makes it, and a plan to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from ikusei.org import access
from ikusei.skills.formats import Text
from ikusei.skills.models import Assessment, FrameworkVersion, HeldLevel, VersionMigration
from ikusei.skills.services import framework_drafts as drafts
from ikusei.skills.services import frameworks
from ikusei.skills.services.framework_drafts import SkillSpec
from ikusei.skills.services.migration_plans import propose_migration
from tests.settings import TODAY

OPERATOR = access.operator()
USE_FROM = date(2026, 4, 20)

type Edit = Callable[[FrameworkVersion], object]


def split_cloud(version: FrameworkVersion) -> object:
    """Cloud becomes building and running; neither keeps the key."""
    into = [
        SkillSpec(Text("クラウド構築", "Building"), "build"),
        SkillSpec(Text("クラウド運用", "Running"), "run"),
    ]
    return drafts.split_skill(actor=OPERATOR, version=version, key="cloud", into=into)


def merge_law_and_design(version: FrameworkVersion) -> object:
    """Law and design become one skill, rules."""
    into = SkillSpec(Text("決まりと形", "Rules"), "rules")
    return drafts.merge_skills(actor=OPERATOR, version=version, keys=["law", "design"], into=into)


def draft(old: FrameworkVersion, *edits: Edit, label: str = "2") -> FrameworkVersion:
    """A draft copied from a version, with some edits."""
    new = drafts.copy_version(actor=OPERATOR, version=old, label=label)
    for edit in edits:
        edit(new)
    return new


def published(old: FrameworkVersion, *edits: Edit, label: str = "2") -> FrameworkVersion:
    """The draft, published."""
    new = draft(old, *edits, label=label)
    return frameworks.publish_version(actor=OPERATOR, version=new, on=TODAY)


def plan(
    old: FrameworkVersion, *edits: Edit, label: str = "2", use_from: date = USE_FROM
) -> VersionMigration:
    """A plan to a published next version, as proposed."""
    new = published(old, *edits, label=label)
    return propose_migration(actor=OPERATOR, old=old, new=new, use_from=use_from)


def everything() -> dict[str, Any]:
    """All statements and levels held, as plain values."""
    held = HeldLevel.objects.order_by("person_id", "skill_id", "from_date").values()
    return {
        "statements": list(Assessment.objects.order_by("pk").values()),
        "held": [{name: value for name, value in row.items() if name != "id"} for row in held],
        "proofs": list(Assessment.proofs.through.objects.order_by("pk").values()),
        "versions": list(FrameworkVersion.objects.order_by("pk").values("pk", "state", "in_use_from")),
    }
