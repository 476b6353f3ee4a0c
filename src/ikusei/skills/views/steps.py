"""A step that a steward takes: its page first says what will happen, then asks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.utils.functional import Promise

from ikusei.skills.forms.frameworks import ConfirmForm


@dataclass(frozen=True, slots=True)
class Step:
    """One step with the words of its page; `consequences` says, sentence by sentence, what will happen."""

    do: Callable[..., Any]
    heading: Promise
    consequences: tuple[Promise, ...]
    button: Promise
    done: Promise
    form: type[Form] = ConfirmForm
    tone: str = "main"
    counts: bool = False
    """Whether the page of a cycle says how many are not through."""
