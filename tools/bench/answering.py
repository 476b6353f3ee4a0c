"""Runs inside Django on the city's database: eight people who answer. Prints one JSON object."""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ikusei.config.settings")

import django

django.setup()

from ikusei.skills.models import Answer, Participant, Phase, Progress
from tools.bench.sessions import session

PEOPLE = 8


def main() -> None:
    """The session, the participation, the skills and the answers' revisions of each."""
    rows = (
        Participant.objects.filter(
            cycle__phase=Phase.SELF,
            progress__in=(Progress.WAITING, Progress.ANSWERING),
            person__user__isnull=False,
        )
        .select_related("person__user", "cycle")
        .order_by("pk")[:PEOPLE]
    )
    people = []
    for row in rows:
        user = row.person.user
        if user is None:
            continue
        answers = Answer.objects.filter(participant=row).values_list("skill_id", "revision")
        people.append(
            {
                "participant": row.pk,
                "session": session(user),
                "skills": list(row.cycle.version.skills.values_list("pk", flat=True)),
                "seen": dict(answers),
            }
        )
    if len(people) < PEOPLE:
        raise SystemExit(f"Only {len(people)} people still answer in an open cycle; {PEOPLE} are needed.")
    json.dump({"people": people}, sys.stdout)


main()
