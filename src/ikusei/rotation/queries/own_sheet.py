"""The viewer's own preference sheet: which round asks them, what they said, what they said last time, what came of it."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import FETCH_RAISE, Exists, FilteredRelation, OuterRef, Q, QuerySet

from ikusei.org.access import NotVisible, Viewer
from ikusei.org.models import Employment, Person
from ikusei.rotation.models import ChiefComment, Round, Sheet, WishAnswer
from ikusei.rotation.queries.wish_choices import choices_of
from ikusei.rotation.queries.wish_content import (
    Shown,
    kinds_named,
    posts_named,
    ranked_posts,
    read_ranked,
    shown,
    wishes_of,
)
from ikusei.rotation.wishing import Choices, Wishes


def may_be_filled(round_: Round, today: date) -> bool:
    """Whether people may write and hand in their sheets: from the first day to the last one, both included."""
    return round_.opens_on <= today <= round_.sheets_until


def rounds_asking(person: Person, today: date) -> QuerySet[Round]:
    """The rounds begun by a day that ask somebody, or have a sheet of theirs, the newest first."""
    employed = Employment.objects.on(today).filter(
        person=person, employer_id=OuterRef("employer_id"), category=OuterRef("category")
    )
    filed = Sheet.objects.filter(round_id=OuterRef("pk"), person=person)
    return (
        Round.objects.filter(Exists(employed) | Exists(filed), opens_on__lte=today)
        .select_related("employer")
        .order_by("-fiscal_year", "employer__code")
        .fetch_mode(FETCH_RAISE)
    )


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """The page of one's own sheet. `before` is what was said in the round before (None: nothing), in its words.

    `comments` and `answers` are there after the notice alone.
    """

    round: Round
    sheet: Sheet | None
    wishes: Wishes
    choices: Choices
    before: Wishes | None
    before_round: Round | None
    others: list[Round]
    today: date
    comments: list[ChiefComment] = field(default_factory=list)
    answers: list[WishAnswer] = field(default_factory=list)

    @property
    def revision(self) -> int:
        """The revision that the page shows, 0 before anything was saved."""
        return 0 if self.sheet is None else self.sheet.revision

    @property
    def is_handed_in(self) -> bool:
        """Whether the sheet is with the section chief and the personnel section."""
        return self.sheet is not None and self.sheet.handed_in_at is not None

    @property
    def is_open(self) -> bool:
        """Whether it can still be written, handed in and taken back."""
        return may_be_filled(self.round, self.today)

    @property
    def is_noticed(self) -> bool:
        """Whether the notice has been given."""
        return self.round.is_noticed(self.today)

    @property
    def said(self) -> Shown:
        """What is saved, in words."""
        return self.in_words(self.wishes)

    def in_words(self, wishes: Wishes) -> Shown:
        """What somebody says, in words."""
        return shown(wishes, posts=self.choices.labels, kinds=self.choices.kinds)

    @property
    def said_before(self) -> Shown | None:
        """What was said in the round before, in words."""
        return None if self.before is None else self.in_words(self.before)


def own_sheet(viewer: Viewer, public_id: uuid.UUID | None = None) -> OwnSheet | None:
    """The viewer's sheet in a round (by default the newest that asks them); None where no round asks them.

    Raises NotVisible for a round that does not ask the viewer. At most five queries.
    """
    if viewer.person is None:
        return None
    rounds = list(_with_sheets(rounds_asking(viewer.person, viewer.today), viewer.person))
    if public_id is None:
        if not rounds:
            return None
        round_ = rounds[0]
    else:
        found = next((one for one in rounds if one.public_id == public_id), None)
        if found is None:
            raise NotVisible(str(public_id))
        round_ = found
    noticed = round_.is_noticed(viewer.today)
    by_round: dict[int, Sheet] = {one.pk: one.mine for one in rounds if hasattr(one, "mine")}
    sheet = by_round.get(round_.pk)
    earlier = next(
        (one for one in rounds if one.fiscal_year < round_.fiscal_year and one.pk in by_round), None
    )
    kept = [by_round[one.pk] for one in (round_, earlier) if one is not None and one.pk in by_round]
    read_ranked(kept, on=round_.effective_on if noticed else None)
    wishes = Wishes() if sheet is None else wishes_of(sheet, protected=True)
    before = None if earlier is None else wishes_of(by_round[earlier.pk], protected=True)
    said = [wishes, *([] if before is None else [before])]
    return OwnSheet(
        round=round_,
        sheet=sheet,
        wishes=wishes,
        choices=_named(kept, said) if noticed else choices_of(round_, more=posts_named(said)),
        before=before,
        before_round=earlier,
        others=[one for one in rounds if one.pk != round_.pk],
        today=viewer.today,
        comments=_comments(sheet) if sheet is not None and noticed else [],
        answers=_answers(viewer.person, round_) if noticed else [],
    )


def _with_sheets(rounds: QuerySet[Round], person: Person) -> QuerySet[Any]:
    """The rounds, each with the sheet of somebody as `mine`, where there is one; in the same query."""
    mine = FilteredRelation("sheets", condition=Q(sheets__person=person))
    beside = ["employer", "mine__entered_by", "mine__protected"]
    return rounds.annotate(mine=mine).select_related(*beside)


def _named(sheets: Iterable[Sheet], said: Iterable[Wishes]) -> Choices:
    """The posts and kinds of work that sheets name: after the notice nothing else can be wished for."""
    posts = {pk: post for sheet in sheets for pk, post in ranked_posts(sheet).items()}
    return Choices(posts=posts, kinds=kinds_named(said))


def _comments(sheet: Sheet) -> list[ChiefComment]:
    """What the section chief said, the last word first."""
    rows = ChiefComment.objects.filter(sheet=sheet).select_related("author").order_by("-pk")
    return list(rows.fetch_mode(FETCH_RAISE))


def _answers(person: Person, round_: Round) -> list[WishAnswer]:
    """The words about wishes that a human has released to the person."""
    rows = WishAnswer.objects.filter(person=person, round=round_, released_at__isnull=False)
    return list(rows.order_by("pk").fetch_mode(FETCH_RAISE))
