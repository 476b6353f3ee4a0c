"""What people wished for in the round of the year before, and what they were told about it."""

import random
from datetime import date, timedelta

from ikusei.demo.build.rotation_orders import planner
from ikusei.demo.build.rotation_wishes import file_sheets
from ikusei.demo.models import Persona
from ikusei.lib import clock
from ikusei.org.models import Scope
from ikusei.rotation.models import Round, WishAnswer
from ikusei.rotation.services.answers import MOST, edit_answer, propose, release_answers

OWN_WORDS = (
    "ご希望をお寄せいただきありがとうございました。今年度は、ご希望のポストに求められる水準との差が残っていたため、見送りとしました。"
    "次の自己申告までに、上司と育成の計画を話し合ってください。人事担当もいつでも相談に応じます。"
)
WAITS = 3
"""Of every so many words one waits with the personnel section; the others were released."""


def remember(rng: random.Random, past: Round, *, today: date) -> None:
    """Sheets of a round that is over, and words about first wishes that were not met: most released after the notice."""
    went = dict(past.orders.values_list("person_id", "to_post_id"))
    file_sheets(rng, past, today=min(past.comments_until, today), went=went)
    told_on = past.notice_on + timedelta(days=6)
    section = planner(Scope.EMPLOYER)
    if section is None or told_on > today:
        return
    known = set(Persona.objects.filter(key="professional").values_list("user__person", flat=True))
    with clock.fixed(told_on):
        propose(actor=section, round=past)
        answers = list(WishAnswer.objects.filter(round=past).order_by("pk").select_related("round__employer"))
        for answer in answers:
            if answer.person_id in known:
                edit_answer(actor=section, answer=answer, text=OWN_WORDS)
        told = [
            one for number, one in enumerate(answers, start=1) if one.person_id in known or number % WAITS
        ]
        for start in range(0, len(told), MOST):
            release_answers(actor=section, round=past, answers=told[start : start + MOST])
