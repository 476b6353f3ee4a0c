"""One seat tried otherwise by a search of its own: what was asked, what it costs, and who sits elsewhere then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import FETCH_RAISE
from django.utils.translation import gettext as _

from ikusei.lib import fiscal
from ikusei.org.access import NotVisible, Viewer
from ikusei.rotation.models import PlanRun, RunState
from ikusei.rotation.picture import Picture
from ikusei.rotation.queries.picture import load
from ikusei.rotation.queries.reasons import place_label
from ikusei.rotation.rules.sentences import post_label


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Somebody whose seats differ between two plans, year by year in words."""

    key: str
    name: str
    changes: tuple[str, ...]
    is_asked: bool


@dataclass(frozen=True, slots=True)
class TrialPage:
    """One seat tried otherwise: what was asked, what it costs the whole plan, and who else sits elsewhere then."""

    run: PlanRun
    base: PlanRun
    asked: str
    key: str
    difference: float | None
    people: tuple[Elsewhere, ...]

    @property
    def points(self) -> int:
        """The difference, whole and without a sign."""
        return round(abs(self.difference or 0.0))


def trial(viewer: Viewer, run: PlanRun) -> TrialPage:
    """What a search with one seat pinned or forbidden came to. Raises NotVisible (404) for a run that tries nothing."""
    base = PlanRun.objects.filter(trials=run).select_related("draft").fetch_mode(FETCH_RAISE).first()
    if base is None:
        raise NotVisible(str(run.public_id))
    picture = load(viewer, run.draft.round, draft=run.draft)
    is_found = run.state == RunState.FOUND and run.objective is not None and base.objective is not None
    return TrialPage(
        run=run,
        base=base,
        asked=_asked(picture, run.trial),
        key=str(run.trial["person"]),
        difference=(run.objective or 0.0) - (base.objective or 0.0) if is_found else None,
        people=_elsewhere(picture, base, run) if is_found else (),
    )


def _asked(picture: Picture, asked: Mapping[str, Any]) -> str:
    person = picture.people.get(str(asked["person"]))
    texts = {
        "pin": _("What if %(person)s sits in %(post)s in %(year)s?"),
        "forbid": _("What if %(person)s does not sit in %(post)s in %(year)s?"),
    }
    return texts[asked["kind"]] % {
        "person": _("somebody no longer in the round") if person is None else person.name,
        "post": post_label(picture, int(asked["post"])),
        "year": fiscal.label(int(asked["year"])),
    }


def _elsewhere(picture: Picture, base: PlanRun, run: PlanRun) -> tuple[Elsewhere, ...]:
    """Who sits elsewhere, the person asked about first, then in the order of the picture."""
    years = run.problem["years"]
    found = []
    for key, person in picture.people.items():
        before, after = base.assignments.get(key), run.assignments.get(key)
        if before is None or after is None or before == after:
            continue
        changes = tuple(
            _("%(year)s: %(here)s instead of %(there)s")
            % {"year": fiscal.label(year), "here": _label(picture, here), "there": _label(picture, there)}
            for year, there, here in zip(years, before, after, strict=True)
            if there != here
        )
        found.append(Elsewhere(key, person.name, changes, key == run.trial["person"]))
    return tuple(sorted(found, key=lambda one: not one.is_asked))


def _label(picture: Picture, key: str | None) -> str:
    """A post with its code: two posts of a unit may have the same name."""
    post = None if key is None else int(key)
    words = {"post": place_label(picture, post)}
    if post is None or post not in picture.posts:
        return words["post"]
    return _("%(post)s %(code)s") % {**words, "code": picture.posts[post].code}
