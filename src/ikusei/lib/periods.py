"""Dated rows: every period is half-open, [from_date, until), in days of Asia/Tokyo; no until means open-ended."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


def current(on: date, prefix: str = "") -> Q:
    """The condition that a dated row (reached through `prefix`, such as "post__") holds on a day."""
    return Q(**{f"{prefix}from_date__lte": on}) & (
        Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gt": on})
    )


class DatedQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows with a period."""

    def on(self, day: date) -> Self:
        """The rows that hold on a day."""
        return self.filter(current(day))

    def touching(self, from_date: date, until: date | None) -> Self:
        """The rows that share at least one day with [from_date, until)."""
        rows = self.filter(Q(until__isnull=True) | Q(until__gt=from_date))
        return rows if until is None else rows.filter(from_date__lt=until)


class Dated(models.Model):
    """A fact that holds on the days of [from_date, until)."""

    from_date = models.DateField(_("from"))
    until = models.DateField(_("until (exclusive)"), null=True, blank=True)

    class Meta:
        abstract = True

    def holds(self, day: date) -> bool:
        """Whether the row holds on a day."""
        return self.from_date <= day and (self.until is None or day < self.until)


def period_is_forward(name: str) -> models.CheckConstraint:
    """The constraint that a period has at least one day."""
    return models.CheckConstraint(
        condition=Q(until__isnull=True) | Q(until__gt=F("from_date")),
        name=name,
        violation_error_message=_("The end must lie after the beginning."),
    )
