"""Who can sign in. A user is not a person: `org.Person` points here."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ikusei.lib.privacy import ACCOUNT, IDENTITY, Privacy


class UserManager(BaseUserManager["User"]):
    """Users found by their mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)

    def create_user(self, *, email: str, password: str | None = None, **fields: Any) -> User:
        """A new saved user; without a password the account signs in by passkey or mailed code only."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """An account: an address to sign in with, and how its owner wants to read the pages."""

    class Language(models.TextChoices):
        JAPANESE = "ja", _("Japanese")
        ENGLISH = "en", _("English")

    email = models.EmailField(
        _("mail address"),
        unique=True,
        error_messages={"unique": _("There is an account with this mail address.")},
    )
    label = models.CharField(_("name shown"), max_length=150, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    code_only = models.BooleanField(
        _("signs in by mailed code only"),
        default=False,
        help_text=_("No password, no passkey; a session that can only confirm, while an invitation holds."),
    )
    language = models.CharField(_("language"), max_length=2, choices=Language, blank=True)
    era_dates = models.BooleanField(_("Japanese era years"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    privacy: ClassVar[Privacy] = {
        "id": None,
        "password": ACCOUNT,
        "last_login": ACCOUNT,
        "email": IDENTITY,
        "label": IDENTITY,
        "is_active": ACCOUNT,
        "code_only": ACCOUNT,
        "language": ACCOUNT,
        "era_dates": ACCOUNT,
        "created_at": ACCOUNT,
    }

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = (
            models.CheckConstraint(
                # Django's mark of an account without a password (django.contrib.auth.hashers).
                condition=Q(code_only=False) | Q(password__startswith="!"),  # noqa: S106  # a mark, no password
                name="accounts_user_code_only",
                violation_error_message=_("An account that signs in by mailed code has no password."),
            ),
        )

    def __str__(self) -> str:
        return self.label or self.email


class SignInCode(models.Model):
    """The last code mailed to an account, as a digest: counted and spent here, whichever session it is tried in."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("account"))
    digest = models.CharField(max_length=64, db_index=True)
    made_at = models.DateTimeField(_("mailed at"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    is_spent = models.BooleanField(_("used"), default=False)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "user": ACCOUNT,
        "digest": None,
        "made_at": ACCOUNT,
        "tries": ACCOUNT,
        "is_spent": ACCOUNT,
    }

    class Meta:
        verbose_name = _("sign-in code")
        verbose_name_plural = _("sign-in codes")

    def __str__(self) -> str:
        return str(self.made_at)
