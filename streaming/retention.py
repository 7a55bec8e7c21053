"""What the live side remembers of people, and until when; the table's shape is the house's: `kultour.retention`.

Recordings are forgotten by `publication.forget`, because objects in S3 go with them.
"""

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kultour.retention import YEAR, Rule
from streaming.models import Ban, ChatDeed, ChatMessage, IngestKey, LiveSession, Recording

CHAT_LIFE = timedelta(hours=4)
EVIDENCE_LIFE = YEAR / 2
SESSION_LIFE = 2 * YEAR
REHEARSAL_LIFE = timedelta(days=90)
"""That an act has rehearsed is asked for until its edition is over, which may open 60 days after."""

RULES = (
    Rule(
        ChatMessage,
        ("seat", "name", "text"),
        _("name and messages in the chat"),
        life=CHAT_LIFE,
        since=_("after they were written"),
        due=lambda limit: ChatMessage.objects.filter(said__lt=limit),
    ),
    Rule(
        ChatDeed,
        ("by", "by_name", "name", "text"),
        _("messages that the chat's moderation removed or excluded somebody for, with who did it and why"),
        life=EVIDENCE_LIFE,
        since=_("after that; brought back, at once"),
        due=lambda limit: ChatDeed.objects.filter(at__lt=limit),
    ),
    Rule(
        Ban,
        ("seat", "name"),
        _("who may not write in the chat for the rest of the evening (the chat name and a mark of that day)"),
        life=timedelta(hours=1),
        since=_("after the evening has ended, at 5 a.m."),
        due=lambda limit: Ban.objects.filter(until__lt=limit),
    ),
    Rule(
        IngestKey,
        ("act",),
        _("keys with which artists transmit (only a check sum of each)"),
        life=timedelta(days=14),
        since=_("after they ended"),
        due=lambda limit: IngestKey.objects.filter(Q(valid_until__lt=limit) | Q(revoked__lt=limit)),
    ),
    Rule(
        LiveSession,
        ("act",),
        _("which artist transmitted when and on which stage"),
        life=SESSION_LIFE,
        since=_("after the transmission"),
        # A synthetic artist's session is of no interest once it is over.
        due=lambda limit: LiveSession.objects.filter(
            Q(ended__lt=limit)
            | Q(rehearsal=True, act=None, ended__isnull=False)
            | Q(rehearsal=True, ended__lt=limit + SESSION_LIFE - REHEARSAL_LIFE),
            recording__isnull=True,
        ),
    ),
    Rule(
        Recording,
        (),
        _("recordings of performances: picture, sound and captions"),
        life=None,
        since=_("until the last day of the artist's consent, which stands beside each; then deleted within the hour"),
    ),
)
