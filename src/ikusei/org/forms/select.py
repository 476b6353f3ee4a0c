"""The select box of org's forms: that of every room (`ui.plain_select`)."""

from ikusei.ui.plain_select import PlainSelect

__all__ = ["PlainSelect"]
