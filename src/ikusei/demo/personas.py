"""The roles a visitor can try, each with the question its first page answers."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class PersonaText:
    """What the sign-in page says of a persona."""

    role: Promise | str
    question: Promise | str


PERSONAS: dict[str, PersonaText] = {
    "professional": PersonaText(_("ICT professional"), _("Where do I stand, what next, why?")),
    "employee": PersonaText(_("Employee"), _("What is there for me?")),
    "manager": PersonaText(_("Line manager"), _("What can my team do, and what is missing?")),
    "host": PersonaText(_("Host supervisor at GovTech"), _("Whom do I confirm?")),
    "host-company": PersonaText(
        _("Host supervisor at a company"), _("Whom do I confirm, without a password?")
    ),
    "planner": PersonaText(
        _("Personnel planner"), _("Who sits where, and which skills would a move take away?")
    ),
    "bureau-planner": PersonaText(_("Planner of a bureau"), _("Which moves of my bureau wait for my word?")),
    "academy": PersonaText(_("Academy staff"), _("Which skills are missing most?")),
    "steward": PersonaText(_("Skill steward"), _("Which words are in use, and which have holes?")),
    "executive": PersonaText(_("Executive"), _("Are we getting there?")),
    "auditor": PersonaText(_("Auditor"), _("Who saw what, is the chain whole?")),
    "administrator": PersonaText(_("Administrator"), _("Is everything running, what came in?")),
}
