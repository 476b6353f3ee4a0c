"""My self-assessment: the page, one question of it, saving by form and by script, handing in, replying."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from ikusei.accounts.models import User
from ikusei.lib.rights import SIGNED_IN, keeps_posted, needs
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.skills.forms.self_assessment import (
    NotUnderstood,
    Posted,
    changed,
    messages_in,
    note_of,
    posted_in,
    unchanged_in,
)
from ikusei.skills.models import Participant, Progress
from ikusei.skills.queries.maps.catalogue import Catalogue
from ikusei.skills.queries.self_assessment.outcome import outcome
from ikusei.skills.queries.self_assessment.page import (
    CARDS_AT_ONCE,
    Given,
    SelfAssessment,
    self_assessment,
    typed_lines,
    with_typed,
)
from ikusei.skills.queries.self_assessment.participation import current, in_cycle, numbered, participations
from ikusei.skills.services import answers as saving
from ikusei.skills.services import handing_in
from ikusei.skills.views import kept_answers


@needs(Right.OWN)
@require_GET
def start(request: Request) -> HttpResponse:
    """The viewer's self-assessment of now: the questions, or what became of the answers."""
    mine = participations(request.viewer)
    participant = current(mine)
    typed = kept_answers.typed_before(request, participant)
    if participant is None:
        return render(request, "skills/self/none.html", {"today": request.viewer.today})
    return _shown(request, mine, participant, typed=typed)


@needs(Right.OWN)
@require_GET
def cycle(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The viewer's part in one cycle, also one that is over."""
    mine = participations(request.viewer)
    return _shown(request, mine, in_cycle(mine, public_id))


@needs(Right.OWN)
@require_GET
def question(request: Request, pk: int, skill: str) -> HttpResponse:
    """One question on a page of its own: for those without the script, and to be linked to."""
    mine = participations(request.viewer)
    participant = numbered(mine, pk)
    page = self_assessment(participant, request.viewer.today)
    found = page.question(skill)
    if found is None:
        raise Http404
    if not _answers(participant, request.viewer):
        return redirect("skills:self_cycle", participant.cycle.public_id)
    return render(
        request,
        "skills/self/question.html",
        {"page": page, "question": found, "spoken": _spoken(page.catalogue)},
    )


@needs(Right.OWN)
@require_GET
def cards(request: Request, pk: int) -> HttpResponse:
    """The questions that the page only lists, some at a time, for the script: they are there without a connection."""
    participant = numbered(participations(request.viewer), pk)
    if "HX-Request" not in request.headers:
        return redirect("skills:self_assessment")  # a part of a page is no page
    page = self_assessment(participant, request.viewer.today)
    begin = request.GET.get("from", "0")
    place = int(begin) if begin.isdecimal() and len(begin) < 6 else 0
    some = (*page.fresh, *page.rest)[place : place + CARDS_AT_ONCE]
    return render(
        request,
        "skills/self/cards.html",
        {"questions": some, "page": page, "spoken": _spoken(page.catalogue)},
    )


# Whose assessment it is the service asks by the account alone: a person's grants would cost each answer a query.
@needs(SIGNED_IN)
@keeps_posted(kept_answers.keep_message)
@require_POST
def answers(request: Request, pk: int) -> JsonResponse:
    """Save what the script sends; what it is told is kept for good."""
    try:
        posted = messages_in(request.body)
    except NotUnderstood:
        return JsonResponse({"state": "not-understood"}, status=400)
    actor = Viewer(user=cast(User, request.user))
    try:
        saved = _save(actor, pk, posted)
    except saving.AnsweringOver as error:
        return JsonResponse({"state": "over", "sentence": str(error)}, status=409)
    except RuleBroken as error:
        return JsonResponse({"state": "refused", "sentence": str(error)}, status=422)
    return JsonResponse(
        {
            "state": "saved",
            "answers": [
                {
                    "skill": one.skill_id,
                    "level": one.level,
                    "note": one.note,
                    "seen": one.revision,
                    "conflict": one.is_conflict,
                }
                for one in saved
            ],
        }
    )


@needs(Right.OWN)
@keeps_posted(kept_answers.keep_page)
@require_POST
def send(request: Request, pk: int) -> HttpResponse:
    """Save a whole page of questions, then do what its button says."""
    mine = participations(request.viewer)
    numbered(mine, pk)
    posted = changed(posted_in(request.POST))
    try:
        saved = _save(request.viewer, pk, posted)
    except RuleBroken as error:
        return _not_saved(request, pk, posted, error)
    conflicts = {one.skill_id for one in saved if one.is_conflict}
    if conflicts:
        return _which_counts(request, pk, [one for one in posted if one.skill_id in conflicts])
    kept_answers.forget(request, kept_answers.ANSWERS)
    return _then(request, pk, len(posted))


@needs(Right.OWN)
@keeps_posted(kept_answers.keep_reply)
@require_POST
def reply(request: Request, pk: int) -> HttpResponse:
    """Send the one reply to what somebody said to an answer."""
    text = note_of(request.POST.get("text", ""))
    try:
        review = handing_in.reply_to_review(
            actor=request.viewer, review_id=pk, reply=request.POST.get("reply", ""), text=text
        )
    except RuleBroken as error:
        mine = participations(request.viewer)
        participant = current(mine)
        if participant is None:
            raise Http404 from error
        typed = {"review": pk, "reply": request.POST.get("reply", ""), "text": text}
        return _shown(request, mine, participant, problem=str(error), replied=typed, status=409)
    kept_answers.forget(request, kept_answers.REPLY)
    messages.success(request, _("Your reply is kept beside what was said."))
    return redirect("skills:self_cycle", review.participant.cycle.public_id)


def _save(actor: Viewer, participant_id: int, posted: Iterable[Posted]) -> list[saving.Outcome]:
    """The answers that stand, the wishes kept."""
    touched = list(posted)
    return saving.save_page(
        actor=actor,
        participant_id=participant_id,
        answers=[
            saving.Change(one.skill_id, one.given.level, one.given.note, one.seen)
            for one in touched
            if one.answer_changed
        ],
        wishes={
            one.skill_id: (one.given.interested, one.given.may_be_asked)
            for one in touched
            if one.wishes_changed
        },
    )


def _then(request: Request, pk: int, saved: int) -> HttpResponse:
    """Do what the button said, once everything on the page is kept."""
    do = request.POST.get("do", "save")
    try:
        match do:
            case "unchanged":
                same = saving.answer_unchanged(
                    actor=request.viewer, participant_id=pk, shown=unchanged_in(request.POST)
                )
                saved += same
            case "hand-in" | "hand-in-anyway":
                _hand_in(request, pk, leave_out=do == "hand-in-anyway")
                messages.success(request, _("You have handed in. Thank you."))
                return redirect("skills:self_assessment")
            case "take-back":
                handing_in.take_back(actor=request.viewer, participant_id=pk)
                messages.success(request, _("You can change your answers again. Hand in when you are done."))
                return redirect("skills:self_assessment")
    except RuleBroken as error:
        mine = participations(request.viewer)
        missing = error.missing if isinstance(error, handing_in.NotAllAnswered) else 0
        return _shown(request, mine, numbered(mine, pk), problem=str(error), missing=missing, status=409)
    if saved:
        messages.success(
            request,
            ngettext("%(count)s answer is saved.", "%(count)s answers are saved.", saved) % {"count": saved},
        )
    return redirect("skills:self_assessment")


def _hand_in(request: Request, pk: int, *, leave_out: bool) -> None:
    page = self_assessment(numbered(participations(request.viewer), pk), request.viewer.today)
    handing_in.hand_in(actor=request.viewer, participant_id=pk, asked=page.total, leave_out=leave_out)


def _not_saved(request: Request, pk: int, posted: list[Posted], error: RuleBroken) -> HttpResponse:
    """The page as it is now, with why nothing was saved, and with everything that was typed."""
    mine = participations(request.viewer)
    typed = {one.skill_id: one.given for one in posted}
    return _shown(request, mine, numbered(mine, pk), typed=typed, problem=str(error), status=409)


def _which_counts(request: Request, pk: int, posted: list[Posted]) -> HttpResponse:
    """The page with both answers to each question that was answered on another page meanwhile."""
    mine = participations(request.viewer)
    typed = {one.skill_id: one.given for one in posted}
    problem = ngettext(
        "An answer was saved meanwhile from another page or device. Say which one counts; all others are saved.",
        "Some answers were saved meanwhile from another page or device. Say which ones count; all others are saved.",
        len(typed),
    )
    return _shown(
        request, mine, numbered(mine, pk), typed=typed, conflicts=set(typed), problem=problem, status=409
    )


def _answers(participant: Participant, viewer: Viewer) -> bool:
    """Whether the questions are shown, and not what became of the answers."""
    return participant.may_answer(viewer.today) and participant.progress != Progress.HANDED_IN


def _shown(
    request: Request,
    mine: list[Participant],
    participant: Participant,
    *,
    typed: Mapping[int, Given] | None = None,
    conflicts: Iterable[int] = (),
    problem: str = "",
    missing: int = 0,
    replied: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The questions while they can be answered, else what became of the answers; with what is not saved, if any."""
    context: dict[str, Any] = {
        "others": [one for one in mine if one.pk != participant.pk],
        "participant": participant,
        "problem": problem,
        "missing": missing,
    }
    if _answers(participant, request.viewer):
        page = with_typed(self_assessment(participant, request.viewer.today), typed or {}, set(conflicts))
        context |= {"page": page, "spoken": _spoken(page.catalogue), "typed": bool(typed)}
        context["sign_in_url"] = kept_answers.sign_in_url()
        return render(request, "skills/self/page.html", context | _steps(page), status=status)
    found = outcome(participant)
    reviews = {voice.review_id for line in found.lines for voice in line.voices}
    context |= {
        "outcome": found,
        "spoken": _spoken(found.catalogue),
        "lines": typed_lines(participant.pk, typed or {}),
        "replied": replied or kept_answers.reply_before(request, reviews),
        "may_take_back": found.is_untouched
        and participant.progress == Progress.HANDED_IN
        and participant.may_answer(request.viewer.today),
    }
    return render(request, "skills/self/outcome.html", context, status=status)


def _steps(page: SelfAssessment) -> dict[str, Any]:
    """How far the person is, and what to begin with."""
    ahead = [one for one in (*page.first, *page.fresh) if not one.is_answered]
    return {"next_question": ahead[0] if ahead else None, "is_complete": page.answered == page.total}


def _spoken(catalogue: Catalogue) -> SafeString:
    """The lang attribute for a framework's texts where they are not in the reader's language."""
    return format_html(' lang="{}"', catalogue.spoken) if catalogue.spoken else SafeString("")
