"""Runs inside Django on the city's database: eight people who answer. Prints one JSON object."""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ikusei.config.settings")

import django

django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from ikusei.skills.models import Answer, Participant, Phase, Progress

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
        answers = Answer.objects.filter(participant=row).values_list("skill_id", "revision")
        people.append(
            {
                "participant": row.pk,
                "session": _session(row.person.user),
                "skills": list(row.cycle.version.skills.values_list("pk", flat=True)),
                "seen": dict(answers),
            }
        )
    if len(people) < PEOPLE:
        raise SystemExit(f"Only {len(people)} people still answer in an open cycle; {PEOPLE} are needed.")
    json.dump({"people": people}, sys.stdout)


def _session(user) -> str:  # type: ignore[no-untyped-def]  # a User, known only after django.setup()
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


main()
