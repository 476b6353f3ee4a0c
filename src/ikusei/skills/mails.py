"""The notices of skills: a cycle is open, somebody has not handed in, somebody keeps others waiting."""

from django.utils.translation import gettext_lazy as _

from ikusei.notices.registry import kind

CYCLE_OPENED = kind(
    "skills.cycle-opened",
    label=_("A cycle of assessment is open"),
    placeholders={
        "cycle": _("the name of the cycle"),
        "deadline": _("the last day to answer"),
        "link": _("the address of the page"),
    },
    needed=("deadline", "link"),
    quiet_days=14,
)
CYCLE_REMINDER = kind(
    "skills.cycle-reminder",
    label=_("Reminder of the self-assessment"),
    placeholders={
        "cycle": _("the name of the cycle"),
        "deadline": _("the last day to answer"),
        "link": _("the address of the page"),
    },
    needed=("deadline", "link"),
    quiet_days=3,
)
CONFIRMATION_REMINDER = kind(
    "skills.confirmation-reminder",
    label=_("Reminder of people who wait for a confirmation"),
    placeholders={
        "cycle": _("the name of the cycle"),
        "deadline": _("the last day to confirm"),
        "people": _("how many people wait"),
        "since": _("since when the first of them waits"),
        "link": _("the address of the page"),
    },
    needed=("people", "link"),
    quiet_days=3,
)
SECOND_RATING = kind(
    "skills.second-rating",
    label=_("Call for a second rating"),
    placeholders={
        "deadline": _("the last day to rate"),
        "link": _("the address of the page"),
    },
    needed=("link",),
)
