"""How years, shares, rates and the balance of two accounts are written."""

from collections.abc import Mapping
from decimal import Decimal

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ikusei.lib import fiscal
from ikusei.org.models import Category, CreditKind, EmployerKind
from ikusei.rotation import index
from ikusei.rotation.served import Part
from ikusei.ui.reading import era_dates

register = template.Library()

WIDE = 100


@register.filter
def years(value: Decimal) -> str:
    """Years as the ledger keeps them: 2.501, 3.000."""
    return f"{value:.3f}"


@register.filter
def share(value: Decimal | float) -> str:
    """A share between 0 and 1 as it is multiplied with: 0.7, 1."""
    return f"{Decimal(str(value)).normalize():f}"


@register.filter
def credit_kind(value: str) -> str:
    """What gave years that no posting gave: a course, a dispatch, other experience."""
    return str(CreditKind(value).label)


@register.filter
def hundredths(value: float | None) -> str:
    """A share between 0 and 1 in percent to one decimal, a dash where there is none."""
    return "–" if value is None else f"{value * 100:.1f} %"


@register.filter
def as_points(value: float) -> str:
    """A distance of shares in points of a hundred: 0.2 is 20.0."""
    return f"{value * 100:.1f}"


@register.filter
def points(value: float) -> str:
    """An index, or what adds to one, to one decimal."""
    return f"{value:.1f}"


@register.filter
def rho(value: float | Decimal) -> str:
    """A rate with two decimals or more: 0.90, 1.015."""
    return f"{value:.2f}" if round(value, 2) == value else f"{Decimal(str(value)).normalize():f}"


@register.filter
def parts(some: tuple[Part, ...]) -> str:
    """How years come about: "183/365 of FY2021 + 3 years from FY2022 + 10/366 of FY2027"."""
    return " + ".join(_part(one) for one in some)


def _part(one: Part) -> str:
    label = fiscal.label(one.year, era_dates())
    if one.whole:
        return _("%(years)s from %(fy)s") % {"years": one.whole, "fy": label}
    return _("%(days)s/%(length)s of %(fy)s") % {"days": one.days, "length": one.length, "fy": label}


@register.filter
def half_life(value: float) -> str:
    """What a rate does, in words with its half-life."""
    span = index.half_life(value)
    if span is None:
        return _("stays as it is")
    if span > 0:
        return _("half of what is missing is gained in %(years)s years") % {"years": f"{span:.1f}"}
    return _("what is not used decays: what is missing doubles in %(years)s years") % {
        "years": f"{-span:.1f}"
    }


@register.simple_tag
def balance_bar(share_of_gq: float, label: str) -> SafeString:
    """Both accounts as one bar: GQ from the left, DQ from the right, and the mark of one half."""
    gq = share_of_gq * WIDE
    bars = format_html_join(
        "",
        '<rect class="balance__{}" x="{}" y="2" width="{}" height="8"></rect>',
        (("gq", "0", f"{gq:.2f}"), ("dq", f"{gq:.2f}", f"{WIDE - gq:.2f}")),
    )
    return format_html(
        '<svg class="balance" viewBox="0 0 100 12" preserveAspectRatio="none" role="img" aria-label="{}">{}'
        '<line class="balance__half" x1="50" x2="50" y1="0" y2="12" vector-effect="non-scaling-stroke"></line></svg>',
        label,
        bars,
    )


@register.filter
def category_label(key: str) -> str:
    """A category of employment by its name; the key itself where there is none."""
    return str(Category(key).label) if key in Category else key


@register.filter
def employer_kind(key: str) -> str:
    """A kind of employer by its name; the key itself where there is none."""
    return str(EmployerKind(key).label) if key in EmployerKind else key


@register.filter
def named(names: Mapping[str, str], key: str) -> str:
    """The name of a key; the key itself where nobody tells one."""
    return names.get(key, key)
