"""The skill steward's question: which words are in use, which have holes, what waits?"""

from dataclasses import dataclass

from django.db.models import FETCH_RAISE, Count, F, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ikusei.org.access import Viewer
from ikusei.skills.models import Assessment, FrameworkVersion, LevelText, Rater, Skill, VersionState
from ikusei.skills.queries.frameworks import version_in_use
from ikusei.ui.components import KeyFigure

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Disputed:
    """A skill with the number of people whose own last statement differs from a supervisor's of the same round."""

    skill: Skill
    people: int


@dataclass(frozen=True, slots=True)
class Words:
    """The version in use, its undefined levels, the drafts that wait, and the most disputed skills."""

    in_use: FrameworkVersion | None
    figures: list[KeyFigure]
    drafts: list[FrameworkVersion]
    disputed: list[Disputed]


def frameworks(viewer: Viewer) -> Words:
    """What a steward has to look at today."""
    in_use = version_in_use(viewer.today)
    drafts = (
        FrameworkVersion.objects.filter(state=VersionState.DRAFT)
        .select_related("framework")
        .order_by("-id")
        .fetch_mode(FETCH_RAISE)
    )
    return Words(
        in_use=in_use,
        figures=_figures(in_use) if in_use is not None else [],
        drafts=list(drafts[:SHOWN]),
        disputed=_disputed(in_use) if in_use is not None else [],
    )


def _figures(version: FrameworkVersion) -> list[KeyFigure]:
    skills = version.skills.count()
    texts = LevelText.objects.filter(skill__version=version).count()
    url = reverse("skills:framework", kwargs={"key": version.framework.key, "label": version.label})
    return [
        KeyFigure(
            label=_("Skills in use"),
            number=skills,
            rule=_("In the version that the maps use today."),
            url=url,
        ),
        KeyFigure(
            label=_("Levels not defined"),
            number=skills * version.levels.count() - texts,
            rule=_("Skill and level pairs without a behaviour text."),
            url=url,
        ),
    ]


def _disputed(version: FrameworkVersion) -> list[Disputed]:
    """Skills by how many people were given another level by others than by themselves, last statements compared."""
    last = Assessment.objects.filter(person=OuterRef("person"), skill=OuterRef("skill")).order_by(
        "-stated_on", "-id"
    )
    own = Subquery(last.filter(rater=Rater.SELF).values("level")[:1])
    differing = (
        Assessment.objects.filter(skill__version=version)
        .exclude(rater=Rater.SELF)
        .annotate(own_level=own, last_of_others=Subquery(last.exclude(rater=Rater.SELF).values("pk")[:1]))
        .filter(pk=F("last_of_others"), own_level__isnull=False)
        .exclude(own_level=F("level"))
        .order_by()
        .values("skill")
        .annotate(people=Count("person", distinct=True))
        .order_by("-people")[:SHOWN]
    )
    counts = {row["skill"]: row["people"] for row in differing}
    skills = Skill.objects.filter(pk__in=counts).select_related("version__framework").fetch_mode(FETCH_RAISE)
    return sorted((Disputed(skill=row, people=counts[row.pk]) for row in skills), key=lambda row: -row.people)
