"""How people came into their category, as offices usually record it; imported lists may bring others."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ROUTES: Mapping[str, Promise | str] = MappingProxyType(
    {
        "graduate": _("straight from education"),
        "mid-career": _("mid-career recruitment"),
        "converted": _("converted from another category"),
        "fixed-term": _("fixed term"),
        "re-employed": _("re-employed"),
        "seconded": _("seconded from another employer"),
    }
)
"""Key -> what the reader's language calls it."""

RECORDED_AS: Mapping[str, str] = MappingProxyType(
    {
        "新卒": "graduate",
        "新卒採用": "graduate",
        "新規学卒": "graduate",
        "新規採用": "graduate",
        "中途採用": "mid-career",
        "経験者採用": "mid-career",
        "職種転換": "converted",
        "職種変更": "converted",
        "転職種": "converted",
        "任期付": "fixed-term",
        "任期付採用": "fixed-term",
        "再任用": "re-employed",
        "割愛": "seconded",
        "派遣受入": "seconded",
    }
)
"""Words that staff lists bring -> the key of the route that they mean."""


def entry_route_label(route: str) -> str:
    """The route as the reader's language says it; one that is not known stays as it was recorded."""
    return str(ROUTES.get(RECORDED_AS.get(route, route), route))
