"""The posts that a correction may name."""

from ikusei.org.models import Post
from ikusei.rotation.models import Order, PostRule
from ikusei.rotation.queries.order_words import PlaceNames


def posts_for(order: Order) -> list[tuple[int, str]]:
    """(primary key, unit and post) of the posts in rotation on the order's day, and of those that the order names."""
    day = order.effective_on
    ruled = PostRule.objects.on(day).values("post_id")
    named = [pk for pk in (order.from_post_id, order.to_post_id, order.return_post_id) if pk is not None]
    open_posts = Post.objects.on(day)
    keys = set(open_posts.filter(pk__in=ruled).values_list("pk", flat=True)) | set(named)
    names = PlaceNames(keys)
    choices = [(pk, f"{(place := names.place(pk, day)).employer}　{place.whole}") for pk in keys]
    return sorted(choices, key=lambda choice: choice[1])
