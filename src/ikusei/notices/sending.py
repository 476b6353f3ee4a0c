"""Handing letters to the mail server, each exactly once as far as anybody can know.

A letter is claimed by compare-and-set on its row and the claim is committed before the mail server hears of it; its
answer is committed before the next one is claimed. A letter that stays claimed by an attempt that died was perhaps
sent: it becomes `unsure`, and a person decides. Everything else waits in its row and goes on (docs/adr/0010-mail.md).
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from ikusei.jobs import queries as job_queries
from ikusei.jobs.heart import JobProgress
from ikusei.jobs.progress import Progress, StopWanted, Why
from ikusei.lib import clock
from ikusei.notices import post, waking
from ikusei.notices.models import Letter, LetterState, Mailing, MailingState

logger = logging.getLogger(__name__)

ATTEMPTS = 5
"""How often a letter that the server refuses for now is offered."""
FIRST_WAIT = timedelta(minutes=2)
"""Until it is offered again; doubled each time: 2, 4, 8, 16 minutes."""

SERVER_WAIT = timedelta(seconds=30)
SERVER_LONGEST = timedelta(minutes=15)
"""Until a mail server that takes nothing is asked again; doubled each time."""

LOST_AFTER = timedelta(minutes=15)
"""After so long a letter that is still being handed over is taken for lost, whatever its sender may think."""

LOOK = 2.0
"""Seconds between two looks at what else goes on: counts, stops, others who wait."""
TURN = 10.0
"""Seconds that a job sends before it makes way for other work that waits."""

AHEAD = 100
"""Letters read at once."""

_never = threading.Event()


class MakeWay(Exception):
    """Other work waits for the worker, or another job sends already."""


class Sender:
    """One run of the sending job: takes due letters, small mailings first, at the rate that the city has set."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.job_id = progress.job_id if isinstance(progress, JobProgress) else 0
        self.name = f"{self.job_id}:{progress.attempt}" if isinstance(progress, JobProgress) else "console"
        self.post = post.Post()
        self.sent = 0
        self._mailing: Mailing | None = None
        self._pause = 60 / settings.MAIL_RATE if settings.MAIL_RATE else 0.0
        self._next_at = 0.0
        self._began = self._looked = time.monotonic()

    def run(self) -> None:
        """Send until nothing is due. Raises StopWanted, MakeWay and post.ServerTrouble between two letters."""
        try:
            while (mailing := next_mailing()) is not None:
                if self._mailing is not None and self._mailing.pk != mailing.pk:
                    finish(self._mailing)
                self._mailing = mailing
                self._send_some(mailing)
        finally:
            self.post.close()
            if self._mailing is not None:
                finish(self._mailing)

    def _send_some(self, mailing: Mailing) -> None:
        """Send what is due of one mailing, until it is time to look whether a smaller one has come."""
        waiting: deque[Letter] = deque(_due_letters(mailing)[:AHEAD])
        while waiting:
            self._look_round(mailing)
            self._wait_for_turn()
            self.post.open()
            if not self._send_one(mailing, waiting.popleft()):
                return  # stopped meanwhile, or somebody else sends it too: read anew
            self.progress.advance()

    def _send_one(self, mailing: Mailing, letter: Letter) -> bool:
        """Whether the letter was ours to send."""
        try:
            mail = self._claim(mailing, letter)
        except post.RefusedForGood as refused:
            _answered(letter, LetterState.FAILED, problem=str(refused))
            return True
        if mail is None:
            return False
        self._next_at = time.monotonic() + self._pause
        try:
            self.post.hand_over(mail)
        except post.RefusedForGood as refused:
            _answered(letter, LetterState.FAILED, problem=str(refused))
        except post.RefusedForNow as refused:
            _refused_for_now(letter, str(refused))
        except post.OutcomeUnknown as broken:
            _answered(letter, LetterState.UNSURE, problem=str(broken))
        except post.ServerTrouble as trouble:
            # It counts as an attempt: a letter that upsets the server each time must not hold up the others for ever.
            _refused_for_now(letter, str(trouble))
            raise
        else:
            _answered(letter, LetterState.SENT, sent_at=clock.now(), problem="")
            self.sent += 1
            if self.sent == 1:
                Mailing.objects.exclude(troubles=0).update(troubles=0, trouble="", next_try_at=None)
        return True

    def _claim(self, mailing: Mailing, letter: Letter) -> EmailMessage | None:
        """The mail of the letter, which is ours from now on whatever happens; None where it is not to be had."""
        letter.message_id = letter.message_id or post.fresh_message_id()
        letter.sender = self.name
        claimed = Letter.objects.filter(
            pk=letter.pk,
            state=LetterState.WAITING,
            attempts=letter.attempts,
            mailing__in=Mailing.objects.filter(pk=mailing.pk, state=MailingState.SENDING),
        ).update(
            state=LetterState.SENDING,
            attempts=F("attempts") + 1,
            sender=self.name,
            message_id=letter.message_id,
            claimed_at=timezone.now(),
        )
        if not claimed:
            return None
        letter.attempts += 1
        return post.mail_of(mailing, letter)

    def _wait_for_turn(self) -> None:
        """Wait until the rate allows the next letter; hears stops meanwhile."""
        while (left := self._next_at - time.monotonic()) > 0:
            self.progress.check()
            _never.wait(min(left, 0.5))
        self.progress.check()

    def _look_round(self, mailing: Mailing) -> None:
        """Every few seconds: write the counts, and make way for others."""
        now = time.monotonic()
        if now - self._looked < LOOK:
            return
        self._looked = now
        recount(mailing)
        if self.job_id and job_queries.runs_before(task=waking.TASK, job_id=self.job_id):
            raise MakeWay
        if now - self._began > TURN and job_queries.others_wait(task=waking.TASK):
            raise MakeWay


def _answered(letter: Letter, state: LetterState, **facts: object) -> None:
    """Write what became of a letter that this attempt has claimed, also where it was taken for lost meanwhile."""
    rows = Letter.objects.filter(
        pk=letter.pk,
        state__in=(LetterState.SENDING, LetterState.UNSURE),
        sender=letter.sender,
        attempts=letter.attempts,
    )
    if not rows.update(state=state, **facts):
        logger.warning("Letter %s: the answer %s came after a person had decided", letter.pk, state)


def _refused_for_now(letter: Letter, words: str) -> None:
    if letter.attempts >= ATTEMPTS:
        _answered(letter, LetterState.FAILED, problem=words)
        return
    wait = FIRST_WAIT * 2 ** (letter.attempts - 1)
    _answered(letter, LetterState.WAITING, problem=words, next_try_at=timezone.now() + wait)


def _is_due() -> Q:
    return Q(next_try_at=None) | Q(next_try_at__lte=timezone.now())


def _due_letters(mailing: Mailing) -> QuerySet[Letter]:
    return mailing.letters.filter(_is_due(), state=LetterState.WAITING).order_by("pk")


def due_mailings() -> list[Mailing]:
    """The mailings with letters that can go out now, small ones first: a single letter waits for no 40,000."""
    open_ones = Mailing.objects.filter(_is_due(), state=MailingState.SENDING).order_by("size", "pk")
    return [mailing for mailing in open_ones if _due_letters(mailing).exists()]


def next_mailing() -> Mailing | None:
    """The mailing whose turn it is; None where no letter is due."""
    return next(iter(due_mailings()), None)


def recount(mailing: Mailing) -> dict[str, int]:
    """State -> letters, counted now and kept on the mailing."""
    counted = dict(mailing.letters.order_by().values_list("state").annotate(Count("pk")))
    Mailing.objects.filter(pk=mailing.pk).update(counts=counted)
    mailing.counts = counted
    return counted


def finish(mailing: Mailing) -> None:
    """Count; end the mailing where nothing of it waits, or will be tried again, any more."""
    counted = recount(mailing)
    if not counted.get(LetterState.WAITING) and not counted.get(LetterState.SENDING):
        Mailing.objects.filter(pk=mailing.pk, state=MailingState.SENDING).update(
            state=MailingState.DONE, trouble="", troubles=0, next_try_at=None
        )


def settle_lost() -> int:
    """How many letters were found that nobody is handing over any more: perhaps sent, a person decides."""
    found = 0
    claimed = Letter.objects.filter(state=LetterState.SENDING).values_list(
        "pk", "sender", "claimed_at", "mailing"
    )
    mailings = set()
    for pk, sender, claimed_at, mailing in list(claimed):
        if claimed_at and claimed_at > timezone.now() - LOST_AFTER and _is_alive(sender):
            continue
        found += Letter.objects.filter(pk=pk, state=LetterState.SENDING, sender=sender).update(
            state=LetterState.UNSURE
        )
        mailings.add(mailing)
    for touched in Mailing.objects.filter(pk__in=mailings):
        finish(touched)
    return found


def _is_alive(sender: str) -> bool:
    """Whether the attempt still counts; one that was started by hand is given its time."""
    job, _colon, attempt = sender.partition(":")
    if not attempt:
        return True
    return job_queries.is_running(job_id=int(job), attempt=int(attempt))


@contextmanager
def durable() -> Iterator[None]:
    """Let every commit inside the block outlive a power cut: PostgreSQL does so anyway, our SQLite only when told."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=FULL")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=NORMAL")


def send_due(progress: Progress) -> int:
    """How many letters were sent: everything that is due, as far as the mail server and others let it."""
    settle_lost()
    sender = Sender(progress)
    if sender.job_id and job_queries.runs_before(task=waking.TASK, job_id=sender.job_id):
        return 0  # the rate of the city is kept by one alone
    progress.start(sum(_due_letters(mailing).count() for mailing in due_mailings()))
    try:
        with durable():
            sender.run()
    except MakeWay:
        waking.wake()
    except post.ServerTrouble as trouble:
        logger.warning("The mail server takes no letters: %s", trouble)
        _note_trouble(str(trouble))
    except StopWanted as stop:
        if stop.why is Why.ASKED:
            _hold_all()
        raise
    return sender.sent


def _note_trouble(words: str) -> None:
    """Let every mailing wait for the mail server, longer each time."""
    for mailing in Mailing.objects.filter(state=MailingState.SENDING):
        wait = min(SERVER_WAIT * 2 ** min(mailing.troubles, 10), SERVER_LONGEST)
        Mailing.objects.filter(pk=mailing.pk).update(
            trouble=words, troubles=F("troubles") + 1, next_try_at=timezone.now() + wait
        )
        recount(mailing)


def _hold_all() -> None:
    """Somebody stopped the job itself: nothing goes out until the mailings are told to go on."""
    for mailing in Mailing.objects.filter(state=MailingState.SENDING):
        Mailing.objects.filter(pk=mailing.pk, state=MailingState.SENDING).update(state=MailingState.HELD)
        recount(mailing)
