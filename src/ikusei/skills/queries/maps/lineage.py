"""Where a skill comes from: followed back through the versions in use, by the migrations between them.

Between two versions without a migration a skill is the same where its key is. A day is always counted in the version that
was in use on it; what is followed is which skills of it, and how their levels are read today.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ikusei.skills.models import Carry, FrameworkVersion, MigrationPart, MigrationState, VersionState
from ikusei.skills.queries.maps.catalogue import Catalogue, catalogue_of

type LevelMap = Mapping[int, int] | None
"""A level then -> the level now; None for the same. A level that is not there is read as none."""

type Sources = Mapping[int, LevelMap]
"""The skills that a skill comes from in one version, with how their levels are read."""

type InUse = tuple[date, Catalogue]
"""A version with the day from which it was in use."""


@dataclass(frozen=True, slots=True)
class Change:
    """A day from which another version was in use, and what became of the skill there.

    `how` is "" where it stayed as it was, else a `Carry` ("new": nothing was carried into it); `before` are the names of
    the skills it comes from, `beside` those that were split off the same ones.
    """

    day: date
    label: str
    how: str
    before: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days from one version's first day on: the skills that one of today comes from, and what changed on that day."""

    start: date
    catalogue: Catalogue
    sources: Sources
    change: Change | None

    def asked(self, least: int) -> tuple[str, int] | None:
        """The one skill of that version, by key, and its level from which people reach a level of now; None without one."""
        if len(self.sources) != 1:
            return None
        ((skill_id, levels),) = self.sources.items()
        key = self.catalogue.skills[skill_id].key
        if levels is None:
            return key, least
        reaching = [
            was for was in self.catalogue.levels if (now := levels.get(was)) is not None and now >= least
        ]
        above = [was for was in self.catalogue.levels if reaching and was >= reaching[0]]
        return (key, reaching[0]) if reaching and reaching == above else None


@dataclass(frozen=True, slots=True)
class _Part:
    skill_key: str
    carry: str
    targets: tuple[str, ...]
    levels: Mapping[str, Mapping[str, int]]

    def level_map(self, target: str) -> Mapping[int, int]:
        return {int(was): becomes for was, becomes in self.levels.get(target, {}).items()}


type Migrations = Mapping[tuple[int, int], Sequence[_Part]]
"""The parts of the applied migrations by old and new version."""


def versions_used() -> list[InUse]:
    """The versions that were ever in use, the earliest first, with the day from which each was."""
    rows = FrameworkVersion.objects.filter(state=VersionState.PUBLISHED, in_use_from__isnull=False)
    return [
        (day, catalogue_of((pk, created_at)))
        for day, pk, created_at in rows.order_by("in_use_from").values_list("in_use_from", "pk", "created_at")
        if day is not None
    ]


def lineage(versions: Sequence[InUse], now: Catalogue, skill_id: int) -> list[Stretch]:
    """What a skill of the version of now was in it and in each version before it, the latest first."""
    used = _up_to(versions, now)
    migrations = applied_parts(used)
    sources: Sources = {skill_id: None}
    found: list[Stretch] = []
    for place in range(len(used) - 1, -1, -1):
        start, catalogue = used[place]
        before = used[place - 1][1] if place else None
        parts = migrations.get((before.version_id, catalogue.version_id)) if before else None
        earlier = _step_back(sources, before, catalogue, parts) if before else {}
        change = _change(start, before, catalogue, sources, earlier, parts) if before else None
        found.append(Stretch(start, catalogue, sources, change))
        sources = earlier
    return found


def sources_between(
    versions: Sequence[InUse], then: Catalogue, now: Catalogue
) -> Mapping[int, Mapping[int, LevelMap]]:
    """Skill of then -> the skills of now that come from it, with how its levels are read; by key where `then` is later."""
    used = _up_to(versions, now)
    places = [place for place, (_day, one) in enumerate(used) if one.version_id == then.version_id]
    if not places:
        keys = {skill.key: pk for pk, skill in now.skills.items()}
        return {pk: {keys[skill.key]: None} for pk, skill in then.skills.items() if skill.key in keys}
    migrations = applied_parts(used)
    found: dict[int, dict[int, LevelMap]] = {}
    for skill_id in now.skills:
        sources: Sources = {skill_id: None}
        for place in range(len(used) - 1, places[-1], -1):
            before, catalogue = used[place - 1][1], used[place][1]
            parts = migrations.get((before.version_id, catalogue.version_id))
            sources = _step_back(sources, before, catalogue, parts)
        for old, levels in sources.items():
            found.setdefault(old, {})[skill_id] = levels
    return found


def read(level: int, levels: LevelMap) -> int | None:
    """A level of then as it is read now, None where it is not."""
    return level if levels is None else levels.get(level)


def read_as(
    held: Iterable[tuple[int, int, int]], carried: Mapping[int, Mapping[int, LevelMap]]
) -> list[tuple[int, int, int]]:
    """(person, skill, level) of then in the skills of now; the lowest where several of them became one."""
    lowest: dict[tuple[int, int], int] = {}
    for person_id, skill_id, then in held:
        for now, levels in carried.get(skill_id, {}).items():
            level = read(then, levels)
            if level is not None:
                place = (person_id, now)
                lowest[place] = min(level, lowest.get(place, level))
    return [(person_id, skill_id, level) for (person_id, skill_id), level in lowest.items()]


def applied_parts(versions: Sequence[InUse]) -> Migrations:
    """The parts of the migrations that were applied between some versions; asks nothing where there is only one."""
    if len(versions) < 2:
        return {}
    ids = [catalogue.version_id for _day, catalogue in versions]
    rows = MigrationPart.objects.filter(
        migration__state=MigrationState.APPLIED, migration__old__in=ids, migration__new__in=ids
    )
    found: dict[tuple[int, int], list[_Part]] = {}
    fields = ("migration__old_id", "migration__new_id", "skill_key", "carry", "targets", "levels")
    for old_id, new_id, skill_key, carry, targets, levels in rows.order_by("pk").values_list(*fields):
        found.setdefault((old_id, new_id), []).append(_Part(skill_key, carry, tuple(targets), levels))
    return found


def _up_to(versions: Sequence[InUse], now: Catalogue) -> list[InUse]:
    place = next(
        (place for place, (_day, one) in enumerate(versions) if one.version_id == now.version_id), -1
    )
    return list(versions[: place + 1])


def _step_back(
    sources: Sources, before: Catalogue, after: Catalogue, parts: Sequence[_Part] | None
) -> Sources:
    """The skills of the version before that those of the version after come from."""
    wanted = {after.skills[pk].key: levels for pk, levels in sources.items()}
    old = {skill.key: pk for pk, skill in before.skills.items()}
    if parts is None:
        same = before.framework_key == after.framework_key
        return {old[key]: levels for key, levels in wanted.items() if same and key in old}
    return {
        old[part.skill_key]: _through(part.level_map(target), wanted[target])
        for part in parts
        for target in part.targets
        if target in wanted and part.skill_key in old
    }


def _through(first: Mapping[int, int], then: LevelMap) -> LevelMap:
    """One map of levels after the other."""
    return {was: end for was, becomes in first.items() if (end := read(becomes, then)) is not None}


def _change(
    day: date,
    before: Catalogue,
    after: Catalogue,
    sources: Sources,
    earlier: Sources,
    parts: Sequence[_Part] | None,
) -> Change:
    keys = {after.skills[pk].key for pk in sources}
    reached = [part for part in parts or () if keys & set(part.targets)]
    names = tuple(before.skills[pk].name for pk in earlier)
    carries = {part.carry for part in reached}
    if not earlier:
        how = "new"
    elif parts is None or carries <= {Carry.KEEP}:
        how = ""
    else:
        how = next(
            one for one in (Carry.ASK, Carry.MERGE, Carry.SPLIT, Carry.MAP, Carry.KEEP) if one in carries
        )
        how = Carry.MERGE if len(earlier) > 1 and how != Carry.ASK else how
    others = dict.fromkeys(target for part in reached for target in part.targets if target not in keys)
    return Change(day, after.label, str(how), names, tuple(_names(after, others)))


def _names(catalogue: Catalogue, keys: Iterable[str]) -> Iterable[str]:
    return (skill.name for key in keys if (skill := catalogue.skill(key)))
