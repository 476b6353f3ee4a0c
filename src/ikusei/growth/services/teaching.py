"""Asking a colleague who agreed to be found, by mail; the colleague's answer."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ikusei.audit import services as audit
from ikusei.growth.models import RequestState, TeachRequest
from ikusei.growth.queries.experts import find_expert
from ikusei.lib import clock
from ikusei.notices import services as notices
from ikusei.notices.recipients import Given, Recipient
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Person
from ikusei.skills.models import Framework
from ikusei.skills.queries.maps.catalogue import catalogue_on

MOST_OPEN = 5
"""Requests of one person that wait for an answer."""

ANSWERS = {
    True: gettext_lazy("The answer is yes."),
    False: gettext_lazy("It does not suit at the moment."),
}


def ask_to_teach(*, actor: Viewer, expert: Person, skill_key: str, text: str) -> TeachRequest:
    """The request, on its way by mail to the expert alone.

    Raises NotVisible for somebody who has not agreed to be found for this skill, RuleBroken with the rule otherwise.
    """
    if actor.person is None:
        raise PermissionDenied(Right.OWN)
    found = find_expert(actor, expert.public_id, skill_key)
    if not text.strip():
        raise RuleBroken(_("Say in a sentence what you would like to learn."))
    with transaction.atomic():
        asker = Person.objects.select_for_update().get(pk=actor.person.pk)
        waiting = TeachRequest.objects.filter(asker=asker, state=RequestState.SENT)
        if waiting.filter(expert=expert, skill_key=skill_key).exists():
            raise RuleBroken(_("You have asked this colleague already; the answer is still to come."))
        if waiting.count() >= MOST_OPEN:
            raise RuleBroken(_("Five of your requests wait for an answer. Wait for one, or withdraw one."))
        request = TeachRequest.objects.create(
            asker=asker,
            expert=found.person,
            framework=Framework.objects.get(key=found.framework_key),
            skill_key=skill_key,
            text=text.strip(),
        )
        _mail(actor, "growth.teach-request", request, found.person, {
            "asker": asker.used_name or asker.name, "skill": skill_names(request), "text": request.text,
        })  # fmt: skip
        _record(actor, request, "growth.teach.ask")
    return request


def answer_request(*, actor: Viewer, request: TeachRequest, accept: bool, text: str) -> TeachRequest:
    """The request with the expert's answer, which goes to the asker by mail. Only the expert answers, once."""
    with transaction.atomic():
        request = _locked(request)
        if actor.person is None or request.expert_id != actor.person.pk:
            raise access.NotVisible(str(request.public_id))
        _require_waiting(request)
        request.state = RequestState.ACCEPTED if accept else RequestState.DECLINED
        request.answer, request.answered_at = text.strip(), clock.now()
        request.save(update_fields=["state", "answer", "answered_at"])
        _mail(actor, "growth.teach-answer", request, request.asker, {
            "expert": request.expert.used_name or request.expert.name,
            "skill": skill_names(request),
            "answer": request.answer or ANSWERS[accept],
        })  # fmt: skip
        _record(actor, request, "growth.teach.answer")
    return request


def withdraw_request(*, actor: Viewer, request: TeachRequest) -> TeachRequest:
    """The request, taken back by whoever asked, as long as no answer has come."""
    with transaction.atomic():
        request = _locked(request)
        if actor.person is None or request.asker_id != actor.person.pk:
            raise access.NotVisible(str(request.public_id))
        _require_waiting(request)
        request.state, request.answered_at = RequestState.WITHDRAWN, clock.now()
        request.save(update_fields=["state", "answered_at"])
        _record(actor, request, "growth.teach.withdraw")
    return request


def skill_names(request: TeachRequest) -> dict[str, str]:
    """The name of the skill in both languages, its key where the framework in use has it no more."""
    told = {}
    for code in ("ja", "en"):
        with translation.override(code):
            catalogue = catalogue_on(clock.today())
            item = catalogue.skill(request.skill_key) if catalogue else None
            told[code] = item.name if item else request.skill_key
    return told


def _locked(request: TeachRequest) -> TeachRequest:
    rows = TeachRequest.objects.select_for_update(of=("self",))
    return rows.select_related("asker__user", "expert__user").get(pk=request.pk)


def _require_waiting(request: TeachRequest) -> None:
    if request.state != RequestState.SENT:
        raise RuleBroken(_("This request has been answered or withdrawn already."))


def _mail(actor: Viewer, kind: str, request: TeachRequest, to: Person, values: Mapping[str, Given]) -> None:
    notices.send(
        actor=actor.user,
        kind=kind,
        recipients=[
            Recipient(
                ref=str(to.public_id),
                name=to.used_name or to.name,
                address=to.email,
                language=to.user.language if to.user else "",
            )
        ],
        common={**values, "link": notices.absolute(reverse("growth:growth"))},
        subject_ref=f"teach-request:{request.public_id}",
    )


def _record(actor: Viewer, request: TeachRequest, verb: str) -> None:
    audit.record(
        actor=actor.user,
        verb=verb,
        subject_kind="teach-request",
        subject_id=request.public_id,
        after={"state": request.state},
    )
