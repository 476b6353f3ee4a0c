"""The consent to be asked about a skill: given and taken back by the person alone, at any time."""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.db import transaction

from ikusei.audit import services as audit
from ikusei.org.access import Right, Viewer
from ikusei.skills.models import Framework, Interest


def set_consents(
    *, actor: Viewer, framework_key: str, shown: Collection[str], agreed: Collection[str]
) -> int:
    """For how many skills the consent changed: of the keys that the person was shown, exactly those agreed to hold now.

    Raises PermissionDenied for an account without a person: nobody agrees for somebody else.
    """
    if actor.person is None:
        raise PermissionDenied(Right.OWN)
    changed = []
    with transaction.atomic():
        framework = Framework.objects.get(key=framework_key)
        rows = Interest.objects.select_for_update().filter(
            person=actor.person, framework=framework, skill_key__in=shown
        )
        known = {row.skill_key: row for row in rows}
        for key in sorted(set(shown)):
            row = known.get(key) or Interest(person=actor.person, framework=framework, skill_key=key)
            if row.may_be_asked != (key in agreed):
                row.may_be_asked = key in agreed
                row.save()
                changed.append(key)
        if changed:
            audit.record(
                actor=actor.user,
                verb="skills.interest.consent",
                subject_kind="person",
                subject_id=actor.person.public_id,
                count=len(changed),
                before={key: key not in agreed for key in changed},
                after={key: key in agreed for key in changed},
            )
    return len(changed)
