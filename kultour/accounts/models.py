"""People who sign in, how they got their password, and what was done to their accounts by whom."""

from datetime import timedelta

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from kultour.accounts.roles import NEED_SECOND_FACTOR, Right, Role, rights_of


class User(AbstractUser):
    """Somebody with an account: the people who run the evening. The audience and invited artists have none."""

    Role = Role

    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.NOBODY, blank=True)
    session_number = models.PositiveIntegerField(default=0)
    """Counted up to end all sessions of this person at once."""
    locked_at = models.DateTimeField(_("locked at"), null=True, blank=True)

    class Meta(AbstractUser.Meta):
        constraints = [models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_is_known")]

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username

    def may(self, right: Right) -> bool:
        """Whether this person is allowed to; who was locked out may nothing, whatever the role."""
        return self.is_active and (self.is_superuser or right in rights_of(self.role))

    @property
    def needs_second_factor(self) -> bool:
        return self.is_superuser or self.role in NEED_SECOND_FACTOR

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django asks at every request whether this is still what the session was opened with. A session therefore
        ends with the password (as always), and with the role and the session number too."""
        opened_with = f"{self.password}|{self.role}|{self.session_number}"
        salt = "kultour.accounts.models.User.get_session_auth_hash"
        return salted_hmac(salt, opened_with, secret=secret, algorithm="sha256").hexdigest()


class PasswordLink(models.Model):
    """A link by which one person chooses a password, once. Only the token's SHA-256 is kept."""

    LIFE = timedelta(days=7)

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="password_links")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("password link")
        verbose_name_plural = _("password links")


class Deed(models.Model):
    """What somebody did to an account: who, to whom, what, when. The names stay when an account goes."""

    class Kind(models.TextChoices):
        CREATED = "created", _("account created")
        ROLE = "role", _("role changed")
        LOCKED = "locked", _("locked")
        UNLOCKED = "unlocked", _("unlocked")
        SESSIONS = "sessions", _("signed out everywhere")
        FACTOR = "factor", _("second factor removed")
        LINK = "link", _("new link for the password")

    at = models.DateTimeField(_("at"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=320)
    whom = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="deeds")
    whom_name = models.CharField(max_length=320)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("deed")
        verbose_name_plural = _("deeds")
        ordering = ["-at", "-pk"]

    @property
    def remark(self) -> str:
        """The note; where it names roles (`before>after`), in the reader's language."""
        if self.kind not in {self.Kind.CREATED, self.Kind.ROLE}:
            return self.note
        return " → ".join(str(Role(role).label) for role in self.note.split(">"))
