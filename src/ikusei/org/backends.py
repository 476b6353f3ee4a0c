"""Signing in: allauth's rules, with the person fetched in the same query as the account."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from ikusei.accounts.models import User
from ikusei.lib import clock
from ikusei.org.models import RoleGrant


class AccountBackend(AuthenticationBackend):
    """Accounts by mail address. One that signs in by mailed code only may do so while it holds a role."""

    def user_can_authenticate(self, user: AbstractBaseUser | AnonymousUser | None) -> bool:
        """Whether the account may sign in today; asked at every request, so a role that ends takes its session along."""
        if not isinstance(user, User) or not super().user_can_authenticate(user):
            return False
        return not user.code_only or RoleGrant.objects.on(clock.today()).filter(user=user).exists()

    def get_user(self, user_id: int) -> User | None:
        """The active account of a session with its person, or None."""
        user = User.objects.select_related("person").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
