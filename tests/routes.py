"""Every address that Ikusei itself answers, as the resolver knows it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse


@dataclass(frozen=True, slots=True)
class Route:
    """An address: "org:person" at "people/<uuid:public_id>/", and the view behind it. One without a name is called
    by its pattern, "/people/<uuid:public_id>/".
    """

    name: str
    pattern: str
    view: Callable[..., Any]


def ours() -> list[Route]:
    """The routes whose view is ours; sign-in and second factors are allauth's."""
    return [
        route for route in _walk(get_resolver().url_patterns) if route.view.__module__.startswith("ikusei.")
    ]


def address(name: str, arguments: dict[str, Any]) -> str:
    """The URL of a route with its arguments filled in."""
    if not name.startswith("/"):
        return reverse(name, kwargs=arguments)
    return re.sub(r"<\w+:(\w+)>", lambda match: str(arguments[match[1]]), name)


def _walk(patterns: list[URLPattern | URLResolver], space: str = "", prefix: str = "") -> Iterator[Route]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, inner, path)
        else:
            name = f"{space}{pattern.name}" if pattern.name else f"/{path}"
            yield Route(name=name, pattern=path, view=pattern.callback)
