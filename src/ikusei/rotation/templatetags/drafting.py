"""Posts, people and skills of a picture by their numbers and keys: `{% load drafting %}`."""

from collections.abc import Mapping

from django import template

from ikusei.org.job_types import job_type_name
from ikusei.rotation.board import unit_label
from ikusei.rotation.picture import Picture, PostFacts
from ikusei.rotation.queries.drift import place_of

register = template.Library()


@register.filter
def place(picture: Picture, post: int | None) -> str:
    """A post in words: its unit and name."""
    return place_of(picture, post)


@register.filter
def unit(post: PostFacts) -> str:
    """The unit of a post, with its employer where that is another one."""
    return unit_label(post)


@register.filter
def work(post: PostFacts) -> str:
    """What kind of work a post is: its job type by name, its code where it has none."""
    return job_type_name(post.job_type) if post.job_type else post.code


@register.filter
def person(picture: Picture, key: str) -> str:
    """The name of somebody."""
    return picture.people[key].name


@register.filter
def seats(picture: Picture, post: int) -> int:
    """How many people a post has seats for."""
    return picture.posts[post].capacity


@register.filter
def at_least(picture: Picture, post: int) -> int:
    """How many people a post has to have."""
    return picture.posts[post].minimum


@register.filter
def experts(picture: Picture, post: int) -> int:
    """How many experts a post has to have."""
    return picture.posts[post].expert_count


@register.filter
def skill(names: Mapping[str, str], key: str) -> str:
    """The name of a skill, its key where nobody tells it."""
    return names.get(key, key)


@register.filter
def balance(share: float | None) -> str:
    """A share of GQ as GQ:DQ in percent; empty without any record."""
    if share is None:
        return ""
    gq = round(share * 100)
    return f"{gq}:{100 - gq}"
