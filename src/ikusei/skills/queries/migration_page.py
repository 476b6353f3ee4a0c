"""The page of a migration: its plan with the preview while it is a draft, what was done once it is applied."""

from dataclasses import dataclass

from ikusei.org.access import NotVisible, Viewer
from ikusei.skills.models import Carry, VersionMigration
from ikusei.skills.queries.migration_gaps import Gaps, gaps
from ikusei.skills.queries.migration_preview import PartPreview, Preview, preview
from ikusei.skills.queries.migrations import (
    FirstRating,
    Plan,
    first_new_rating,
    may_apply,
    plan_of,
    problems,
    warnings,
)


@dataclass(frozen=True, slots=True)
class MigrationPage:
    """A migration as its page shows it. `preview`, `gaps`, `problems` and `warnings` are there while it is a draft."""

    plan: Plan
    may_apply: bool
    preview: Preview | None
    gaps: Gaps | None
    problems: tuple[str, ...]
    warnings: tuple[str, ...]
    first: FirstRating | None

    @property
    def parts(self) -> list[PartPreview]:
        """The parts, those that change something first."""
        found = self.preview.parts if self.preview else ()
        return sorted(found, key=lambda one: not one.changes)

    @property
    def has_examples(self) -> bool:
        """Whether somebody real can be shown."""
        return any(part.examples for part in self.parts)

    @property
    def lines(self) -> list["PartLine"]:
        """The parts in words, those that changed something first."""
        ordered = sorted(self.plan.parts, key=lambda part: part.carry == Carry.KEEP)
        return [
            PartLine(
                self.plan.old.name(part.skill_key),
                part.get_carry_display(),
                tuple(self.plan.new.name(key) for key in part.targets),
            )
            for part in ordered
        ]


@dataclass(frozen=True, slots=True)
class PartLine:
    """What became of one skill, in words."""

    name: str
    carry: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartPage:
    """One part with its preview."""

    plan: Plan
    preview: PartPreview


def migration_page(
    viewer: Viewer, migration: VersionMigration, *, with_examples: bool = True
) -> MigrationPage:
    """The page of a migration; examples are real people of the parts that change something. The look is noted."""
    plan = plan_of(migration)
    if not plan.is_draft:
        first = first_new_rating(migration) if plan.is_applied else None
        return MigrationPage(plan, may_apply(viewer), None, None, (), (), first)
    changing = [part.skill_key for part in plan.parts if part.carry != Carry.KEEP] if with_examples else []
    return MigrationPage(
        plan=plan,
        may_apply=may_apply(viewer),
        preview=preview(viewer, plan, examples_of=changing),
        gaps=gaps(viewer, plan),
        problems=tuple(problems(plan, viewer.today)),
        warnings=tuple(warnings(plan)),
        first=None,
    )


def part_page(viewer: Viewer, migration: VersionMigration, skill_key: str) -> PartPage:
    """One part of a plan that is still a draft. Raises NotVisible where there is no such part, or it is applied."""
    plan = plan_of(migration)
    if not plan.is_draft:
        raise NotVisible(skill_key)
    shown = preview(viewer, plan, examples_of=[skill_key])
    found = next((one for one in shown.parts if one.part.skill_key == skill_key), None)
    if found is None:
        raise NotVisible(skill_key)
    return PartPage(plan, found)
