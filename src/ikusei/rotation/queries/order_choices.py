"""The posts that a correction may name."""

from ikusei.org.models import Post
from ikusei.rotation.models import Order, PostRule
from ikusei.rotation.queries.order_words import PlaceNames

type Team = tuple[str, list[tuple[int, str]]]
"""Employer and unit, with (primary key, name) of its posts: a group of a select box."""


def posts_for(order: Order) -> list[Team]:
    """Unit by unit the posts in rotation on the order's day, and those that the order names."""
    day = order.effective_on
    ruled = PostRule.objects.on(day).values("post_id")
    named = [pk for pk in (order.from_post_id, order.to_post_id, order.return_post_id) if pk is not None]
    open_posts = Post.objects.on(day)
    keys = set(open_posts.filter(pk__in=ruled).values_list("pk", flat=True)) | set(named)
    names = PlaceNames(keys)
    teams: dict[str, list[tuple[int, str]]] = {}
    for pk in keys:
        place = names.place(pk, day)
        teams.setdefault(f"{place.employer}　{place.units}", []).append((pk, place.post))
    return [(team, sorted(posts, key=lambda one: (one[1], one[0]))) for team, posts in sorted(teams.items())]
