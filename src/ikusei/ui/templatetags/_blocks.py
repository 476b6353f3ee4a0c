"""Components that wrap a part of the page: {% table %} ... {% endtable %}."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ikusei.ui.components import Text


def table(
    content: SafeString, id: str, caption: Text, kind: str = "", hide_caption: bool = False
) -> SafeString:
    """A data table that scrolls inside itself, by keyboard too. `kind`: "", compact, heat, stack, compact stack."""
    return format_html(
        '<section class="table-scroll" tabindex="0" aria-labelledby="{id}-caption">'
        '<table class="table" id="{id}" data-kind="{kind}"><caption id="{id}-caption"{hidden}>{caption}</caption>'
        "{content}</table></section>",
        id=id,
        kind=kind,
        caption=caption,
        content=content,
        hidden=SafeString(' class="visually-hidden"') if hide_caption else "",
    )


def notice(content: SafeString, tone: str = "info", title: Text = "", level: int = 2) -> SafeString:
    """A box that must not be overlooked. `tone`: info, ok, warning, danger; `level`: that of its title's heading."""
    heading = format_html('<h{0} class="notice__title">{1}</h{0}>', level, title) if title else ""
    return format_html('<div class="notice" data-tone="{}">{}{}</div>', tone, heading, content)


def empty(content: SafeString, title: Text) -> SafeString:
    """What stands where a list has no rows: what is missing (`title`) and what to do next (the content)."""
    return format_html('<div class="empty"><p class="empty__title">{}</p>{}</div>', title, content)


def who_sees(content: SafeString) -> SafeString:
    """The line that says who can see the data of this page."""
    label = _("Who can see this:")
    return format_html(
        '<p class="who-sees"><strong class="who-sees__label">{}</strong> {}</p>', label, content
    )
