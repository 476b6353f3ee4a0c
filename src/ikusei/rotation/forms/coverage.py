"""Which place the coverage under a draft is shown of."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ikusei.ui.plain_select import PlainSelect


class CoverageForm(forms.Form):
    """All units in rotation, one employer or host, or one unit."""

    place = forms.ChoiceField(label=_("Units"), required=False, widget=PlainSelect)

    def __init__(
        self, query: Mapping[str, Any], *, places: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    ) -> None:
        super().__init__({name: query[name] for name in query})
        groups = []
        for name, ((whole, _employer), *units) in places:
            rows = [(whole, _now("All of %(employer)s") % {"employer": name}), *units]
            groups.append((name, rows))
        self.fields["place"].choices = [("", _("All units in rotation")), *groups]  # type: ignore[attr-defined]
