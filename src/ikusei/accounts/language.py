"""The language of the pages, kept in a cookie so that signed-out pages follow it too."""

from django.conf import settings
from django.http import HttpResponseBase

A_YEAR = 365 * 24 * 60 * 60


def remember(response: HttpResponseBase, code: str) -> None:
    """Put the language into the cookie that LocaleMiddleware reads."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=A_YEAR,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
