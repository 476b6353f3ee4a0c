"""How allauth is told that accounts are made by the city, and in which words it speaks."""

import logging
from functools import partial
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.core import context as allauth
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ikusei.accounts import codes
from ikusei.accounts.middleware import after_response, remember_language
from ikusei.accounts.models import User
from ikusei.accounts.services import limit_session, may_sign_in

logger = logging.getLogger(__name__)

CODE_MAIL = "account/email/login_code"
RESET_MAIL = "account/email/password_reset_key"


class AccountAdapter(DefaultAccountAdapter):
    """No sign-up: an administrator or an import makes accounts."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy("The mail address or the password is not correct."),
        "enter_current_password": gettext_lazy("This is not your present password."),
        "incorrect_password": gettext_lazy("The password is not correct."),
        "incorrect_code": gettext_lazy("The code is not correct."),
        "invalid_password_reset": gettext_lazy("This link is no longer valid."),
        "too_many_login_attempts": gettext_lazy("Too many attempts. Try again in a few minutes."),
        "rate_limited": gettext_lazy("Too many requests. Try again in a few minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail of allauth's.

        Codes and links for a new password go out once the page has been answered: neither the time it takes nor a mail
        server that is down tells whether there is an account. No code goes to an account that may not sign in today.
        """
        if template_prefix not in (CODE_MAIL, RESET_MAIL):
            super().send_mail(template_prefix, email, context)
            return
        user = User.objects.filter(email__iexact=email).first()
        if user is None or not may_sign_in(user):
            return
        if template_prefix == CODE_MAIL:
            codes.remember(user=user, code=context["code"])
        shown = {"request": allauth.request, "email": email} | context
        after_response(allauth.request, partial(self._render_and_send, template_prefix, email, shown))

    def _render_and_send(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        try:
            self.render_mail(template_prefix, email, context).send()
        except (
            OSError
        ):  # smtplib's errors are too; the page has gone out, so it is the operator who has to know
            logger.exception("A mail for signing in could not be sent.")

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """None to go on, a page for an account that may not sign in, or not in this way."""
        if user.code_only:
            ways = [record["method"] for record in get_authentication_records(request, user)]
            if ways[-1:] != ["code"] or not may_sign_in(user):
                clear_login(request)
                refusal: HttpResponse = self.respond_user_inactive(request, user)
                return refusal
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """The way on after sign-in, in the language that the account's owner saved."""
        limit_session(request.session, user)
        if user.language:
            translation.activate(user.language)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if user.language:
            remember_language(response, user.language)
        return response

    def render_mail(
        self, template_prefix: str, email: str | list[str], context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        """The mail, in the language of the account it goes to; in that of the page where none was saved."""
        address = email if isinstance(email, str) else email[0]
        saved = User.objects.filter(email__iexact=address).values_list("language", flat=True).first()
        with translation.override(saved or translation.get_language()):
            mail: EmailMessage = super().render_mail(template_prefix, email, context, headers)
        return mail

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The ways to confirm once more that it is you, in our words."""
        words = {
            "reauthenticate": _("Use your password"),
            "mfa_reauthenticate": _("Use your authenticator app or a recovery code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey or security key"),
        }
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": words[method["id"]]} for method in methods]


class SecondFactorAdapter(DefaultMFAAdapter):
    """Passkeys, authenticator apps and recovery codes, in our words."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": gettext_lazy("This cannot be switched off."),
        "cannot_generate_recovery_codes": gettext_lazy(
            "Recovery codes need an authenticator app or a passkey first."
        ),
        "incorrect_code": gettext_lazy("The code is not correct."),
    }

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        """A name for a new key, to be changed by its owner: Key 2."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Key %(number)s") % {"number": count + 1}

    def _get_site_name(self) -> str:
        return "Ikusei"
