"""Texts that exist in Japanese and English as two fields, name_ja and name_en."""

from collections.abc import Iterable, Mapping

from django.utils.translation import get_language


def language() -> str:
    """The language people read now: "ja" or "en"."""
    return "ja" if (get_language() or "").startswith("ja") else "en"


def pick(obj: object, field: str) -> str:
    """The text of obj.<field>_ja or <field>_en by the active language; the other where that one is empty."""
    return _first_filled(getattr(obj, f"{field}_{code}") for code in _order())


def pick_text(texts: Mapping[str, str]) -> str:
    """The same choice for texts given as {"ja": ..., "en": ...}; either may be missing."""
    return _first_filled(texts.get(code) for code in _order())


class BilingualName:
    """Mixin for what carries name_ja and name_en (a model or a plain object): gives it `name`."""

    @property
    def name(self) -> str:
        """The name in the active language, or in the other where that one is empty."""
        return pick(self, "name")


def _order() -> tuple[str, str]:
    return ("ja", "en") if language() == "ja" else ("en", "ja")


def _first_filled(texts: Iterable[str | None]) -> str:
    return next((text for text in texts if text), "")
