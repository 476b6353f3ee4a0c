"""What an account's owner wants applies to every page: the language, and Japanese era years or western ones."""

from collections.abc import Callable
from typing import Any, cast

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


class AfterResponseMiddleware:
    """Does what `after_response` was given once the response has been sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        waiting: list[Callable[[], Any]] = []
        cast(Any, request).after_response = waiting
        response = self.get_response(request)
        if waiting:
            _on_close(response, waiting)
        return response


def after_response(request: HttpRequest, do: Callable[[], Any]) -> None:
    """Do something once the request has been answered, so that the answer takes no longer for it."""
    cast(Any, request).after_response.append(do)


def _on_close(response: HttpResponseBase, waiting: list[Callable[[], Any]]) -> None:
    """Servers call `close` when a response has been sent, and so does Django's test client."""
    close = response.close

    def do_and_close() -> None:
        try:
            for do in waiting:
                do()
        finally:
            close()

    response.close = do_and_close  # type: ignore[method-assign]  # there is no public hook on the response


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
