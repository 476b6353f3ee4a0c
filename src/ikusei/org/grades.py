"""The usual grades of Japanese local government, junior first; imported lists may bring others."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GRADES: dict[str, Promise | str] = {
    "主事": _("staff"),
    "主任": _("senior staff"),
    "課長代理": _("deputy section head"),
    "課長": _("section head"),
    "部長": _("division head"),
    "局長": _("director general"),
}


def grade_label(grade: str) -> str:
    """The grade as the reader's language says it; a grade that is not known stays as it was recorded."""
    return str(GRADES.get(grade, grade))
