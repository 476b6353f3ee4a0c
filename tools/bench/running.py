"""Runs inside Django on the city's database: a cycle of everybody beside that of the ICT staff. Prints one JSON object.

The pages are asked of Django itself, without a server between: what a page costs alone.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import batched
from statistics import quantiles

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ikusei.config.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from django.test import Client

from ikusei.demo.models import Persona
from ikusei.lib import clock
from ikusei.notices.services import new_key
from ikusei.org import access
from ikusei.org.models import UnitPeriod
from ikusei.skills.models import Cycle, FrameworkVersion, Participant, Phase, Progress, VersionState
from ikusei.skills.queries.cycles.reminding import Whom
from ikusei.skills.services import cycles

ROUNDS = 100
STATES = (Progress.HANDED_IN, Progress.CONFIRMED, Progress.ANSWERING, Progress.WAITING)


def main() -> None:
    """Seconds of the services, milliseconds of the pages in the middle and at the 95th percentile."""
    small = Cycle.objects.filter(phase__in=(Phase.SELF, Phase.SUPERVISOR)).first()
    large, told = _everybody(small)
    call_command("collectstatic", interactive=False, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    steward = Persona.objects.get(key="steward").user
    client = Client(headers={"accept-language": "ja"}, SERVER_NAME="127.0.0.1")
    client.force_login(steward)
    bureau = UnitPeriod.objects.on(clock.today()).filter(parent=None).earliest("unit_id").unit_id
    page = f"/cycles/{large.public_id}/"
    pages = {
        "progress": page,
        "progress of a bureau": f"{page}?unit={bureau}",
        "who waits for whom": f"{page}waiting/",
        "to settle": f"{page}to-settle/",
        "people": f"{page}people/",
    }
    if small is not None:
        told["people in the small cycle"] = small.participants.count()
        pages["progress, small cycle"] = f"/cycles/{small.public_id}/"
    for name, path in pages.items():
        cuts = quantiles(_milliseconds(partial(client.get, path), ROUNDS), n=20)
        told |= {f"{name}, p50 ms": cuts[9], f"{name}, p95 ms": cuts[18]}
    told["preview of a reminder, s"] = _seconds(lambda: client.get(f"{page}remind/?whom=answer"))
    operator = access.operator()
    told["queueing the reminder, s"] = _seconds(
        lambda: cycles.remind(actor=operator, cycle=large, whom=Whom.OPENED, once_key=new_key())
    )
    json.dump(told, sys.stdout)


def _everybody(other: Cycle | None) -> tuple[Cycle, dict[str, float | int]]:
    """An open cycle of everybody, some of them at each step, and what opening and refreshing it took."""
    today, operator = clock.today(), access.operator()
    # One framework is asked about by one open cycle: the other one rests while this is opened.
    Cycle.objects.filter(pk=other.pk if other else 0).update(phase=Phase.CLOSED)
    planned = cycles.create_cycle(
        actor=operator,
        name_ja="全職員",
        version=FrameworkVersion.objects.filter(state=VersionState.PUBLISHED).latest("pk"),
        opens_on=today,
        self_until=today + timedelta(days=30),
        confirm_until=today + timedelta(days=60),
        population={"groups": [[]], "except": []},
    )
    told: dict[str, float | int] = {}
    told["opening, s"] = _seconds(lambda: cycles.open_cycle(actor=operator, cycle=planned))
    cycle = Cycle.objects.get(pk=planned.pk)
    told["people in the cycle"] = cycle.participants.count()
    told["refreshing, nothing changed, s"] = _seconds(
        lambda: cycles.refresh_cycle(actor=operator, cycle=cycle)
    )
    ids = list(Participant.objects.filter(cycle=cycle).order_by("person_id").values_list("pk", flat=True))
    for number, progress in enumerate(STATES[:3]):
        for chunk in batched(ids[number :: len(STATES)], 2000):
            Participant.objects.filter(pk__in=chunk).update(progress=progress, handed_in_at=clock.now())
    Cycle.objects.filter(pk=other.pk if other else 0).update(phase=Phase.SELF)
    return cycle, told


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _milliseconds(work: Callable[[], object], times: int) -> list[float]:
    work()
    return [_seconds(work) * 1000 for _time in range(times)]


if __name__ == "__main__":
    main()
