"""People who sign in."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from kultour.accounts.roles import Right, Role, rights_of


class User(AbstractUser):
    """Somebody with a password: the office's people. The audience and invited artists have no account."""

    Role = Role

    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.NOBODY, blank=True)

    class Meta(AbstractUser.Meta):
        constraints = [models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_is_known")]

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username

    def may(self, right: Right) -> bool:
        """Whether this person is allowed to; who was locked out may nothing, whatever the role."""
        return self.is_active and (self.is_superuser or right in rights_of(self.role))
