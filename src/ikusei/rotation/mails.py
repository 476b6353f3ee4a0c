"""The notices of rotation. None says what anybody wishes; only the notice of a move says where its own reader goes."""

from django.utils.translation import gettext_lazy as _

from ikusei.notices.registry import kind

SHEETS_OPENED = kind(
    "rotation.sheets-opened",
    label=_("Preference sheets are open"),
    placeholders={
        "year": _("the fiscal year of the moves"),
        "deadline": _("the last day to hand in"),
        "link": _("the address of the page"),
    },
    needed=("deadline", "link"),
    quiet_days=14,
)
SHEET_REMINDER = kind(
    "rotation.sheet-reminder",
    label=_("Reminder of the preference sheet"),
    placeholders={
        "year": _("the fiscal year of the moves"),
        "deadline": _("the last day to hand in"),
        "link": _("the address of the page"),
    },
    needed=("deadline", "link"),
    quiet_days=2,
)
COMMENT_REMINDER = kind(
    "rotation.comment-reminder",
    label=_("Reminder of comments on preference sheets"),
    placeholders={
        "year": _("the fiscal year of the moves"),
        "deadline": _("the last day to comment"),
        "people": _("how many people wait for a comment"),
        "link": _("the address of the page"),
    },
    needed=("deadline", "link"),
    quiet_days=2,
)
NOTICE = kind(
    "rotation.notice",
    label=_("Notice of a personnel decision"),
    placeholders={
        "orders": _("the day and the new post of whoever is written to, line by line"),
        "link": _("the address of the page"),
    },
    needed=("orders", "link"),
    private=True,
)
NOTICE_CANCELLED = kind(
    "rotation.notice-cancelled",
    label=_("Notice that a personnel decision is cancelled"),
    placeholders={
        "orders": _("the day of the decision that is cancelled"),
        "link": _("the address of the page"),
    },
    needed=("link",),
    private=True,
)
RECRUITMENT_RESULT = kind(
    "rotation.recruitment-result",
    label=_("The result of an application can be read"),
    placeholders={"link": _("the address of the page")},
    needed=("link",),
    private=True,
)
