"""The skill steward's question: which words are disputed, which have holes, what waits?"""

from dataclasses import dataclass

from django.db.models import FETCH_RAISE, Count, F, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ikusei.org.access import Viewer
from ikusei.skills.models import Assessment, FrameworkVersion, HeldLevel, Rater, VersionState
from ikusei.skills.queries.maps.catalogue import Catalogue, catalogue_on
from ikusei.ui.components import KeyFigure

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Disputed:
    """A skill with the number of people whose own last statement differs from the confirmed level they hold."""

    key: str
    name: str
    people: int


@dataclass(frozen=True, slots=True)
class Words:
    """The version in use (None: none is), its undefined levels, the drafts that wait, the most disputed skills."""

    in_use: Catalogue | None
    figures: list[KeyFigure]
    drafts: list[FrameworkVersion]
    disputed: list[Disputed]


def frameworks(viewer: Viewer) -> Words:
    """What a steward has to look at today."""
    in_use = catalogue_on(viewer.today)
    drafts = (
        FrameworkVersion.objects.filter(state=VersionState.DRAFT).select_related("framework").order_by("-id")
    )
    return Words(
        in_use=in_use,
        figures=_figures(in_use) if in_use is not None else [],
        drafts=list(drafts.fetch_mode(FETCH_RAISE)[:SHOWN]),
        disputed=_disputed(viewer, in_use) if in_use is not None else [],
    )


def _figures(version: Catalogue) -> list[KeyFigure]:
    texts = sum(len(skill.behaviour) for skill in version.skills.values())
    url = reverse("skills:framework", kwargs={"key": version.framework_key, "label": version.label})
    return [
        KeyFigure(
            label=_("Skills in use"),
            number=len(version.skills),
            rule=_("In the version that the maps use today."),
            url=url,
        ),
        KeyFigure(
            label=_("Levels not defined"),
            number=len(version.skills) * len(version.levels) - texts,
            rule=_("Skill and level pairs without a behaviour text."),
            url=url,
        ),
    ]


def _disputed(viewer: Viewer, version: Catalogue) -> list[Disputed]:
    """The skills in which most people say another level of themselves than was confirmed, most first."""
    said = Assessment.objects.filter(person=OuterRef("person"), skill=OuterRef("skill"), rater=Rater.SELF)
    differing = (
        HeldLevel.objects.on(viewer.today)
        .filter(skill__in=version.skills, confirmed=True)
        .annotate(said=Subquery(said.order_by("-stated_on", "-id").values("level")[:1]))
        .exclude(said=F("level"))
        .exclude(said=None)
        .order_by()
        .values("skill")
        .annotate(people=Count("pk"))
        .order_by("-people", "skill")
        .values_list("skill", "people")[:SHOWN]
    )
    return [
        Disputed(key=version.skills[skill_id].key, name=version.skills[skill_id].name, people=people)
        for skill_id, people in differing
    ]
