"""Builds the site that the browser visits: python -m tests.browser.site, with IKUSEI_DATA_DIR naming its folder.

Prints JSON: a session for every role, and what stands for the placeholders of tests/pages.py.
"""

import json
import os
import sys
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ikusei.config.settings")


def main() -> None:
    """Migrate, build the office and its skills, and sign everybody in."""
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    from ikusei.lib import clock
    from ikusei.rotation.models import Application
    from ikusei.rotation.tests import ground
    from tests import assessment, skill_map
    from tests import office as cast

    call_command("migrate", verbosity=0)
    office = cast.standing()
    cycle = assessment.build(office, skill_map.build(office))
    laid = ground.lay(office)
    assessment.add_somebody_thorough(office, cycle, "steward")
    sessions = {}
    for member in cast.CAST:
        user = office.user(member.key)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        sessions[member.key] = session.session_key
    places = {key: str(person.public_id) for key, person in office.people.items()}
    places |= {f"post-{key}": str(post.pk) for key, post in office.posts.items()}
    places |= {f"unit-{code}": str(unit.pk) for code, unit in office.units.items()}
    places |= {
        f"participant-{key}": str(cycle.participants.get(person=office.person(key)).pk)
        for key in ("owner", "colleague", "steward")
    }
    places["cycle"] = str(cycle.public_id)
    places["round"] = str(laid.round.public_id)
    today = clock.today()
    places["offer"] = str(ground.offer_post(laid, today - timedelta(days=5), "owner").public_id)
    places["offer-closed"] = str(ground.offer_post(laid, today - timedelta(days=15), "owner").public_id)
    places["application"] = str(Application.objects.latest("pk").public_id)
    places["offer-coming"] = str(ground.offer_post(laid, today + timedelta(days=5)).public_id)
    places["draft"] = str(ground.make_draft(laid).public_id)
    places["number-colleague"] = str(office.person("colleague").pk)
    sys.stdout.write(json.dumps({"sessions": sessions, "places": places}))


if __name__ == "__main__":
    main()
