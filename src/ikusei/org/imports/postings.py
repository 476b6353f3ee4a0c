"""Where people sit: the postings a list opens, ends and moves, and the days on which new units and posts begin."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from ikusei.org.imports.plan import ChangedPerson, Move, Plan, PostingPlan
from ikusei.org.imports.records import KnownPerson, KnownPosting, PostNode, UnitNode
from ikusei.org.imports.rows import SecondPlace, StaffRow
from ikusei.org.imports.seats import Seats, is_same_post
from ikusei.org.imports.tree import Tree
from ikusei.org.models import PostingKind

WHOLE = Decimal(1)


class SharesExceeded(Exception):
    """The shares of a person's postings would be more than the whole of their time."""

    def __init__(self, total: Decimal) -> None:
        super().__init__(str(total))
        self.total = total


class SamePost(Exception):
    """A person would sit in one post twice."""

    def __init__(self, post: PostNode) -> None:
        super().__init__(post.code)
        self.post = post


class PostingPlanner:
    """Plans the postings of one person after another.

    Home postings and concurrent ones in the employer's own units are the list's business; dispatches and postings
    elsewhere stay as they are, and count where shares are added up.
    """

    def __init__(self, tree: Tree, seats: Seats, as_of: date) -> None:
        self.tree = tree
        self.seats = seats
        self.as_of = as_of

    def for_new(
        self, row: StaffRow, *, from_date: date, until: date | None, person: KnownPerson | None
    ) -> list[PostingPlan]:
        """The postings of somebody who begins. Raises NoPlace, SharesExceeded, SamePost."""
        self._check_places(row)
        seconds = row.concurrent or ()
        rest = sum((second.share for second in seconds), Decimal(0))
        rest += sum((posting.share for posting in person.postings if person), Decimal(0)) if person else 0
        share = _home_share(row.share, rest)
        plans = []
        if row.place is not None:
            since = max(row.posted_since or self.as_of, from_date)
            post = self.seats.open(self.tree.open(row.place), row.post or "", row.grade or "")
            plans.append(self._plan(post, PostingKind.HOME, share, since, until))
        plans += [self._second(second, max(self.as_of, from_date), until) for second in seconds]
        _refuse_same_post([plan.post for plan in plans])
        return plans

    def for_known(self, change: ChangedPerson) -> None:
        """Add to a change what happens to the person's postings. Raises NoPlace, SharesExceeded, SamePost."""
        row, person = change.row, change.person
        self._check_places(row)
        own = [posting for posting in person.postings if posting.post.unit is not None]
        homes = [posting for posting in own if posting.kind == PostingKind.HOME]
        home = max(homes, key=lambda posting: posting.from_date, default=None)
        running = [posting for posting in own if posting.kind == PostingKind.CONCURRENT]
        gone, kept, added = self._compare_seconds(running, row.concurrent)
        others = [
            posting.share for posting in person.postings if posting not in running and posting is not home
        ]
        rest = sum(others, Decimal(0))
        rest += sum((second.share if second else posting.share for posting, second in kept), Decimal(0))
        rest += sum((second.share for second in added), Decimal(0))
        until = change.until or change.present.until
        self._move_home(change, home, rest, until, is_mixed=bool(gone or added))
        for posting in gone:
            self._leave(change, posting)
        for posting, second in kept:
            if second is not None and second.share != posting.share:
                new = self._plan(posting.post, posting.kind, second.share, self.as_of, until)
                change.moves.append(Move(posting, new, self.as_of))
        change.moves += [Move(None, self._second(second, self.as_of, until), self.as_of) for second in added]
        moved_from = {id(move.old) for move in change.moves}
        sits = [posting.post for posting in person.postings if id(posting) not in moved_from]
        _refuse_same_post([*sits, *(move.new.post for move in change.moves if move.new is not None)])
        if change.until is not None:
            change.bounded = [
                posting
                for posting in own
                if id(posting) not in moved_from and _ends_with(posting, change.present.until, change.until)
            ]

    def settle(self, plan: Plan) -> None:
        """Count who sits where, and let new units and posts begin with the first posting into them."""
        for ended in plan.ended:
            for posting in ended.person.postings:
                posting.post.people -= 1
        openings = [posting for new in plan.new for posting in new.postings]
        openings += [move.new for changed in plan.changed for move in changed.moves if move.new is not None]
        plan.posts = self._used_posts(openings)
        plan.units = self._used_units(plan.posts)
        for unit in plan.units:  # parents stand before their parts
            unit.since = max(unit.since, unit.parent.since) if unit.parent else unit.since
        for post in plan.posts:
            post.since = max(post.since, post.unit.since) if post.unit else post.since
            post.capacity = max(post.people, 1)
        for opening in openings:
            opening.from_date = max(opening.from_date, opening.post.since)
        for changed in plan.changed:
            for move in changed.moves:
                move.on = move.new.from_date if move.new else move.on
        arrivals = {id(opening.post): opening.post for opening in openings}
        plan.fuller = [
            post for post in arrivals.values() if post.pk is not None and post.people > post.capacity
        ]

    def _check_places(self, row: StaffRow) -> None:
        """Raise NoPlace before anything is opened on paper for this row."""
        if row.place is not None:
            self.tree.find(row.place)
        for second in row.concurrent or ():
            self.tree.find(second.place)

    def _plan(
        self, post: PostNode, kind: str, share: Decimal, since: date, until: date | None
    ) -> PostingPlan:
        post.people += 1
        return PostingPlan(post=post, kind=kind, share=share, from_date=since, until=until)

    def _second(self, second: SecondPlace, since: date, until: date | None) -> PostingPlan:
        post = self.seats.open(self.tree.open(second.place), second.post, "")
        return self._plan(post, PostingKind.CONCURRENT, second.share, since, until)

    def _leave(self, change: ChangedPerson, posting: KnownPosting) -> None:
        posting.post.people -= 1
        change.moves.append(Move(posting, None, self.as_of))

    def _compare_seconds(
        self, running: list[KnownPosting], listed: tuple[SecondPlace, ...] | None
    ) -> tuple[list[KnownPosting], list[tuple[KnownPosting, SecondPlace | None]], list[SecondPlace]]:
        """The concurrent postings that end, those that go on (with what the list says of them), and those to open."""
        if listed is None:
            return [], [(posting, None) for posting in running], []
        left, kept, added = list(running), list[tuple[KnownPosting, SecondPlace | None]](), []
        for second in listed:
            unit = self.tree.find(second.place)
            same = next(
                (
                    posting
                    for posting in left
                    if posting.post.unit is unit and is_same_post(posting.post, second.post or None)
                ),
                None,
            )
            if same is None:
                added.append(second)
            else:
                left.remove(same)
                kept.append((same, second))
        return left, kept, added

    def _move_home(
        self,
        change: ChangedPerson,
        home: KnownPosting | None,
        rest: Decimal,
        until: date | None,
        *,
        is_mixed: bool,
    ) -> None:
        row = change.row
        share = self._share_after(row, home, rest, is_mixed=is_mixed)
        if home is not None and self._stays(change, home):
            if share == home.share:
                return
            new = self._plan(home.post, home.kind, share, self.as_of, until)
            home.post.people -= 1
            change.moves.append(Move(home, new, self.as_of))
            return
        if row.place is None:
            return
        grade = row.grade or change.present.grade
        unit = self.tree.open(row.place)
        # The office that lists no posts keeps the name of the one its person has.
        name = row.post or (home.post.name if home is not None and home.post.unit is unit else "")
        since = row.posted_since or self.as_of
        if home is not None:
            home.post.people -= 1
            since = since if since > home.from_date else self.as_of
        else:
            since = max(since, change.present.from_date)
        new = self._plan(self.seats.open(unit, name, grade), PostingKind.HOME, share, since, until)
        change.moves.append(Move(home, new, since))

    def _stays(self, change: ChangedPerson, home: KnownPosting) -> bool:
        """Whether the list still means the post the person has."""
        row = change.row
        if row.place is not None and self.tree.find(row.place) is not home.post.unit:
            return False
        if not is_same_post(home.post, row.post):
            return row.place is None  # a post name without a unit moves nobody
        grade = change.employment.get("grade")
        # A promotion moves somebody on from a post of the old grade; a post that never had their grade stays theirs.
        return not (
            grade and row.place is not None and home.post.grade and home.post.grade == change.present.grade
        )

    def _share_after(
        self, row: StaffRow, home: KnownPosting | None, rest: Decimal, *, is_mixed: bool
    ) -> Decimal:
        if row.share is not None or home is None:
            return _home_share(row.share, rest)
        if is_mixed or home.share + rest > WHOLE:
            return _home_share(None, rest)
        return home.share

    @staticmethod
    def _used_posts(openings: Iterable[PostingPlan]) -> list[PostNode]:
        """The new posts, each beginning with its first posting."""
        posts: dict[int, PostNode] = {}
        for opening in openings:
            post = opening.post
            if post.pk is None:
                is_known = id(post) in posts
                post.since = min(post.since, opening.from_date) if is_known else opening.from_date
                posts[id(post)] = post
        return list(posts.values())

    @staticmethod
    def _used_units(posts: Iterable[PostNode]) -> list[UnitNode]:
        """The new units that new posts need, parents first, each beginning with the first post below it."""
        units: dict[int, UnitNode] = {}
        for post in posts:
            way = []
            unit = post.unit
            while unit is not None and unit.pk is None:
                way.append(unit)
                unit = unit.parent
            for unit in reversed(way):
                since = min(units[id(unit)].since, post.since) if id(unit) in units else post.since
                units[id(unit)] = unit
                unit.since = since
        return list(units.values())


def _refuse_same_post(posts: list[PostNode]) -> None:
    seen: set[int] = set()
    for post in posts:
        if id(post) in seen:
            raise SamePost(post)
        seen.add(id(post))


def _home_share(stated: Decimal | None, rest: Decimal) -> Decimal:
    """The share of the home post: as stated, else what the other postings leave of the whole."""
    share = max(WHOLE - rest, Decimal(0)) if stated is None else stated
    if share + rest > WHOLE:
        raise SharesExceeded(share + rest)
    return share


def _ends_with(posting: KnownPosting, before: date | None, until: date) -> bool:
    """Whether a posting's end goes with the employment's new end."""
    return posting.until is None or posting.until == before or posting.until > until
