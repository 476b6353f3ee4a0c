"""What a view asks of whoever calls it, said on the view itself; `org.middleware` enforces it before the view runs."""

from collections.abc import Callable
from typing import Any

PUBLIC = "public"
"""Anyone, signed in or not."""

SIGNED_IN = "signed-in"
"""Any account."""


def needs[View: Callable[..., Any]](right: str, *, code_only: bool = False) -> Callable[[View], View]:
    """A decorator that names the right a view needs: PUBLIC, SIGNED_IN or a member of `org.access.Right`.

    Accounts that sign in by mailed code only open PUBLIC views, those for confirming levels, and those marked `code_only`.
    """

    def mark(view: View) -> View:
        view.right = right  # type: ignore[attr-defined]  # read by the guard and by the test that every route has one
        view.code_only = code_only  # type: ignore[attr-defined]  # as above
        return view

    return mark
