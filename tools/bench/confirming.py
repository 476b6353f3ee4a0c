"""Runs inside Django on the city's database: a team of twelve is confirmed. Prints one JSON object.

The pages are asked of Django itself, without a server between: what a page costs alone.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from statistics import quantiles

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ikusei.config.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import transaction
from django.test import Client

from ikusei.demo.models import Persona
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.models import Category, Unit
from ikusei.org.services import people, posts
from ikusei.skills.models import (
    Answer,
    Assessment,
    Cycle,
    EvidenceGrade,
    Participant,
    Phase,
    Progress,
    Rater,
)
from ikusei.skills.services.confirming import confirm_unchanged
from ikusei.skills.services.levels import add_statements

TEAM = 12
SINCE = date(2024, 4, 1)
LAST_YEAR = date(2025, 11, 17)
ROUNDS, ACTIONS = 200, 30


def main() -> None:
    """Milliseconds of the list, of one person's page, and of the one action, in the middle and at the 95th percentile."""
    manager = Persona.objects.select_related("user__person").get(key="manager").user
    viewer = access.viewer_of(manager)
    team = _team(Unit.objects.get(pk=viewer.own_unit_ids[0]))
    seen: dict[int, list[int]] = {row.pk: [] for row in team}
    rows = Answer.objects.filter(participant__in=team).values_list("participant_id", "statement_id")
    for participant_id, statement_id in rows:
        if statement_id is not None:
            seen[participant_id].append(statement_id)
    client = Client(headers={"accept-language": "ja"}, SERVER_NAME="127.0.0.1")
    client.force_login(manager)
    person = f"/confirmation/{team[0].person.public_id}/"
    call_command("collectstatic", interactive=False, verbosity=0)  # a page names its files by their content
    told: dict[str, float | int] = {"answers": _undone(viewer, seen)}
    for name, work, times in (
        ("list", lambda: client.get("/confirmation/"), ROUNDS),
        ("person", lambda: client.get(person), ROUNDS),
        ("action", lambda: _undone(viewer, seen), ACTIONS),
    ):
        cuts = quantiles(_milliseconds(work, times), n=20)
        told |= {f"{name}_p50": cuts[9], f"{name}_p95": cuts[18]}
    json.dump(told, sys.stdout)


def _team(unit: Unit) -> list[Participant]:
    """Twelve people of a unit who have handed in what was confirmed a year ago."""
    operator = access.operator()
    cycle = Cycle.objects.filter(phase__in=(Phase.SELF, Phase.SUPERVISOR)).latest("opens_on")
    skills = list(cycle.version.skills.order_by("order"))
    specs = [
        posts.PostSpec(
            unit=unit, code=f"bench:{number}", from_date=SINCE, terms={"name_ja": "担当", "grade": "主事"}
        )
        for number in range(TEAM)
    ]
    rows = []
    for number, post in enumerate(posts.open_posts(actor=operator, specs=specs)):
        person = people.add_person(
            actor=operator,
            name=f"計測 {number}",
            kana=f"ケイソク {number}",
            employment={
                "employer": unit.employer,
                "staff_number": f"BENCH-{number}",
                "category": Category.ICT,
                "grade": "主事",
                "from_date": SINCE,
            },
        )
        posts.assign(actor=operator, person=person, post=post, from_date=SINCE, share=Decimal(1))
        row = Participant.objects.create(
            cycle=cycle, person=person, unit=unit, progress=Progress.HANDED_IN, handed_in_at=clock.now()
        )
        said = add_statements(
            [
                Assessment(
                    person=person, skill=skill, level=2, stated_on=day, rater=rater, cycle=during,
                    evidence=EvidenceGrade.SEEN if rater == Rater.SUPERVISOR else EvidenceGrade.SAID,
                )
                for rater, day, during in ((Rater.SUPERVISOR, LAST_YEAR, None), (Rater.SELF, clock.today(), cycle))
                for skill in skills
            ]
        )  # fmt: skip
        Answer.objects.bulk_create(
            Answer(participant=row, skill_id=one.skill_id, level=one.level, statement=one)
            for one in said
            if one.rater == Rater.SELF
        )
        rows.append(row)
    return rows


def _undone(viewer: access.Viewer, seen: dict[int, list[int]]) -> int:
    """How many levels were confirmed, taken back at once so that it can be measured again."""
    with transaction.atomic():
        count = confirm_unchanged(actor=viewer, seen=seen).answers
        transaction.set_rollback(True)
    return count


def _milliseconds(work: Callable[[], object], times: int) -> list[float]:
    work()
    found = []
    for _time in range(times):
        began = time.perf_counter()
        work()
        found.append((time.perf_counter() - began) * 1000)
    return found


if __name__ == "__main__":
    main()
