"""Signing in: allauth's rules, with the person fetched in the same query as the account."""

from allauth.account.auth_backends import AuthenticationBackend

from ikusei.accounts.models import User


class AccountBackend(AuthenticationBackend):
    """Accounts by mail address."""

    def get_user(self, user_id: int) -> User | None:
        """The active account of a session with its person, or None."""
        user = User.objects.select_related("person").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
