"""Runs inside Django on the city's database: drafts moves on the board as its page does. Prints one JSON object."""

import json
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

import ikusei.config.wsgi  # noqa: F401  # the process as `ikusei serve` has it, garbage collection included
from ikusei.org import access
from ikusei.org.models import Role, RoleGrant
from ikusei.rotation.models import Draft, Round
from ikusei.rotation.queries.seats import seats
from ikusei.rotation.services import drafts

MOVES = 100
PAGES = 20
PLAIN = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


def main() -> None:
    """Milliseconds of a hundred moves of different people to different posts, each with all that it brings about."""
    grant = RoleGrant.objects.filter(role=Role.PLANNER).select_related("user").order_by("pk")[0]
    viewer = access.viewer_of(grant.user)
    draft = drafts.new_draft(actor=viewer, round_=Round.objects.order_by("-fiscal_year")[0], name="bench")
    client = Client(HTTP_HOST="127.0.0.1", headers={"HX-Request": "true"})
    client.force_login(grant.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    moves = _moves(viewer, draft)
    _send(client, draft, *moves.pop())  # what is kept for the life of a process is read now
    with CaptureQueriesContext(connection) as queries:
        _send(client, draft, *moves.pop())
        asked = len(queries)
    began = time.process_time()
    taken = sorted(_milliseconds(partial(_send, client, draft, *one)) for one in moves)
    cpu = (time.process_time() - began) * 1000 / len(taken)
    url = f"/rotation/drafts/{draft.public_id}/"
    with override_settings(STORAGES=PLAIN):
        pages = [_milliseconds(lambda: client.get(url)) for _ in range(PAGES)]
    told = {
        "people": len(seats(viewer, draft).picture.people),
        "moves": draft.moves.count(),
        "median": statistics.median(taken),
        "p95": taken[int(len(taken) * 0.95)],
        "worst": taken[-1],
        "cpu": cpu,
        "queries": asked,
        "board": statistics.median(pages),
    }
    json.dump(told, sys.stdout)


def _moves(viewer: access.Viewer, draft: Draft) -> list[tuple[str, int, int]]:
    """(person, post, year): people in turn, each to a post some places on."""
    picture = seats(viewer, draft).picture
    people, posts = list(picture.people), list(picture.posts)
    return [
        (people[number * 7 % len(people)], posts[number * 11 % len(posts)], picture.years[number % 3])
        for number in range(MOVES + 2)
    ]


def _send(client: Client, draft: Draft, person: str, post: int, year: int) -> None:
    data = {"p": person, "year": year, "to_post": post, "seen": 10**6}
    answer = client.post(f"/rotation/drafts/{draft.public_id}/move/", data)
    if answer.status_code not in {200, 400}:  # 400: they sit there anyway
        raise SystemExit(f"{answer.status_code} for {person}")


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


main()
