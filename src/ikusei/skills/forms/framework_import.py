"""The files of a framework, and the format they are in."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from ikusei.skills.formats import Limits

FORMAT_CHOICES = (
    ("", _("Guess it from the files")),
    ("ikusei", _("Ikusei: JSON, or CSV files")),
    ("uk-gdad", _("UK Government Digital and Data: roles.csv and skills.csv")),
    ("digcomp", _("DigComp 3.0: core framework, statements and outcomes")),
)


class ManyFilesInput(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files, each checked as one."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        """The files; ValidationError where there is none, one is empty, or they are too many."""
        given: Sequence[Any] = data if isinstance(data, (list, tuple)) else [data]
        files = [super(ManyFilesField, self).clean(one, initial) for one in given] or [
            super().clean(None, initial)
        ]
        most = Limits().max_files
        if len(files) > most:
            raise forms.ValidationError(_("Give at most %(most)d files.") % {"most": most})
        return files


class FormatForm(forms.Form):
    """The format in which files are read."""

    format = forms.ChoiceField(label=_("Format"), choices=FORMAT_CHOICES, required=False)

    @property
    def chosen(self) -> str | None:
        """The format, None to guess it."""
        return (self.cleaned_data.get("format") or None) if self.is_valid() else None


class UploadForm(FormatForm):
    """Every file of one framework version."""

    file = ManyFilesField(
        label=_("Files"),
        help_text=_("Every file of one framework version, as it was published or exported: CSV or JSON."),
    )
    field_order = ("file", "format")
