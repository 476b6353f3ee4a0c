"""Runs inside Django on the city's database: prepares sessions, counts queries. Prints one JSON object."""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ikusei.config.settings")

import django

django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ikusei.demo.models import Persona
from ikusei.org.models import Person
from tools.bench.sessions import session


def main() -> None:
    """Sessions of the personas that the pages need, the pages' addresses, and how many queries each takes."""
    personas = {row.key: row.user for row in Persona.objects.select_related("user__person")}
    manager_unit = personas["manager"].person.postings.latest("from_date").post.unit_id
    surname = Person.objects.get(user=personas["employee"]).kana.split()[0]
    pages = [
        ("first page (employee)", "employee", reverse("portal:home")),
        ("first page (ICT professional)", "professional", reverse("portal:home")),
        ("first page (manager)", "manager", reverse("portal:home")),
        ("my map", "professional", reverse("skills:my_map")),
        ("our map, all ICT staff", "steward", reverse("skills:our_map")),
        ("one unit's map", "manager", reverse("skills:unit_map", kwargs={"unit_id": manager_unit})),
        ("people list", "planner", reverse("org:people")),
        ("people list with search", "planner", f"{reverse('org:people')}?q={surname}"),
    ]
    sessions = {key: session(user) for key, user in personas.items()}
    told = []
    for name, persona, path in pages:
        client = Client(headers={"accept-language": "ja"}, SERVER_NAME="127.0.0.1")
        client.cookies[settings.SESSION_COOKIE_NAME] = sessions[persona]
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = client.get(path)
        told.append(
            {
                "name": name,
                "persona": persona,
                "path": path,
                "queries": len(queries),
                "status": answer.status_code,
            }
        )
    json.dump({"pages": told, "sessions": sessions, "cookie": settings.SESSION_COOKIE_NAME}, sys.stdout)


main()
