"""The notices of growth: somebody asks to be taught, and the answer."""

from django.utils.translation import gettext_lazy as _

from ikusei.notices.registry import kind

TEACH_REQUEST = kind(
    "growth.teach-request",
    label=_("Request to be taught"),
    placeholders={
        "asker": _("who asks"),
        "skill": _("the skill"),
        "text": _("what they would like to learn"),
        "link": _("the address of the page"),
    },
    needed=("asker", "link"),
    private=True,
)
TEACH_ANSWER = kind(
    "growth.teach-answer",
    label=_("Answer to a request to be taught"),
    placeholders={
        "expert": _("who was asked"),
        "skill": _("the skill"),
        "answer": _("the answer in a sentence"),
        "link": _("the address of the page"),
    },
    needed=("expert", "link"),
    private=True,
)
