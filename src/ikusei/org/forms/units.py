"""What the personnel section records about units and posts."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.lib import clock
from ikusei.org.forms.fields import DayField, LastDayField, PercentField
from ikusei.org.forms.select import PlainSelect
from ikusei.org.grades import GRADES, grade_label
from ikusei.org.models import Employer, EmployerKind, PostTerms, UnitKind, UnitPeriod


class EmployerChoiceForm(forms.Form):
    """Whose tree is shown."""

    employer = forms.ChoiceField(label=_("Employer"), widget=PlainSelect)

    def __init__(self, employers: Iterable[Employer], chosen: Employer) -> None:
        super().__init__(initial={"employer": chosen.code})
        order = list(EmployerKind.values)
        rows = sorted(employers, key=lambda row: (order.index(row.kind), row.code))
        self.fields["employer"].choices = [  # type: ignore[attr-defined]
            (EmployerKind(kind).label, [(row.code, row.name) for row in group])
            for kind, group in groupby(rows, key=lambda row: row.kind)
        ]


class UnitForm(forms.Form):
    """A unit to be opened."""

    code = forms.CharField(label=_("Code"), max_length=40)
    kind = forms.ChoiceField(label=_("Kind"), choices=UnitKind)
    name_ja = forms.CharField(label=_("Name (Japanese)"), max_length=120)
    name_en = forms.CharField(label=_("Name (English)"), max_length=120, required=False)
    order = forms.IntegerField(
        label=_("Place among its sisters"),
        min_value=0,
        max_value=9999,
        initial=0,
        help_text=_("0 stands first."),
    )
    from_date = DayField(label=_("First day"), initial=clock.today)


class UnitChangeForm(forms.Form):
    """New names or another kind from a day on."""

    on = DayField(label=_("From"), initial=clock.today)
    kind = forms.ChoiceField(label=_("Kind"), choices=UnitKind)
    name_ja = forms.CharField(label=_("Name (Japanese)"), max_length=120)
    name_en = forms.CharField(label=_("Name (English)"), max_length=120, required=False)

    def __init__(self, data: Any, *, period: UnitPeriod | None) -> None:
        kept = {"kind": period.kind, "name_ja": period.name_ja, "name_en": period.name_en} if period else {}
        super().__init__(data, initial=kept)


class OnForm(forms.Form):
    """The day from which something holds."""

    on = DayField(label=_("From"), initial=clock.today)


class CloseForm(forms.Form):
    """The last day of a unit or a post."""

    on = LastDayField()


class TermsForm(forms.Form):
    """What a post is: names, grade, seats, and the experience it gives."""

    name_ja = forms.CharField(label=_("Name (Japanese)"), max_length=120)
    name_en = forms.CharField(label=_("Name (English)"), max_length=120, required=False)
    grade = forms.ChoiceField(label=_("Grade"), required=False)
    job_type = forms.SlugField(
        label=_("Job type"),
        max_length=80,
        required=False,
        help_text=_("The key of a job type of the framework."),
    )
    is_head = forms.BooleanField(label=_("Leads the unit"), required=False)
    capacity = forms.IntegerField(label=_("Seats"), min_value=0, max_value=99_999, initial=1)
    authorised_headcount = forms.IntegerField(
        label=_("Authorised headcount"), min_value=0, max_value=99_999, initial=1
    )
    gq_share = PercentField(label=_("GQ share in percent"), initial=Decimal(0))
    dq_share = PercentField(label=_("DQ share in percent"), initial=Decimal(0))

    def __init__(self, data: Any, *, terms: PostTerms | None = None) -> None:
        names = ("name_ja", "name_en", "grade", "job_type", "is_head", "capacity", "authorised_headcount")
        kept = {name: getattr(terms, name) for name in (*names, "gq_share", "dq_share")} if terms else {}
        super().__init__(data, initial=kept)
        grades = dict.fromkeys(["", *GRADES, kept.get("grade", "")])
        self.fields["grade"].choices = [(grade, grade_label(grade) or "–") for grade in grades]  # type: ignore[attr-defined]


class PostForm(TermsForm):
    """A post to be opened."""

    code = forms.CharField(label=_("Code"), max_length=60, help_text=_("No other post of the unit has it."))
    from_date = DayField(label=_("First day"), initial=clock.today)
    field_order = ("code", "from_date")


class TermsChangeForm(TermsForm):
    """Other terms from a day on."""

    on = DayField(label=_("From"), initial=clock.today)
    field_order = ("on",)
