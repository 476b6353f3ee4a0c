"""Words to a person about a wish that was not met, drafted from the rule that stood against it.

For `services.answers.propose`. What is drafted is edited and released by a human after the notice; it says nothing of
anybody else, and nothing of decisions about the reader (`reasons.personal`).
"""

from __future__ import annotations

from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from ikusei.lib import fiscal
from ikusei.org.access import Viewer
from ikusei.rotation.keys import person_key
from ikusei.rotation.models import Order, OrderState, Round
from ikusei.rotation.picture import CONCURRENT, MoveFacts, Picture
from ikusei.rotation.queries.consequences import skill_namer
from ikusei.rotation.queries.picture import load
from ikusei.rotation.queries.unmet import Unmet
from ikusei.rotation.reasons import personal, wishes
from ikusei.rotation.rules.sentences import SkillName
from ikusei.rotation.services.answers import default_words


class ReasonedWords:
    """Finds the words: the round is read once for all wishes."""

    def __init__(self, viewer: Viewer, round: Round) -> None:
        self.viewer, self.round = viewer, round
        self._skill_names: dict[str, SkillName] = {}

    @cached_property
    def picture(self) -> Picture:
        """The round as the personnel section sees it, the look noted."""
        return load(self.viewer, self.round)

    @cached_property
    def moves(self) -> list[MoveFacts]:
        """What was ordered in the round and is not yet in the records: those seats are taken, or free."""
        rows = Order.objects.filter(round=self.round, state=OrderState.ISSUED, to_post__isnull=False)
        ordered = rows.exclude(kind=CONCURRENT).order_by("pk").values_list("person_id", "to_post_id")
        return [
            MoveFacts(person_key(person), self.round.fiscal_year, post)
            for person, post in ordered
            if person_key(person) in self.picture.people
        ]

    def skill_name(self, key: str) -> str:
        """The name of a skill in the active language, its key where the framework does not know it."""
        language = translation.get_language()
        if language not in self._skill_names:
            self._skill_names[language] = skill_namer(self.viewer)[1]
        return self._skill_names[language](key)

    def __call__(self, round: Round, unmet: Unmet) -> str:
        """The words to one person, in their language; those that are true of every wish where no reason may be told."""
        told = self._told(unmet)
        if not told:
            return default_words(round, unmet)
        with translation.override(unmet.language):
            return _(
                "Dear %(name)s, thank you for telling us your wishes. For %(year)s the move to %(post)s that you wished for "
                "could not be made. %(reasons)s Please tell us in the next preference sheet whether your wish still holds. "
                "Your supervisor and the personnel section are glad to talk it over."
            ) % {
                "name": unmet.name,
                "post": unmet.post,
                "year": fiscal.label(round.fiscal_year),
                "reasons": ("" if unmet.language == "ja" else " ").join(told),
            }

    def _told(self, unmet: Unmet) -> list[str]:
        key = person_key(unmet.person_id)
        if key not in self.picture.people or unmet.post_id not in self.picture.posts:
            return []
        year = self.round.fiscal_year
        wish = wishes.ask(self.picture, self.moves, key, unmet.post_id, year)
        with translation.override(unmet.language):
            return personal.sentences(wish, self.picture, self.skill_name)
