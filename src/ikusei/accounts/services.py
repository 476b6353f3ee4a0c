"""What can be done to accounts."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction

from ikusei.accounts.models import User


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be opened: it has no password until its owner sets one, and signs in by mailed code or passkey."""

    email: str
    label: str


def open_accounts(rows: Sequence[NewAccount]) -> list[User]:
    """The new accounts in the order given; who may ask for them and the audit entry are the caller's rule (`org`)."""
    with transaction.atomic():
        return User.objects.bulk_create(
            [User(email=row.email.lower(), label=row.label, password=make_password(None)) for row in rows],
            batch_size=2000,
        )
