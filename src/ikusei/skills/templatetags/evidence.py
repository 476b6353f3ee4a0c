"""How proofs are written: their state and their expiry in words."""

from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ikusei.skills.queries.evidence import EvidenceItem
from ikusei.ui.templatetags._values import badge as badge_of

register = template.Library()

DAYS_IN_WORDS = 60
"""Up to so many days they are counted as days, then as months."""


@register.filter
def expiry(item: EvidenceItem) -> str:
    """When a proof expires, as people say it: "expires in 3 months", "expired 12 days ago"; empty where it does not."""
    if item.expires_on is None:
        return ""
    return expiry_words(item.expires_on, item.today)


def expiry_words(expires_on: date, today: date) -> str:
    """The distance between today and the first day on which something is no longer valid."""
    days = abs((expires_on - today).days)
    months = abs((expires_on.year - today.year) * 12 + expires_on.month - today.month) or 1
    if expires_on <= today:
        if days == 0:
            return _("expires today")
        if days <= DAYS_IN_WORDS:
            return ngettext("expired %(count)s day ago", "expired %(count)s days ago", days) % {"count": days}
        return ngettext("expired %(count)s month ago", "expired %(count)s months ago", months) % {
            "count": months
        }
    if days <= DAYS_IN_WORDS:
        return ngettext("expires in %(count)s day", "expires in %(count)s days", days) % {"count": days}
    return ngettext("expires in %(count)s month", "expires in %(count)s months", months) % {"count": months}


@register.filter
def state_of(item: EvidenceItem) -> SafeString:
    """The state of a proof as badges: whether somebody saw the original, and whether it has run out or soon will."""
    seen = badge_of(_("original seen"), "ok") if item.is_checked else badge_of(_("not checked yet"), "")
    if item.has_expired:
        return format_html("{} {}", seen, badge_of(_("expired"), "danger"))
    if item.expires_soon:
        return format_html("{} {}", seen, badge_of(_("to be renewed soon"), "warning"))
    return seen
