"""What a view asks of whoever calls it, said on the view itself; `org.middleware` enforces it before the view runs."""

from collections.abc import Callable
from typing import Any

PUBLIC = "public"
"""Anyone, signed in or not."""

SIGNED_IN = "signed-in"
"""Any account."""


def needs[View: Callable[..., Any]](right: str, *, code_only: bool | None = None) -> Callable[[View], View]:
    """A decorator that names the right a view needs: PUBLIC, SIGNED_IN or a member of `org.access.Right`.

    Accounts that sign in by mailed code only open PUBLIC views and those for confirming levels; `code_only` says
    otherwise of a view, either way.
    """

    def mark(view: View) -> View:
        view.right = right  # type: ignore[attr-defined]  # read by the guard and by the test that every route has one
        view.code_only = code_only  # type: ignore[attr-defined]  # as above
        return view

    return mark


def keeps_posted[View: Callable[..., Any]](answer: Callable[..., Any]) -> Callable[[View], View]:
    """A decorator for a view whose form may come too late: after the session has ended, or with a token of before.

    `org.middleware` then lets `answer` reply, called as the view would have been, instead of sending the person to
    sign in or to an error page with what they typed lost. `answer` saves nothing: nobody has been let in.
    """

    def mark(view: View) -> View:
        view.keeps_posted = answer  # type: ignore[attr-defined]  # read by the guard
        return view

    return mark
