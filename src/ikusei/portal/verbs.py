"""The audit trail's verbs in words. A test holds this list to the verbs that the source records."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS: dict[str, Promise | str] = {
    "accounts.settings.save": _("saved the settings of the account"),
    "jobs.delivery.again": _("had an event delivered again"),
    "jobs.job.run-again": _("had a job run again"),
    "jobs.job.stop": _("stopped a job"),
    "org.account.link": _("linked an account to a person"),
    "org.account.open": _("opened accounts"),
    "org.employer.create": _("created an employer"),
    "org.employment.change": _("changed an employment"),
    "org.import.apply": _("applied a staff list"),
    "org.import.open": _("opened a staff list"),
    "org.import.person-change": _("changed a person through a staff list"),
    "org.import.person-end": _("ended a person through a staff list"),
    "org.import.undo": _("took a staff list back"),
    "org.import.upload": _("uploaded a staff list"),
    "org.leave.record": _("recorded leave"),
    "org.people.export": _("saved a list of people as a file"),
    "org.people.list": _("saw a list of people"),
    "org.person.add": _("added people"),
    "org.person.change": _("changed a person"),
    "org.person.open": _("opened a person’s record"),
    "org.post.change": _("changed a post"),
    "org.post.close": _("closed a post"),
    "org.post.open": _("opened posts"),
    "org.posting.end": _("ended a posting"),
    "org.posting.open": _("recorded postings"),
    "org.role.end": _("ended a role"),
    "org.role.give": _("gave a role"),
    "org.unit.change": _("changed a unit"),
    "org.unit.close": _("closed a unit"),
    "org.unit.open": _("opened units"),
    "org.unit.people": _("saw the people of a unit"),
    "portal.confirming": _("saw on the first page whom they confirm"),
    "portal.team": _("saw their team on the first page"),
    "portal.unsettled": _("saw on the first page whose dispatch ends"),
    "skills.assessment.record": _("recorded assessments"),
    "skills.framework.delete": _("deleted a draft of a framework"),
    "skills.framework.publish": _("published a framework version"),
    "skills.framework.save": _("saved a framework version"),
    "skills.framework.upload": _("uploaded a framework"),
    "skills.framework.use": _("put a framework version in use"),
    "skills.framework.withdraw": _("withdrew a framework version"),
    "skills.level-rule.preview": _("saw whose levels another rule would change"),
    "skills.level-rule.publish": _("changed the rule by which levels are derived"),
    "skills.level.open": _("opened what is behind a person’s level"),
    "skills.map.coverage": _("saw who covers a skill"),
    "skills.map.open": _("opened a person’s skill map"),
    "skills.map.people": _("saw the people behind a number of the map"),
    "skills.sheet.apply": _("recorded a skill sheet"),
    "skills.sheet.open": _("opened a skill sheet"),
    "skills.sheet.template": _("saved a skill sheet to fill in"),
    "skills.sheet.undo": _("took a skill sheet back"),
    "skills.sheet.upload": _("uploaded a skill sheet"),
}


def verb_label(verb: str) -> str:
    """A verb in words; one of an older version stays as it was recorded."""
    return str(VERBS.get(verb, verb))
