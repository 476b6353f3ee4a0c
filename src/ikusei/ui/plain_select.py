"""A select box that is written at once: Django renders a template for every option, which is slow for a hundred."""

from collections.abc import Iterable
from html import escape
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString


class PlainSelect(forms.Select):
    """The same markup as `forms.Select`, groups included."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The select element."""
        chosen = "" if value is None else str(value)
        attributes = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        if self.use_required_attribute(None) and self.is_required and self._first_is_empty():
            attributes["required"] = True
        return format_html("<select{}>{}</select>", flatatt(attributes), _options(self.choices, chosen))

    def _first_is_empty(self) -> bool:
        return next((key in ("", None) for key, _label in self.choices), False)


def _options(choices: Iterable[Any], chosen: str) -> SafeString:
    parts = []
    for key, label in choices:
        if isinstance(label, list | tuple):
            parts.append(f'<optgroup label="{escape(str(key))}">{_options(label, chosen)}</optgroup>')
        else:
            text = "" if key is None else str(key)
            selected = " selected" if text == chosen else ""
            parts.append(f'<option value="{escape(text)}"{selected}>{escape(str(label))}</option>')
    return SafeString("".join(parts))
