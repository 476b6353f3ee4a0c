"""The errors of whole files, said once."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from ikusei.lib.tabular.cells import MAX_CELLS, TabularError


def damaged(file: str) -> TabularError:
    """The error for a workbook that ends too early or does not hang together."""
    return TabularError(
        _("The workbook is damaged or was not copied completely."),
        fix=_("Open it in Excel, save it again and upload that file."),
        file=file,
    )


def protected(file: str) -> TabularError:
    """The error for a workbook that needs a password."""
    return TabularError(
        _("The workbook is protected by a password."),
        fix=_("Save a copy without the password and upload that."),
        file=file,
    )


def empty(file: str) -> TabularError:
    """The error for a file, or a workbook, in which nothing stands."""
    return TabularError(_("The file is empty."), fix=_("Choose the file that holds the table."), file=file)


def not_a_table(file: str) -> TabularError:
    """The error for a document of quite another kind."""
    return TabularError(
        _("This is not a table file."),
        fix=_("Save the table as an Excel workbook (.xlsx) or as CSV."),
        file=file,
    )


def other_workbook(kind: str, file: str) -> TabularError:
    """The error for a workbook in a format we do not read."""
    return TabularError(
        _("Workbooks in the format %(kind)s are not read here.") % {"kind": kind},
        fix=_("Open it and save it as an Excel workbook (.xlsx)."),
        file=file,
    )


def too_many_cells(file: str) -> TabularError:
    """The error for a text file with more cells than we hold in memory."""
    return TabularError(
        _("The file has more than %(limit)s cells.") % {"limit": MAX_CELLS},
        fix=_("Split it into several files."),
        file=file,
    )


def no_such_sheet(name: str, known: Sequence[str], file: str) -> TabularError:
    """The error for a sheet that was asked for and is not there."""
    return TabularError(
        _("The workbook has no sheet named %(name)s.") % {"name": name},
        fix=_("Its sheets are: %(names)s.") % {"names": ", ".join(known)},
        value=name,
        file=file,
    )
