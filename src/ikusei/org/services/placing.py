"""Carrying out an order: a person's postings changed from a day on, in one go, so that exactly that can be taken back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Person, Post, Posting, PostingKind, ReservedPost
from ikusei.org.services.posts import WHOLE, assign, end_posting
from ikusei.org.services.shares import MAIN, give_back, hang_from, join, keep_roles


@dataclass(slots=True)
class Placed:
    """What was done to somebody's postings: begun, ended, given another share, and the seats reserved. For JSON."""

    opened: list[dict[str, Any]] = field(default_factory=list)
    ended: list[dict[str, Any]] = field(default_factory=list)
    reshared: list[dict[str, Any]] = field(default_factory=list)
    reserved: list[int] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """{"opened": [{"posting", "until", "share", "before": what it went on from, if any}], "ended": [{"posting", "until": the end before, "on"}],
        "reshared": [{"posting", "before", "share", "full": the full share before}], "reserved": [primary keys]}.
        """
        return {
            "opened": self.opened,
            "ended": self.ended,
            "reshared": self.reshared,
            "reserved": self.reserved,
        }


def place(
    *,
    actor: Viewer,
    person: Person,
    post: Post,
    on: date,
    kind: PostingKind,
    share: Decimal = WHOLE,
    until: date | None = None,
    return_post: Post | None = None,
) -> Placed:
    """What was done to put somebody into a post from a day on.

    A home post replaces the main posting, that on dispatch included. A dispatch leaves the home posting with a share of
    0. A concurrent post takes its share from the main posting; the main posting takes what the concurrent ones leave,
    and has it back on the day they end (`services.shares`).
    `return_post` is kept for them from `until` on. Raises RuleBroken, and writes nothing, where a rule of
    `services.posts.assign` is broken, the main posting began on that day or later, or nothing of their time is left.
    """
    access.require_person(actor, Right.ORG_EDIT, person)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        join(Posting.objects.filter(person=person, from_date=on, continues__isnull=False))
        steps = _Steps(actor, person, on)
        running = list(Posting.objects.on(on).filter(person=person).select_related("person", "post"))
        if kind == PostingKind.CONCURRENT:
            steps.beside(running, post, share, until)
        else:
            steps.main(running, post, kind, share, until)
        if return_post is not None and until is not None:
            steps.reserve(return_post, until)
        give_back(actor=actor, person=person)
    return steps.placed


class _Steps:
    """The changes of one person's postings from one day on, noted as they are made."""

    def __init__(self, actor: Viewer, person: Person, on: date) -> None:
        self.actor, self.person, self.on = actor, person, on
        self.placed = Placed()

    def main(
        self, running: Sequence[Posting], post: Post, kind: PostingKind, share: Decimal, until: date | None
    ) -> None:
        """Another main posting."""
        beside = [row for row in running if row.kind == PostingKind.CONCURRENT and row.post_id != post.pk]
        left = min(share, WHOLE - _total(beside))
        if left <= 0:
            raise RuleBroken(
                _("The concurrent posts of %(name)s leave no time for this post.")
                % {"name": self.person.display_name}
            )
        for row in running:
            if row in beside:
                continue
            if kind == PostingKind.DISPATCH and row.kind == PostingKind.HOME:
                self.reshare(row, Decimal(0))
            else:
                self.end(row)
        self.open(post, kind, left, until, full_share=share)

    def beside(self, running: Sequence[Posting], post: Post, share: Decimal, until: date | None) -> None:
        """A concurrent posting; its share is taken from the main one."""
        over = _total(running) + share - WHOLE
        if over > 0:
            working = [row for row in running if row.kind in MAIN and row.share > 0]
            giving = max(working, key=lambda row: row.share, default=None)
            if giving is None or giving.share <= over:
                raise RuleBroken(
                    _("The other posts of %(name)s leave no time for a concurrent one of this size.")
                    % {"name": self.person.display_name}
                )
            self.reshare(giving, giving.share - over, full_share=giving.full_share or giving.share)
        self.open(post, PostingKind.CONCURRENT, share, until)

    def end(self, posting: Posting) -> None:
        """End a posting on the day."""
        before = posting.until
        end_posting(actor=self.actor, posting=posting, on=self.on)
        self.placed.ended.append(
            {"posting": posting.pk, "until": _iso(before), "on": self.on.isoformat()},
        )

    def open(
        self,
        post: Post,
        kind: PostingKind,
        share: Decimal,
        until: date | None,
        full_share: Decimal | None = None,
        before: Posting | None = None,
    ) -> None:
        """Begin a posting on the day; where concurrent ones take of it, `full_share` is what it has without them.

        `before` is the posting as which it went on until then: roles go with what they go on as.
        """
        posting = assign(
            actor=self.actor,
            person=self.person,
            post=post,
            from_date=self.on,
            until=until,
            kind=kind,
            share=share,
        )
        if full_share is not None and full_share > share:
            posting.full_share = full_share
            posting.save(update_fields=["full_share"])
        opened = {"posting": posting.pk, "until": _iso(until), "share": str(share)}
        if before is not None:
            keep_roles(before, posting)
            opened["before"] = before.pk
        self.placed.opened.append(opened)

    def reshare(self, posting: Posting, share: Decimal, *, full_share: Decimal | None = None) -> None:
        """Let a posting go on with another share from the day on."""
        if posting.share == share:
            return
        if posting.from_date < self.on:
            until = posting.until
            self.end(posting)
            self.open(posting.post, PostingKind(posting.kind), share, until, full_share, before=posting)
            return
        full = None if posting.full_share is None else str(posting.full_share)
        self.placed.reshared.append(
            {"posting": posting.pk, "before": str(posting.share), "share": str(share), "full": full}
        )
        _set_share(self.actor, posting, share, full_share)

    def reserve(self, post: Post, until: date) -> None:
        """Keep a post for the return."""
        row = ReservedPost.objects.create(
            person=self.person, post=post, from_date=until, reason=_("Return from a dispatch")
        )
        self.placed.reserved.append(row.pk)


def take_back(*, actor: Viewer, person: Person, placed: Mapping[str, Any]) -> None:
    """Undo exactly what `place` did (its `as_dict`): what began is gone, what ended goes on as it did.

    Raises RuleBroken, and changes nothing, where something of it has been changed since, or a role hangs from it.
    """
    access.require_person(actor, Right.ORG_EDIT, person)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        keys = [row["posting"] for part in ("opened", "ended", "reshared") for row in placed.get(part, ())]
        join(Posting.objects.filter(person=person, continues__in=keys))
        rows = {row.pk: row for row in Posting.objects.filter(pk__in=keys, person=person)}
        _refuse_changed(person, rows, placed)
        ReservedPost.objects.filter(pk__in=placed.get("reserved", ()), person=person).delete()
        for told in placed.get("opened", ()):
            if told.get("before") in rows:
                hang_from(rows[told["posting"]], rows[told["before"]])
        try:
            Posting.objects.filter(pk__in=[row["posting"] for row in placed.get("opened", ())]).delete()
        except ProtectedError as error:
            raise RuleBroken(
                _("Somebody supervises %(name)s in this posting: end that role first.")
                % {"name": person.display_name}
            ) from error
        for told in placed.get("reshared", ()):
            full = told.get("full")
            share = None if full is None else Decimal(full)
            _set_share(actor, rows[told["posting"]], Decimal(told["before"]), share)
        for told in placed.get("ended", ()):
            posting = rows[told["posting"]]
            posting.until = _day(told["until"])
            posting.save(update_fields=["until"])
        give_back(actor=actor, person=person)
        audit.record(
            actor=actor.user,
            verb="org.posting.take-back",
            subject_kind="person",
            subject_id=person.public_id,
            count=len(keys),
        )


def _refuse_changed(person: Person, rows: Mapping[int, Posting], placed: Mapping[str, Any]) -> None:
    """Raise RuleBroken unless every posting is as `place` left it."""
    intact = all(
        row["posting"] in rows
        and rows[row["posting"]].until == _day(row["until"])
        and rows[row["posting"]].share == Decimal(row["share"])
        for row in placed.get("opened", ())
    )
    intact &= all(
        row["posting"] in rows and rows[row["posting"]].until == _day(row["on"])
        for row in placed.get("ended", ())
    )
    intact &= all(
        row["posting"] in rows and rows[row["posting"]].share == Decimal(row["share"])
        for row in placed.get("reshared", ())
    )
    if not intact:
        raise RuleBroken(
            _("The postings of %(name)s were changed since. Take back the later change first.")
            % {"name": person.display_name}
        )


def _set_share(actor: Viewer, posting: Posting, share: Decimal, full_share: Decimal | None) -> None:
    before, posting.share, posting.full_share = posting.share, share, full_share
    posting.save(update_fields=["share", "full_share"])
    audit.record(
        actor=actor.user,
        verb="org.posting.share",
        subject_kind="posting",
        subject_id=posting.pk,
        before={"share": str(before)},
        after={"share": str(share)},
    )


def _total(rows: Iterable[Posting]) -> Decimal:
    return sum((row.share for row in rows), Decimal(0))


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
