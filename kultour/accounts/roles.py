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
    CONTROL_ROOM = "control_room", _("control room")
    MODERATOR = "moderator", _("chat moderation")
    CAPTIONER = "captioner", _("live captioning")
    INTERPRETER = "interpreter", _("sign language interpreting")


class Right(StrEnum):
    """Something one must be allowed to do. A right has a door that asks for it, or it is not here."""

    READ_PROGRAMME = "read_programme"
    """Desk and plan, drafts too; nothing can be changed there."""
    EDIT_PROGRAMME = "edit_programme"
    INVITE_ACTS = "invite_acts"
    READ_TELEPHONES = "read_telephones"
    SEE_RECORDINGS = "see_recordings"
    """The list of all recordings and how far each one is."""
    KEEP_RECORDINGS = "keep_recordings"
    WRITE_CAPTIONS = "write_captions"
    """Upload and check them; taking them away is the office's."""
    MODERATE_CHAT = "moderate_chat"
    """Hide messages, exclude somebody for the evening, and read what was removed."""
    MANAGE_PEOPLE = "manage_people"


NOTHING: frozenset[Right] = frozenset()
RIGHTS: Mapping[object, frozenset[Right]] = MappingProxyType(
    {
        Role.NOBODY: NOTHING,
        Role.ACT: NOTHING,
        Role.OFFICE: frozenset(Right),
        # Their own rooms are not built yet; what they need of the office's they may read.
        Role.CONTROL_ROOM: frozenset(
            {Right.READ_PROGRAMME, Right.READ_TELEPHONES, Right.SEE_RECORDINGS, Right.MODERATE_CHAT}
        ),
        Role.MODERATOR: frozenset({Right.READ_PROGRAMME, Right.MODERATE_CHAT}),
        Role.CAPTIONER: frozenset({Right.READ_PROGRAMME, Right.SEE_RECORDINGS, Right.WRITE_CAPTIONS}),
        Role.INTERPRETER: frozenset({Right.READ_PROGRAMME}),
    }
)

NEED_SECOND_FACTOR = frozenset({Role.OFFICE, Role.CONTROL_ROOM, Role.MODERATOR, Role.CAPTIONER})
"""Roles whose password alone opens nothing where the installation asks for a second factor."""


def rights_of(role: str) -> frozenset[Right]:
    """The rights of a role; a role nobody knows has none."""
    return RIGHTS.get(role, NOTHING)


def roles_with(right: Right) -> list[str]:
    return [role for role in Role.values if right in rights_of(role)]


def roles_with_a_door() -> list[Role]:
    """Roles that open anything: the others are of no use to anybody yet, and nobody is offered them."""
    return [Role(role) for role in Role.values if rights_of(role)]
