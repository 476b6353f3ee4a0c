"""The ranked posts of a sheet as a page shows them: those named, and those that can still be added, by unit."""

from collections.abc import Iterable
from typing import Any

from ikusei.rotation.models.wishes import RANKS
from ikusei.rotation.wishing import Choices


def ranked_context(choices: Choices, ranked: Iterable[tuple[int, str]], *, here: str) -> dict[str, Any]:
    """What `rotation/wishes/_ranked.html` needs; its buttons send the form to `here`."""
    rows = list(ranked)
    labels, taken = choices.labels, {post_id for post_id, _why in rows}
    groups = [
        (heading, [(post.id, post.short) for post in posts if post.id not in taken])
        for heading, posts in choices.by_unit
    ]
    return {
        "here": here,
        "ranked": [(post_id, labels.get(post_id, str(post_id)), why) for post_id, why in rows],
        "is_full": len(rows) >= RANKS,
        "most": RANKS,
        "groups": [group for group in groups if group[1]],
    }
