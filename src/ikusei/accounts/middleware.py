"""What an account's owner wants applies to every page: the language, and Japanese era years or western ones."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ikusei.ui.reading import reading

A_YEAR = 365 * 24 * 60 * 60


class ReadingMiddleware:
    """Lets the date filters know how the reader wants dates; the account is asked only where a page shows one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        def era() -> bool:
            return request.user.is_authenticated and request.user.era_dates

        with reading(era=era):
            return self.get_response(request)


def remember_language(response: HttpResponseBase, code: str) -> None:
    """Put the language into the cookie that LocaleMiddleware reads, so that signed-out pages follow it too."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=A_YEAR,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
