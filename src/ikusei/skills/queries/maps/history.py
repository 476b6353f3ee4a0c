"""What one person ever held, in the skills of one version: through every version before it, each skill as one line."""

from datetime import date

from ikusei.org.models import Person
from ikusei.skills.models import HeldLevel
from ikusei.skills.queries.maps.catalogue import Catalogue
from ikusei.skills.queries.maps.lineage import read, sources_between, versions_used

type Period = tuple[str, int, date, date | None, date | None]
"""Key of the skill, level, from, until, expires on."""


def levels_ever(person: Person, catalogue: Catalogue) -> list[Period]:
    """Every level that somebody ever held in a version's skills, in the order of the days.

    What was carried into the version counts as carried. A skill of which nothing was carried shows what an older version
    said, up to the day on which the next one was in use. One query where only one version was ever in use for the person.
    """
    rows = list(
        HeldLevel.objects.filter(person=person, skill__version__framework__key=catalogue.framework_key)
        .order_by("from_date", "pk")
        .values_list("skill_id", "skill__version_id", "level", "from_date", "until", "expires_on")
    )
    found: list[Period] = [
        (catalogue.skills[skill_id].key, level, from_date, until, expires_on)
        for skill_id, _version, level, from_date, until, expires_on in rows
        if skill_id in catalogue.skills
    ]
    older = {version for _skill, version, *_rest in rows if version != catalogue.version_id}
    if not older:
        return found
    first: dict[str, date] = {}
    for key, _level, from_date, *_rest in found:
        first.setdefault(key, from_date)
    used = versions_used()
    for place, (_start, then) in enumerate(used):
        if then.version_id not in older or then.framework_key != catalogue.framework_key:
            continue
        end = used[place + 1][0] if place + 1 < len(used) else None
        leads = sources_between(used, then, catalogue)
        for skill_id, version, then_level, from_date, until, expires_on in rows:
            if version != then.version_id or (end is not None and from_date >= end):
                continue
            last = min((day for day in (until, end) if day is not None), default=None)
            for now, levels in leads.get(skill_id, {}).items():
                key, level = catalogue.skills[now].key, read(then_level, levels)
                carried = key in first and (end is None or first[key] < end)
                if level is not None and not carried:
                    found.append((key, level, from_date, last, expires_on))
    return sorted(found, key=lambda period: period[2])
