"""The words about unmet wishes as the personnel section works on them."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE

from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.rotation.models import Round, WishAnswer
from ikusei.rotation.queries.order_words import PlaceNames
from ikusei.rotation.queries.orders import section_rounds

SIZE = 50


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer with the name of the post that was wished for."""

    answer: WishAnswer
    post: str


@dataclass(frozen=True, slots=True)
class AnswersPage:
    """The answers of a round; None where there is no round yet."""

    round: Round | None
    rounds: list[Round]
    page: Page[AnswerRow] | None
    may_release: bool


def answers_page(viewer: Viewer, *, year: int | None, number: int = 1) -> AnswersPage:
    """The answers of the round of a fiscal year, of the newest one without, those not released first; the look noted."""
    found = section_rounds(viewer)
    chosen = next((row for row in found if year is None or row.fiscal_year == year), None)
    if chosen is None:
        return AnswersPage(None, found, None, may_release=False)
    rows = (
        WishAnswer.objects.filter(round=chosen)
        .select_related("person", "edited_by", "released_by")
        .order_by("released_at", "person__kana", "pk")
        .fetch_mode(FETCH_RAISE)
    )
    paginator: Paginator[Any] = Paginator(rows, SIZE)
    page = paginator.get_page(number)
    lines = _rows(list(page.object_list), chosen)
    access.note_list(viewer, Right.ROTATION_PLAN, verb="rotation.answers.list", count=len(lines))
    shown = Page(lines, page.number, paginator)
    return AnswersPage(chosen, found, shown, may_release=chosen.is_noticed(viewer.today))


def open_answer(viewer: Viewer, public_id: uuid.UUID) -> tuple[WishAnswer, str]:
    """The answer and the post that was wished for, the look noted. Raises NotVisible (404) outside its section."""
    keys = [row.pk for row in section_rounds(viewer)]
    rows = WishAnswer.objects.filter(round_id__in=keys).select_related("person", "round__employer")
    answer = rows.filter(public_id=public_id).first()
    if answer is None:
        raise NotVisible(str(public_id))
    access.note_person(viewer, Right.ROTATION_PLAN, answer.person, verb="rotation.answer.open")
    return answer, _rows([answer], answer.round)[0].post


def answers_of(viewer: Viewer, year: int, public_ids: list[str]) -> tuple[Round, list[WishAnswer]]:
    """The round of a fiscal year and those of its answers that are named. Raises NotVisible where there is no round."""
    chosen = next((row for row in section_rounds(viewer) if row.fiscal_year == year), None)
    if chosen is None:
        raise NotVisible(str(year))
    wanted = {text for text in public_ids if _is_uuid(text)}
    return chosen, list(WishAnswer.objects.filter(round=chosen, public_id__in=wanted))


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _rows(answers: list[WishAnswer], round: Round) -> list[AnswerRow]:
    names = PlaceNames({row.post_id for row in answers if row.post_id is not None})
    return [AnswerRow(answer=row, post=names.place(row.post_id, round.effective_on).whole) for row in answers]
