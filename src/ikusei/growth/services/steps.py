"""Next steps: proposed by one side, agreed by the other, ended with a word on how it went."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.growth.models import OPEN, Step, StepState, Way
from ikusei.jobs import services as jobs
from ikusei.lib import clock
from ikusei.lib.dates import add_months
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Person
from ikusei.skills.models import Framework, HeldLevel
from ikusei.skills.queries.maps.catalogue import catalogue_on

MOST_OPEN = 3
"""Open steps of a person: two or three are done, ten are a wish list."""

LONGEST_MONTHS = 24


def propose_step(
    *, actor: Viewer, person: Person, skill_key: str, to_level: int, way: Way, text: str, due_on: date
) -> Step:
    """The new step, proposed to the other side: by the person to the supervisor, or by the supervisor to the person.

    Raises PermissionDenied for anybody else, RuleBroken with the rule in a sentence.
    """
    own = _is_own(actor, person)
    if not own:
        access.require_person(actor, Right.LEVELS_CONFIRM, person)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)  # two proposals at once are counted one by one
        framework, held = _check(person, skill_key, to_level, actor.today)
        if not text.strip():
            raise RuleBroken(_("Say what exactly will be done."))
        if not actor.today <= due_on <= add_months(actor.today, LONGEST_MONTHS):
            raise RuleBroken(_("The day lies between today and two years from now."))
        step = Step.objects.create(
            person=person,
            framework=framework,
            skill_key=skill_key,
            from_level=held,
            to_level=to_level,
            way=way,
            text=text.strip(),
            due_on=due_on,
            proposed_by=actor.user,
            proposed_by_person=own,
        )
        _record(actor, step, "growth.step.propose", None)
    return step


def agree_step(*, actor: Viewer, step: Step) -> Step:
    """The step, agreed by the side that did not propose it. Agreeing twice changes nothing."""
    with transaction.atomic():
        step = Step.objects.select_for_update().select_related("person").get(pk=step.pk)
        if step.proposed_by_person == _is_own(actor, step.person):
            raise RuleBroken(_("The other side agrees: you proposed it."))
        _require_side(actor, step)
        if step.state == StepState.AGREED:
            return step
        _require_open(step)
        step.state, step.agreed_by, step.agreed_at = StepState.AGREED, actor.user, clock.now()
        step.save(update_fields=["state", "agreed_by", "agreed_at"])
        _record(actor, step, "growth.step.agree", StepState.PROPOSED)
    return step


def end_step(*, actor: Viewer, step: Step, done: bool, outcome: str) -> Step:
    """The step, done or dropped by either side, with a word on how it went. Only an agreed one can be done."""
    with transaction.atomic():
        step = Step.objects.select_for_update().select_related("person").get(pk=step.pk)
        _require_side(actor, step)
        _require_open(step)
        if done and step.state != StepState.AGREED:
            raise RuleBroken(_("Nobody has agreed to this step yet: agree first, then call it done."))
        before = StepState(step.state)
        step.state = StepState.DONE if done else StepState.DROPPED
        step.outcome, step.ended_at = outcome.strip(), clock.now()
        step.save(update_fields=["state", "outcome", "ended_at"])
        _record(actor, step, "growth.step.done" if done else "growth.step.drop", before)
    return step


def _check(person: Person, skill_key: str, to_level: int, today: date) -> tuple[Framework, int | None]:
    """The framework in use and the level held; raises RuleBroken where the step does not fit."""
    catalogue = catalogue_on(today)
    skill = catalogue.skill(skill_key) if catalogue else None
    if catalogue is None or skill is None:
        raise RuleBroken(_("The framework in use has no such skill."))
    if to_level not in catalogue.steps:
        raise RuleBroken(_("The framework has no level %(level)s.") % {"level": to_level})
    steps = Step.objects.filter(person=person, state__in=OPEN)
    keys = list(steps.values_list("skill_key", flat=True))
    if skill_key in keys:
        raise RuleBroken(_("There is an open step for %(skill)s already.") % {"skill": skill.name})
    if len(keys) >= MOST_OPEN:
        raise RuleBroken(_("Three steps are open already. End one before you plan another."))
    held = HeldLevel.objects.on(today).filter(person=person, skill_id=skill.id).first()
    level = held.level if held else None
    counts = held is not None and (held.expires_on is None or today < held.expires_on)
    if counts and level is not None and to_level <= level:
        raise RuleBroken(_("Level %(level)s is held already.") % {"level": to_level})
    return Framework.objects.get(key=catalogue.framework_key), level


def _is_own(actor: Viewer, person: Person) -> bool:
    return actor.person is not None and actor.person.pk == person.pk


def _require_side(actor: Viewer, step: Step) -> None:
    """Raise PermissionDenied unless the actor is the person or confirms the person's levels."""
    if not _is_own(actor, step.person):
        access.require_person(actor, Right.LEVELS_CONFIRM, step.person)


def _require_open(step: Step) -> None:
    if step.state not in OPEN:
        raise RuleBroken(_("This step has ended already."))


def _record(actor: Viewer, step: Step, verb: str, before: StepState | None) -> None:
    audit.record(
        actor=actor.user,
        verb=verb,
        subject_kind="person",
        subject_id=step.person.public_id,
        before=None if before is None else {"state": before},
        after={"state": step.state, "skill": step.skill_key, "level": step.to_level, "way": step.way},
    )
    jobs.record_event(name=verb, payload={"step": str(step.public_id)})
