"""Which role may do what: one table, no database."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody is in the house. Artists mostly come by personal link and need no account at all."""

    NOBODY = "", _("no role")
    ACT = "act", _("artist")
    OFFICE = "office", _("culture office")


class Right(StrEnum):
    """Something one must be allowed to do."""

    EDIT_PROGRAMME = "edit_programme"
    INVITE_ACTS = "invite_acts"
    KEEP_RECORDINGS = "keep_recordings"


RIGHTS: Mapping[object, frozenset[Right]] = MappingProxyType(
    {
        Role.NOBODY: frozenset(),
        Role.ACT: frozenset(),
        Role.OFFICE: frozenset({Right.EDIT_PROGRAMME, Right.INVITE_ACTS, Right.KEEP_RECORDINGS}),
    }
)


def rights_of(role: str) -> frozenset[Right]:
    """The rights of a role; a role nobody knows has none."""
    return RIGHTS.get(role, frozenset())
