"""Fields as officials fill them in."""

from typing import Any

from django import forms


class DayField(forms.DateField):
    """A day, chosen from the browser's calendar."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)


class TextField(forms.CharField):
    """A text of some lines."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)


def number_in(query: Any, name: str) -> int | None:
    """The whole number above 0 that a query string gives under a name, None for anything else."""
    text = query.get(name, "")
    return int(text) or None if text.isascii() and text.isdecimal() and len(text) < 10 else None


def place_in(query: Any, name: str) -> int:
    """The whole number from 0 on that a query string gives under a name, -1 for anything else."""
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
