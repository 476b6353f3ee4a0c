"""The words of sheets as they are saved, and as a page shows them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    FETCH_RAISE,
    FilteredRelation,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)

from ikusei.lib.fields import pick_text
from ikusei.org.models import Person, PostTerms, UnitPeriod
from ikusei.rotation.models import (
    GrowthClass,
    Intent,
    ProtectedAsk,
    ProtectedKind,
    ProtectedReason,
    RankedPost,
    Round,
    Sheet,
)
from ikusei.rotation.wishing import OfferedPost, Protected, Wishes


def with_wishes(sheets: QuerySet[Sheet], *, protected: bool, on: date | None = None) -> QuerySet[Sheet]:
    """The sheets with what `wishes_of` needs; the protected reason only where it may be read.

    With a day also the names that posts have then (`labels_of`). One query more than the sheets alone.
    """
    rows = sheets.prefetch_related(_ranked(on))
    return rows.select_related("protected") if protected else rows


def with_sheet(people: QuerySet[Person], round_: Round, *, protected: bool) -> QuerySet[Person]:
    """The people with their sheet in a round beside them (`sheet_beside`), in the same query.

    The protected reason only where it may be read.
    """
    filed = FilteredRelation("preference_sheets", condition=Q(preference_sheets__round=round_))
    beside = ["filed__entered_by", *(["filed__protected"] if protected else [])]
    return people.annotate(filed=filed).select_related(*beside)


def sheet_beside(person: Person, *, on: date | None = None) -> Sheet | None:
    """The sheet of somebody of `with_sheet`, as `with_wishes` reads it; None where there is none. One query."""
    sheet: Sheet | None = getattr(person, "filed", None)
    read_ranked([sheet] if sheet is not None else [], on=on)
    return sheet


def read_ranked(sheets: Sequence[Sheet], *, on: date | None = None) -> None:
    """Read the posts that sheets rank, as `with_wishes` does. One query."""
    prefetch_related_objects(sheets, _ranked(on))


def _ranked(on: date | None) -> "Prefetch[Any, Any, Any]":
    ranked = RankedPost.objects.order_by("rank").fetch_mode(FETCH_RAISE)
    return Prefetch("ranked", ranked if on is None else _named(ranked, on), to_attr="ranked_read")


def _named(rows: QuerySet[RankedPost], on: date) -> QuerySet[RankedPost]:
    terms = PostTerms.objects.on(on).filter(post_id=OuterRef("post_id"))
    units = UnitPeriod.objects.on(on).filter(unit_id=OuterRef("post__unit_id"))
    return rows.annotate(
        read_code=Subquery(terms.values("post__code")[:1]),
        read_ja=Subquery(terms.values("name_ja")[:1]),
        read_en=Subquery(terms.values("name_en")[:1]),
        read_unit_ja=Subquery(units.values("name_ja")[:1]),
        read_unit_en=Subquery(units.values("name_en")[:1]),
    )


def wishes_of(sheet: Sheet, *, protected: bool = False) -> Wishes:
    """What a sheet of `with_wishes` says; the protected reason only where it was asked for, there and here."""
    ranked: list[RankedPost] = getattr(sheet, "ranked_read", [])
    reason: ProtectedReason | None = getattr(sheet, "protected", None) if protected else None
    return Wishes(
        intent=sheet.intent,
        ranked=tuple((row.post_id, row.reason) for row in ranked),
        growth_classes=tuple(sheet.growth_classes),
        places=sheet.places,
        concerns=sheet.concerns,
        may_dispatch=sheet.may_dispatch,
        protected=None
        if reason is None
        else Protected(kind=reason.kind, ask=reason.ask, text=reason.text, until=reason.until),
    )


def labels_of(sheet: Sheet) -> dict[int, str]:
    """Post -> its name, of the posts that a sheet of `with_wishes(on=...)` ranks."""
    return {pk: post.label for pk, post in ranked_posts(sheet).items()}


def ranked_posts(sheet: Sheet) -> dict[int, OfferedPost]:
    """The posts that a sheet of `with_wishes(on=...)` ranks, the first wish first."""
    return {
        row.post_id: OfferedPost(
            id=row.post_id,
            name_ja=row.read_ja or "",
            name_en=row.read_en or "",
            code=row.read_code or "",
            unit=pick_text({"ja": row.read_unit_ja or "", "en": row.read_unit_en or ""}),
            employer="",
        )
        for row in getattr(sheet, "ranked_read", [])
    }


def kinds_named(wishes: Iterable[Wishes]) -> dict[str, str]:
    """Key -> name of the kinds of work that sheets name; no query where they name none."""
    keys = {key for one in wishes for key in one.growth_classes}
    return {row.key: row.name for row in GrowthClass.objects.filter(key__in=keys)} if keys else {}


@dataclass(frozen=True, slots=True)
class ShownProtected:
    """A protected reason in words."""

    kind: str
    ask: str
    text: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What a sheet says, in words. `ranked`: label of the post and the reason, the first wish first."""

    intent: str
    ranked: tuple[tuple[str, str], ...]
    kinds: tuple[str, ...]
    places: str
    concerns: str
    may_dispatch: bool
    protected: ShownProtected | None


def shown(wishes: Wishes, *, posts: Mapping[int, str], kinds: Mapping[str, str]) -> Shown:
    """The words of a sheet for a page, with the names of posts and kinds of work."""
    reason = wishes.protected
    return Shown(
        intent=str(Intent(wishes.intent).label) if wishes.intent in Intent else "",
        ranked=tuple((posts.get(post_id, str(post_id)), why) for post_id, why in wishes.ranked),
        kinds=tuple(kinds.get(key, key) for key in wishes.growth_classes),
        places=wishes.places,
        concerns=wishes.concerns,
        may_dispatch=wishes.may_dispatch,
        protected=None
        if reason is None
        else ShownProtected(
            kind=str(ProtectedKind(reason.kind).label) if reason.kind in ProtectedKind else "",
            ask=str(ProtectedAsk(reason.ask).label) if reason.ask in ProtectedAsk else "",
            text=reason.text,
            until=reason.until,
        ),
    )


def posts_named(wishes: Iterable[Wishes]) -> set[int]:
    """Every post that sheets name."""
    return {post_id for one in wishes for post_id, _reason in one.ranked}
