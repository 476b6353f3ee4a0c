"""General posts: one per unit, post name and grade, with as many seats as people sit in it."""

from collections import defaultdict
from datetime import date

from ikusei.lib.text import normalise_key
from ikusei.org.imports.records import PostNode, UnitNode

ANY_POST = ("職員", "Staff member")
"""The post of people whose list names none."""

_LONGEST_CODE = 60


class Seats:
    """Finds the post for a person, or opens it on paper."""

    def __init__(self, posts: list[PostNode], *, codes: set[tuple[int, str]], as_of: date) -> None:
        self.as_of = as_of
        self.new: list[PostNode] = []
        self._codes: set[tuple[int, str]] = set(codes)
        self._posts: dict[tuple[int, str, str], list[PostNode]] = defaultdict(list)
        for post in posts:
            if post.unit is not None:
                self._posts[_key(post.unit, post.name, post.grade)].append(post)

    def open(self, unit: UnitNode, name: str, grade: str) -> PostNode:
        """The post of this name and grade in the unit: one with a free seat, else the first, else a new one."""
        same = self._posts[_key(unit, name or ANY_POST[0], grade)]
        if same:
            return next((post for post in same if post.people < post.capacity), same[0])
        post = PostNode(
            unit=unit,
            code=self._code(unit, name or ANY_POST[0], grade),
            name=name or ANY_POST[0],
            name_en="" if name else ANY_POST[1],
            grade=grade,
            since=self.as_of,
        )
        self.new.append(post)
        same.append(post)
        return post

    def _code(self, unit: UnitNode, name: str, grade: str) -> str:
        """A code not taken in the unit: name and grade, with a number where that is taken."""
        plain = f"{name}/{grade}" if grade else name
        code, number = plain[:_LONGEST_CODE], 1
        place = unit.pk if unit.pk is not None else -id(unit)
        while (place, code) in self._codes:
            number += 1
            code = f"{plain[: _LONGEST_CODE - 5]}-{number}"
        self._codes.add((place, code))
        return code


def is_same_post(post: PostNode, name: str | None) -> bool:
    """Whether a list that names this post (None: names none) means the post."""
    return name is None or same_name(name, post.name) or same_name(name, post.name_en)


def same_name(one: str, other: str) -> bool:
    """Whether two names of posts differ in nothing but width and case."""
    return normalise_key(one) == normalise_key(other)


def _key(unit: UnitNode, name: str, grade: str) -> tuple[int, str, str]:
    return id(unit), normalise_key(name), grade
