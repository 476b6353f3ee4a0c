"""Mailed sign-in codes: one for an account at a time, three tries, used once, for fifteen minutes.

allauth keeps the code that it expects in the session that asked for it, and counts wrong tries there. A session is read
and written whole, so requests sent at once would each count from nothing, and another session knows nothing of a newer
code. Here every try and the use are one conditional UPDATE on one row of the account, whatever sessions say.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ikusei.accounts.models import SignInCode, User

MOST_TRIES = 3


def remember(*, user: User, code: str) -> None:
    """Let this code be the only one that signs the account in."""
    fresh = {"digest": _digest(code), "made_at": timezone.now(), "tries": 0, "is_spent": False}
    SignInCode.objects.update_or_create(user=user, defaults=fresh)


def count_try(expected: str) -> bool:
    """Whether one more try at the code that a session expects is allowed; the try is counted."""
    usable = SignInCode.objects.filter(
        digest=_digest(expected), is_spent=False, tries__lt=MOST_TRIES, made_at__gt=_oldest()
    )
    return usable.update(tries=F("tries") + 1) == 1


def spend(expected: str) -> bool:
    """Whether the code was still unused; from now on it is used."""
    return SignInCode.objects.filter(digest=_digest(expected), is_spent=False).update(is_spent=True) == 1


def forget_old() -> int:
    """The number of codes removed because their time is over."""
    return SignInCode.objects.filter(made_at__lte=_oldest()).delete()[0]


def _oldest() -> datetime:
    """The moment before which a code was mailed too long ago. Real time: a demonstration's fixed day does not age."""
    return timezone.now() - timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)


def _digest(code: str) -> str:
    """What is kept of a code: of no use to whoever reads the database."""
    return salted_hmac("ikusei.accounts.codes", code, algorithm="sha256").hexdigest()
