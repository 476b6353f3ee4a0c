"""The notices of org: an invitation to confirm the levels of one person."""

from django.utils.translation import gettext_lazy as _

from ikusei.notices.registry import kind

HOST_INVITATION = kind(
    "org.host-invitation",
    label=_("Invitation of a host supervisor"),
    placeholders={
        "person": _("the person whose levels are to be confirmed"),
        "inviter": _("who invited"),
        "inviter_address": _("the mail address of whoever invited"),
        "last_day": _("the last day of the invitation"),
        "link": _("the address of the page for signing in"),
    },
    needed=("person", "link", "last_day"),
)
