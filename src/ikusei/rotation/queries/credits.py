"""What was recorded of somebody besides postings: for whoever may record it."""

from dataclasses import dataclass

from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.models import ExperienceCredit, Person


@dataclass(frozen=True, slots=True)
class Recorded:
    """All that was recorded of a person, the latest first: what counts, and what was taken back."""

    counting: tuple[ExperienceCredit, ...]
    taken_back: tuple[ExperienceCredit, ...]


def may_record(viewer: Viewer, person: Person) -> bool:
    """Whether the viewer may record years for a person: as part of those who employ them, and not for themselves."""
    if not viewer.can(Right.CREDITS_RECORD) or (viewer.person is not None and viewer.person.pk == person.pk):
        return False
    return access.people_at_home(viewer, Right.CREDITS_RECORD).filter(pk=person.pk).exists()


def recorded(person: Person) -> Recorded:
    """What was recorded of a person, whom the caller has opened. One query."""
    rows = list(
        person.experience_credits.select_related("recorded_by", "taken_back_by").order_by("-on", "-pk")
    )
    return Recorded(
        counting=tuple(row for row in rows if row.taken_back_at is None),
        taken_back=tuple(row for row in rows if row.taken_back_at is not None),
    )


def open_credit(person: Person, pk: int) -> ExperienceCredit:
    """A credit of a person that counts. Raises NotVisible (404) where there is none."""
    found = person.experience_credits.filter(pk=pk, taken_back_at=None).first()
    if found is None:
        raise NotVisible(str(pk))
    found.person = person
    return found
