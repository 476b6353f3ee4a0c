"""Every address that Ikusei itself answers, as the resolver knows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True, slots=True)
class Route:
    """A named address: "org:person" at "people/<uuid:public_id>/", and the view behind it."""

    name: str
    pattern: str
    view: Callable[..., Any]


def ours() -> list[Route]:
    """The routes whose view is ours; sign-in and second factors are allauth's."""
    return [
        route for route in _walk(get_resolver().url_patterns) if route.view.__module__.startswith("ikusei.")
    ]


def _walk(patterns: list[URLPattern | URLResolver], space: str = "", prefix: str = "") -> Iterator[Route]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, inner, path)
        else:
            yield Route(name=f"{space}{pattern.name}", pattern=path, view=pattern.callback)
