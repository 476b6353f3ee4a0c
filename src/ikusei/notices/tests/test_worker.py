"""Real workers that send, killed with -9 while a letter is being handed over: every letter goes out at most once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from ikusei.jobs.tests.test_worker import ALIAS, Ground, database, kill_group
from ikusei.jobs.tests.test_worker import wait_until as wait
from ikusei.notices.models import Letter, LetterState, Mailing, MailingState
from ikusei.notices.tests.slow.backend import AFTER, BEFORE

QUEUE = """
from ikusei.notices import services
from ikusei.notices.recipients import Recipient
people = [
    Recipient(f"p{{n}}", f"P {{n}}", {hangs!r} if n == {at} else f"{about}{{n}}@city.example", "ja") for n in range({count})
]
services.send(
    actor=None, kind="notices.trial", recipients=people, common={{"link": "x"}}, subject_ref={about!r}
)
"""

SEND = """
from ikusei.jobs.progress import Progress
from ikusei.notices import sending
print(sending.send_due(Progress()))
"""

DECIDE = """
from django.contrib.auth import get_user_model
from ikusei.notices import services
from ikusei.notices.models import Mailing
user, _is_new = get_user_model().objects.get_or_create(email="decides@city.example")
mailing = Mailing.objects.get(subject_ref={about!r})
assert services.send_again(actor=user, mailing=mailing, state="unsure") == 1
"""


wait_until = partial(wait, seconds=60)
"""Every letter waits for the disk twice: on a busy machine that takes its time."""


def python(ground: Ground, code: str) -> subprocess.Popen[str]:
    """A process of its own that runs this with Django set up."""
    return subprocess.Popen(
        [sys.executable, "-c", f"import django\ndjango.setup()\n{code}"],
        env=ground.env,
        stdout=subprocess.PIPE,
        text=True,
    )


def run(ground: Ground, code: str) -> None:
    process = python(ground, code)
    process.communicate()
    assert process.returncode == 0


def lines(ground: Ground, name: str) -> list[str]:
    """What the mail server has noted in a file since the test began."""
    path = ground.folder / name
    return [line.split(" ")[0] for line in path.read_text().splitlines()] if path.exists() else []


def mailing_of(about: str) -> Mailing:
    return Mailing.objects.using(ALIAS).get(subject_ref=about)


def by_state(about: str) -> Counter[str]:
    letters = Letter.objects.using(ALIAS).filter(mailing__subject_ref=about)
    return Counter(letters.values_list("state", flat=True))


@pytest.fixture(scope="module")
def place(django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    folder = tmp_path_factory.mktemp("mails")
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "ikusei.notices.tests.slow.settings",
        "IKUSEI_DATA_DIR": str(folder),
        "IKUSEI_JOB_DEAD_AFTER": "2",
        "IKUSEI_SECRET_KEY": "only for tests",
    }
    with django_db_blocker.unblock(), database(folder, env) as entry:
        connections.databases[ALIAS] = {**connection.settings_dict, **entry}
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], env=env, check=True)
        try:
            yield Ground(env, folder)
        finally:
            connections[ALIAS].close()
            del connections[ALIAS], connections.databases[ALIAS]


@pytest.fixture
def ground(place: Ground) -> Ground:
    """The place, with a mail server that has noted nothing yet."""
    for name in ("taken", "hanging", "patient"):
        (place.folder / name).unlink(missing_ok=True)
    return place


@pytest.mark.parametrize(("about", "hangs", "was_taken"), [("before", BEFORE, 0), ("after", AFTER, 1)])
def test_after_kill_9_one_letter_is_unsure_and_every_other_goes_out_exactly_once(
    ground: Ground, about: str, hangs: str, was_taken: int
) -> None:
    run(ground, QUEUE.format(hangs=hangs, at=20, count=60, about=about))
    with ground.worker() as worker:
        wait_until(lambda: bool(lines(ground, "hanging")))
        kill_group(worker)
    assert by_state(about) == {LetterState.SENT: 20, LetterState.SENDING: 1, LetterState.WAITING: 39}
    with ground.worker():
        wait_until(lambda: mailing_of(about).state == MailingState.DONE)
        assert by_state(about) == {LetterState.SENT: 59, LetterState.UNSURE: 1}
        taken = Counter(lines(ground, "taken"))
        assert taken.pop(hangs, 0) == was_taken
        assert len(taken) == 59
        assert set(taken.values()) == {1}
        # Nobody but a person sends it again.
        (ground.folder / "patient").touch()
        run(ground, DECIDE.format(about=about))
        wait_until(lambda: by_state(about) == {LetterState.SENT: 60})
    assert Counter(lines(ground, "taken"))[hangs] == was_taken + 1


def test_two_senders_at_once_send_no_letter_twice(ground: Ground) -> None:
    run(ground, QUEUE.format(hangs="", at=-1, count=300, about="both"))
    both = [python(ground, SEND) for _each in range(2)]
    sent = [int(process.communicate()[0]) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum(sent) == 300
    assert min(sent) > 0, "one alone sent everything: the test showed nothing"
    assert set(Counter(lines(ground, "taken")).values()) == {1}
    assert by_state("both") == {LetterState.SENT: 300}


def test_a_worker_told_to_end_leaves_no_letter_half_handed_over(ground: Ground) -> None:
    run(ground, QUEUE.format(hangs="", at=-1, count=150, about="told"))
    with ground.worker() as worker:
        wait_until(lambda: len(lines(ground, "taken")) > 20)
        worker.terminate()
        assert worker.wait(timeout=15) == 0
    assert set(by_state("told")) == {LetterState.SENT, LetterState.WAITING}
    with ground.worker():
        wait_until(lambda: mailing_of("told").state == MailingState.DONE)
    assert by_state("told") == {LetterState.SENT: 150}
    assert set(Counter(lines(ground, "taken")).values()) == {1}
