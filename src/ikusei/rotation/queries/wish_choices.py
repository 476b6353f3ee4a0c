"""What can be wished for in a round: the posts in rotation on the day of the moves, and the kinds of work."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from ikusei.lib.fields import pick_text
from ikusei.lib.periods import current
from ikusei.org.models import PostTerms
from ikusei.rotation.models import GrowthClass, PostRule, Round
from ikusei.rotation.wishing import Choices, OfferedPost


def choices_of(round_: Round, *, more: Iterable[int] = (), kinds: bool = True) -> Choices:
    """The posts and kinds of work that people may name; `more` posts are there as well, not offered. Two queries.

    Posts stand in the order of the tree, those of the round's own employer first.
    """
    day = round_.effective_on
    in_rotation = Exists(PostRule.objects.on(day).filter(post_id=OuterRef("post_id")))
    rows = list(
        PostTerms.objects.filter(current(day), current(day, "post__"), current(day, "post__unit__periods__"))
        .annotate(in_rotation=in_rotation)
        .filter(Q(in_rotation=True) | Q(post_id__in=list(more)))
        .order_by("post__unit__employer__code", "post__unit__periods__path", "post__code")
        .values_list(
            "post_id",
            "name_ja",
            "name_en",
            "post__code",
            "in_rotation",
            "post__unit__employer_id",
            "post__unit__employer__name_ja",
            "post__unit__employer__name_en",
            "post__unit__periods__name_ja",
            "post__unit__periods__name_en",
        )
    )
    rows.sort(key=lambda row: row[5] != round_.employer_id)
    posts = {
        pk: OfferedPost(
            id=pk,
            name_ja=name_ja,
            name_en=name_en,
            code=code,
            unit=pick_text({"ja": unit_ja, "en": unit_en}),
            employer=pick_text({"ja": employer_ja, "en": employer_en}),
            is_offered=offered,
        )
        for pk, name_ja, name_en, code, offered, _id, employer_ja, employer_en, unit_ja, unit_en in rows
    }
    names = {row.key: row.name for row in GrowthClass.objects.all()} if kinds else {}
    return Choices(posts=posts, kinds=names)
