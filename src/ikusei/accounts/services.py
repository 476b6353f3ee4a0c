"""What an account's owner can set."""

from django.db import transaction

from ikusei.accounts.models import User
from ikusei.audit import services as audit


class UnknownLanguage(ValueError):
    """A language the pages do not exist in."""


@transaction.atomic
def save_settings(*, actor: User, language: str, era_dates: bool) -> User:
    """The account with its reading habits saved; language "" follows the browser. Raises UnknownLanguage."""
    if language and language not in User.Language.values:
        raise UnknownLanguage(language)
    before = {"language": actor.language, "era_dates": actor.era_dates}
    after = {"language": language, "era_dates": era_dates}
    if before == after:
        return actor
    actor.language = language
    actor.era_dates = era_dates
    actor.save(update_fields=("language", "era_dates"))
    audit.record(
        actor=actor,
        verb="accounts.settings.save",
        subject_kind="account",
        subject_id=actor.pk,
        before=before,
        after=after,
    )
    return actor
