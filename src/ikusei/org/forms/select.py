"""The select box of org's forms: that of every room (`ui.select`)."""

from ikusei.ui.select import PlainSelect

__all__ = ["PlainSelect"]
