"""The one notice of this room itself: a letter with which an administrator tries whether mails arrive."""

from django.utils.translation import gettext_lazy as _

from ikusei.notices.registry import kind

TRIAL = kind(
    "notices.trial",
    label=_("Trial letter"),
    placeholders={"link": _("the address of the page with all mailings")},
    needed=("link",),
)
