"""Reading migrations to new framework versions: the plan with its words, what stands against it, who is asked again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import FETCH_RAISE, Q, QuerySet
from django.utils.translation import gettext as _

from ikusei.jobs.models import Job
from ikusei.lib.dates import format_date
from ikusei.lib.fields import pick, pick_text
from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.skills.carrying import Plan as Carrying
from ikusei.skills.models import (
    Answer,
    Assessment,
    Carry,
    Cycle,
    FrameworkVersion,
    Level,
    MigrationPart,
    MigrationState,
    Phase,
    Review,
    Skill,
    VersionMigration,
    VersionState,
)
from ikusei.skills.queries.frameworks import BY_GROUP, open_version
from ikusei.skills.queries.maps.catalogue import catalogue_of
from ikusei.ui.reading import era_dates


@dataclass(frozen=True, slots=True)
class PlanSkill:
    """A skill of one of the two versions of a plan."""

    id: int
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The skills by key (in the order of their groups) and the levels of a version."""

    skills: Mapping[str, PlanSkill]
    levels: Mapping[int, str]

    def name(self, key: str) -> str:
        """The name of a skill, its key where the version does not have it."""
        return self.skills[key].name if key in self.skills else key


@dataclass(frozen=True, slots=True)
class Plan:
    """A migration with the words of its two versions."""

    migration: VersionMigration
    parts: list[MigrationPart]
    old: Vocabulary
    new: Vocabulary
    job: Job | None

    @property
    def is_draft(self) -> bool:
        return self.migration.state == MigrationState.DRAFT

    @property
    def is_applied(self) -> bool:
        return self.migration.state == MigrationState.APPLIED

    @property
    def is_busy(self) -> bool:
        """Whether a job works on it now."""
        return self.job is not None and not self.job.is_ended


@dataclass(frozen=True, slots=True)
class FirstRating:
    """The first new rating under a version: by whom and when."""

    by: str
    at: datetime
    skill: str


def open_migration(viewer: Viewer, *, key: str, label: str) -> VersionMigration:
    """The plan or migration to a version, the newest where several were taken back. Raises NotVisible where there is none."""
    found = latest_migration(open_version(viewer, key=key, label=label))
    if found is None or not viewer.can(Right.FRAMEWORK_EDIT):
        raise NotVisible(f"{key} {label}")
    return found


def latest_migration(version: FrameworkVersion) -> VersionMigration | None:
    """The migration to a version that stands, else the last one taken back; None where there never was one."""
    rows = VersionMigration.objects.filter(new=version).select_related("old__framework", "new__framework")
    return rows.order_by("-pk").fetch_mode(FETCH_RAISE).first()


def waiting_migrations() -> QuerySet[VersionMigration]:
    """The plans that are not applied yet, with their versions."""
    rows = VersionMigration.objects.filter(state=MigrationState.DRAFT)
    return rows.select_related("old__framework", "new__framework").order_by("pk").fetch_mode(FETCH_RAISE)


def plan_of(migration: VersionMigration) -> Plan:
    """The plan with everything that its page names."""
    parts = {part.skill_key: part for part in migration.parts.all().fetch_mode(FETCH_RAISE)}
    old = vocabulary(migration.old)
    ordered = [parts[key] for key in old.skills if key in parts]
    job = Job.objects.filter(public_id=migration.job).first() if migration.job else None
    return Plan(migration, ordered, old, vocabulary(migration.new), job)


def vocabulary(version: FrameworkVersion) -> Vocabulary:
    """The skills and levels of a version in the active language; a published one is kept, a draft is read."""
    if version.state != VersionState.DRAFT:
        kept = catalogue_of((version.pk, version.created_at))
        skills = {one.key: PlanSkill(one.id, one.key, one.name) for one in kept.skills.values()}
        return Vocabulary(skills=skills, levels=kept.levels)
    rows = Skill.objects.filter(version=version).order_by(*BY_GROUP)
    levels = Level.objects.filter(version=version).order_by("number")
    return Vocabulary(
        skills={
            key: PlanSkill(pk, key, pick_text({"ja": ja, "en": en}) or key)
            for pk, key, ja, en in rows.values_list("pk", "key", "name_ja", "name_en")
        },
        levels={
            number: pick_text({"ja": ja, "en": en})
            for number, ja, en in levels.values_list("number", "name_ja", "name_en")
        },
    )


LAST_NUMBER = re.compile(r"(.*?)([0-9]+)")

CARRIES = (Carry.KEEP, Carry.MAP, Carry.SPLIT, Carry.MERGE)
"""What takes ratings along; the others leave them behind."""


def carrying_of(plan: Plan) -> Carrying:
    """The plan as `skills.carrying` reads it; targets that the new version does not have are left out."""
    old, new = plan.old.skills, plan.new.skills
    return Carrying(
        {
            old[part.skill_key].id: {
                new[target].id: {int(was): becomes for was, becomes in part.levels.get(target, {}).items()}
                for target in part.targets
                if target in new
            }
            for part in plan.parts
            if part.carry in CARRIES
        }
    )


def origins(version: FrameworkVersion, viewer: Viewer) -> QuerySet[FrameworkVersion]:
    """The versions that a migration to this one can start from: published ones of the framework, the one in use first."""
    rows = FrameworkVersion.objects.filter(framework_id=version.framework_id, state=VersionState.PUBLISHED)
    in_use = Q(in_use_from__lte=viewer.today)
    return (
        rows.exclude(pk=version.pk)
        .annotate(begun=in_use)
        .order_by("-begun", "-in_use_from", "-pk")
        .fetch_mode(FETCH_RAISE)
    )


def next_label(version: FrameworkVersion) -> str:
    """A label for the next version: the last number of this one counted on, past those that are taken."""
    taken = set(
        FrameworkVersion.objects.filter(framework_id=version.framework_id).values_list("label", flat=True)
    )
    label = version.label
    while label in taken:
        found = LAST_NUMBER.fullmatch(label)
        head, number = found.groups() if found else (f"{label}.", "0")
        label = f"{head}{int(number) + 1}"
    return label


def problems(plan: Plan, today: date) -> list[str]:
    """What stands against applying a plan, sentence by sentence; empty where nothing does."""
    migration, found = plan.migration, []
    new = migration.new
    if new.state != VersionState.PUBLISHED:
        found.append(_("Version %(label)s is not published: publish it first.") % {"label": new.label})
    if migration.use_from < today and new.in_use_from != migration.use_from:
        found.append(
            _("The day from which the new version is in use is past: maps of past days would change.")
        )
    elif new.in_use_from is not None and new.in_use_from <= today and new.in_use_from != migration.use_from:
        found.append(
            _("The maps use version %(label)s since %(day)s: that day stays as it is.")
            % {"label": new.label, "day": new.in_use_from.isoformat()}
        )
    taken = FrameworkVersion.objects.filter(in_use_from=migration.use_from).exclude(pk=new.pk).first()
    if taken is not None:
        found.append(
            _("From %(day)s the maps use version %(label)s: choose another day.")
            % {"day": migration.use_from.isoformat(), "label": taken.label}
        )
    found += [
        _("%(skill)s leads to %(target)s, which version %(label)s does not have.")
        % {"skill": plan.old.name(part.skill_key), "target": target, "label": new.label}
        for part in plan.parts
        for target in part.targets
        if target not in plan.new.skills
    ]
    return found


def warnings(plan: Plan) -> list[str]:
    """What should be known before a plan is applied, sentence by sentence. What holds for people says the preview."""
    old, new = plan.old, plan.new
    found = [
        _("The levels of the two versions differ: level %(level)s exists in version %(label)s only.")
        % {"level": level, "label": version.label}
        for version, levels, others in (
            (plan.migration.old, old.levels, new.levels),
            (plan.migration.new, new.levels, old.levels),
        )
        for level in levels
        if level not in others
    ]
    unseen = sum(part.proposed and part.carry != Carry.KEEP for part in plan.parts)
    if unseen:
        found.append(
            _("Parts that stand as proposed, not looked at by anybody: %(count)s.") % {"count": unseen}
        )
    found += [
        _("%(skill)s is to be asked again, but no new skill is named: nobody will be asked.")
        % {"skill": old.name(part.skill_key)}
        for part in plan.parts
        if part.carry == Carry.ASK and not part.targets
    ]
    reached = {target for part in plan.parts for target in part.targets}
    found += [
        _("%(skill)s is new: nothing is carried into it. People are asked for it first.")
        % {"skill": one.name}
        for one in new.skills.values()
        if one.key not in reached
    ]
    return found + _cycles(plan)


def _cycles(plan: Plan) -> list[str]:
    rows = Cycle.objects.filter(version=plan.migration.old).exclude(phase=Phase.CLOSED).order_by("opens_on")
    return [
        (
            _(
                "The cycle %(cycle)s is open on version %(label)s until %(day)s. What is said in it is carried over as it is said."
            )
            if cycle.is_open
            else _("The cycle %(cycle)s is planned on version %(label)s: put it on the new version.")
        )
        % {
            "cycle": cycle.name,
            "label": plan.migration.old.label,
            "day": format_date(cycle.confirm_until, era=era_dates()),
        }
        for cycle in rows
    ]


def ask_again_keys(version: FrameworkVersion) -> frozenset[str]:
    """The skills of a version for which people are asked first in the next cycle, by key.

    Those that an applied migration leaves to be asked again, and those that are new and carried from nothing.
    """
    parts = MigrationPart.objects.filter(migration__new=version, migration__state=MigrationState.APPLIED)
    rows = list(parts.order_by().values_list("carry", "targets"))
    if not rows:
        return frozenset()
    carried = {target for carry, targets in rows if carry != Carry.ASK for target in targets}
    asked = {target for carry, targets in rows if carry == Carry.ASK for target in targets}
    return frozenset(vocabulary(version).skills) - (carried - asked)


def asked_again(person_id: int, version: FrameworkVersion) -> frozenset[str]:
    """The skills of a version, by key, for which one person is asked again: what they had was not carried over.

    Besides "ask again" parts these are levels that a part's map leaves out.
    """
    migration = VersionMigration.objects.filter(new=version, state=MigrationState.APPLIED).first()
    if migration is None:
        return frozenset()
    rated = set(
        Assessment.objects.filter(person_id=person_id, skill__version=migration.old_id, retraction=None)
        .order_by()
        .values_list("skill__key", flat=True)
    )
    has = set(
        Assessment.objects.filter(person_id=person_id, skill__version=version)
        .order_by()
        .values_list("skill__key", flat=True)
    )
    parts = migration.parts.filter(skill_key__in=rated).order_by().values_list("targets", flat=True)
    return frozenset(target for targets in parts for target in targets if target not in has)


def first_new_rating(migration: VersionMigration) -> FirstRating | None:
    """The first rating that was made anew under the new version since the migration was applied; None without any.

    An answer that somebody has begun in a cycle on the new version is one too.
    """
    said = (
        Assessment.objects.filter(
            skill__version=migration.new_id, migration=None, pk__gt=migration.result.get("last", 0)
        )
        .select_related("skill", "rater_person", "entered_by")
        .order_by("pk")
        .first()
    )
    if said is not None:
        by = said.spoken_by or str(said.rater_person or said.entered_by or said.get_rater_display())
        return FirstRating(by, said.recorded_at, pick(said.skill, "name"))
    return _begun(migration)


def _begun(migration: VersionMigration) -> FirstRating | None:
    """The first answer or decision in a cycle on the new version since the migration was applied."""
    if migration.applied_at is None:
        return None
    new = {"skill__version": migration.new_id}
    answers = Answer.objects.filter(**new, level__isnull=False, saved_at__gte=migration.applied_at)
    answer = answers.select_related("skill", "participant__person").order_by("saved_at").first()
    if answer is not None:
        return FirstRating(str(answer.participant.person), answer.saved_at, pick(answer.skill, "name"))
    decided = Review.objects.filter(**new, decided_at__gte=migration.applied_at)
    review = decided.select_related("skill", "reviewer").order_by("decided_at").first()
    if review is None:
        return None
    by = review.spoken_by or str(review.reviewer or review.get_rater_display())
    return FirstRating(by, review.decided_at, pick(review.skill, "name"))


def may_apply(viewer: Viewer) -> bool:
    """Whether somebody may carry everyone's ratings over: the right to frameworks, for everyone."""
    return viewer.can(Right.FRAMEWORK_EDIT) and access.reaches_everyone(viewer, Right.FRAMEWORK_EDIT)


def statements_of(version_id: int) -> QuerySet[Assessment, Any]:
    """The statements under a version that count: none that was taken back."""
    return Assessment.objects.filter(skill__version_id=version_id, retraction=None).order_by()
