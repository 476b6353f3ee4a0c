"""What can be done to accounts: opening them, and what an account's owner can set."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_backends
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils import timezone

from ikusei.accounts.models import User
from ikusei.audit import services as audit


class UnknownLanguage(ValueError):
    """A language the pages do not exist in."""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be opened: it has no password until its owner sets one, and signs in by mailed code or passkey."""

    email: str
    label: str


def open_accounts(rows: Sequence[NewAccount]) -> list[User]:
    """The new accounts in the order given; who may ask for them and the audit entry are the caller's rule (`org`)."""
    return User.objects.bulk_create(
        [User(email=row.email.lower(), label=row.label, password=make_password(None)) for row in rows],
        batch_size=2000,
    )


def open_code_account(*, email: str, label: str, language: str) -> User:
    """The new account that signs in by mailed code only; who may ask for it and the audit entry are `org`'s rule."""
    return User.objects.create_user(email=email, label=label, language=language, code_only=True)


def open_again(user: User) -> None:
    """Let a closed account sign in again; the caller's rule and audit entry, as in `open_code_account`."""
    user.is_active = True
    user.save(update_fields=["is_active"])


def close_accounts(pks: Sequence[int]) -> int:
    """The number of accounts that may not sign in any more; the caller's rule and audit entry, as above."""
    return User.objects.filter(pk__in=pks, is_active=True).update(is_active=False)


def may_sign_in(user: User) -> bool:
    """Whether the account may sign in today, as the backends of sign-in say (`org` knows the roles)."""
    rules = (getattr(backend, "user_can_authenticate", None) for backend in get_backends())
    return any(rule(user) for rule in rules if rule is not None)


def limit_session(session: SessionBase, user: User) -> None:
    """Let the session of an account that signs in by mailed code only end soon, however much is done in it."""
    if user.code_only:
        session.set_expiry(timezone.now() + timedelta(seconds=settings.CODE_ONLY_SESSION_AGE))


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
