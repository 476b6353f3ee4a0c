"""What an account's owner wants applies to every page: Japanese era years or western ones."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ikusei.ui.reading import reading


class ReadingMiddleware:
    """Lets the date filters know how the reader wants dates; the account is asked only where a page shows one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        def era() -> bool:
            return request.user.is_authenticated and request.user.era_dates

        with reading(era=era):
            return self.get_response(request)
