"""Forms of sign-in in our words (allauth's, relabelled) and the form of the settings page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from ikusei.accounts import codes
from ikusei.accounts.models import User

CODE = _("Code")
MAIL = _("Mail address")
NEW_PASSWORD = _("New password")
NEW_PASSWORD_AGAIN = _("New password, once more")


class Relabelled(forms.BaseForm):
    """A form of allauth with our labels and help, and without placeholders, which vanish as one types."""

    labels: ClassVar[dict[str, Any]] = {}
    helps: ClassVar[dict[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            if name in self.helps:
                field.help_text = self.helps[name]
        if "password1" in self.fields:
            self.fields["password1"].help_text = password_validation.password_validators_help_text_html()


@contextmanager
def refused() -> Iterator[None]:
    """Answer with "the code is not correct" what allauth and fido2 would fail on: JSON that no browser sends."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as malformed:
        raise get_adapter().validation_error("incorrect_code") from malformed


class LoginForm(Relabelled, account.LoginForm):
    """Mail address and password."""

    labels: ClassVar[dict[str, Any]] = {"login": MAIL, "password": _("Password")}
    helps: ClassVar[dict[str, Any]] = {"password": ""}


class RequestLoginCodeForm(Relabelled, account.RequestLoginCodeForm):
    """Where to mail a sign-in code; the link in an invitation fills the address in."""

    labels: ClassVar[dict[str, Any]] = {"email": MAIL}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if context.request is not None:
            self.fields["email"].initial = context.request.GET.get("address", "")


class ConfirmLoginCodeForm(Relabelled, account.ConfirmLoginCodeForm):
    """The code from the mail."""

    labels: ClassVar[dict[str, Any]] = {"code": CODE}

    def clean_code(self) -> str:
        """The code. Refused: a wrong one, one try too many, an old one, one that was used or that a newer one replaced."""
        expected = str(self.expected_code or "")
        is_allowed = codes.count_try(expected)
        code: str = super().clean_code()
        if not is_allowed or not codes.spend(expected):
            raise get_adapter().validation_error("incorrect_code")
        return code


class ResetPasswordForm(Relabelled, account.ResetPasswordForm):
    """Where to mail the link for a new password."""

    labels: ClassVar[dict[str, Any]] = {"email": MAIL}
    users: list[User]

    def clean_email(self) -> str:
        """The address; an account that signs in by code has no password, so the answer is that for unknown addresses."""
        email: str = super().clean_email()
        self.users = [user for user in self.users if not user.code_only]
        return email


class ResetPasswordKeyForm(Relabelled, account.ResetPasswordKeyForm):
    """A new password, after the mailed link."""

    labels: ClassVar[dict[str, Any]] = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD_AGAIN}


class ChangePasswordForm(Relabelled, account.ChangePasswordForm):
    """The present password and a new one."""

    labels: ClassVar[dict[str, Any]] = {
        "oldpassword": _("Present password"),
        "password1": NEW_PASSWORD,
        "password2": NEW_PASSWORD_AGAIN,
    }
    helps: ClassVar[dict[str, Any]] = {"oldpassword": ""}


class SetPasswordForm(Relabelled, account.SetPasswordForm):
    """A first password."""

    labels: ClassVar[dict[str, Any]] = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD_AGAIN}


class ReauthenticateForm(Relabelled, account.ReauthenticateForm):
    """The password once more."""

    labels: ClassVar[dict[str, Any]] = {"password": _("Password")}
    helps: ClassVar[dict[str, Any]] = {"password": ""}


class SecondFactorForm(Relabelled, mfa.AuthenticateForm):
    """A code of the authenticator app, or a recovery code, as the second step of signing in."""

    labels: ClassVar[dict[str, Any]] = {"code": CODE}
    helps: ClassVar[dict[str, Any]] = {
        "code": _("Six digits from the authenticator app, or one of your recovery codes.")
    }


class SecondFactorAgainForm(Relabelled, mfa.ReauthenticateForm):
    """The same, to confirm once more that it is you."""

    labels: ClassVar[dict[str, Any]] = {"code": CODE}
    helps: ClassVar[dict[str, Any]] = {
        "code": _("Six digits from the authenticator app, or one of your recovery codes.")
    }


class ActivateTOTPForm(Relabelled, totp.ActivateTOTPForm):
    """The first code of a new authenticator app."""

    labels: ClassVar[dict[str, Any]] = {"code": CODE}
    helps: ClassVar[dict[str, Any]] = {"code": _("Six digits that the app shows now.")}


class KeySignInForm(webauthn.LoginWebAuthnForm):
    """A passkey instead of a password."""

    def clean_credential(self) -> Any:
        """The key that signed; what is no answer of a key is refused."""
        with refused():
            return super().clean_credential()


class KeySecondFactorForm(webauthn.AuthenticateWebAuthnForm):
    """A key as the second step of signing in."""

    def clean_credential(self) -> Any:
        """The key that signed; what is no answer of a key is refused."""
        with refused():
            return super().clean_credential()


class KeyAgainForm(webauthn.ReauthenticateWebAuthnForm):
    """A key, to confirm once more that it is you."""

    def clean_credential(self) -> Any:
        """The key that signed; what is no answer of a key is refused."""
        with refused():
            return super().clean_credential()


class AddKeyForm(Relabelled, webauthn.AddWebAuthnForm):
    """A new passkey or security key."""

    labels: ClassVar[dict[str, Any]] = {
        "name": _("Name of this key"),
        "passwordless": _("Sign in with this key alone (passkey)"),
    }
    helps: ClassVar[dict[str, Any]] = {
        "name": _("So that you know it again, such as the device it is kept on."),
        "passwordless": _("Without this it is the second step after your password."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True
        self.fields["name"].required = True

    def clean(self) -> dict[str, Any] | None:
        """The cleaned data; what is no answer of a key is refused."""
        with refused():
            data: dict[str, Any] | None = super().clean()
        return data


class EditKeyForm(Relabelled, webauthn.EditWebAuthnForm):
    """Another name for a key."""

    labels: ClassVar[dict[str, Any]] = {"name": _("Name of this key")}


class SettingsForm(forms.Form):
    """How the pages are written for one account."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("As the browser asks")), ("ja", "日本語"), ("en", "English")],
        required=False,
        help_text=_("Also the language of mails to you."),
    )
    era_dates = forms.BooleanField(
        label=_("Write dates and fiscal years in Japanese eras (Reiwa 8)"), required=False
    )

    @classmethod
    def of(cls, user: User, data: Any = None) -> SettingsForm:
        """The form filled with what the account has, or bound to what was sent."""
        return cls(data, initial={"language": user.language, "era_dates": user.era_dates})
