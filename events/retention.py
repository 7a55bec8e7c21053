"""What the programme remembers of people, and until when. The table's shape is the house's: `kultour.retention`."""

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.models import (
    Act,
    Change,
    Consent,
    Edit,
    Engagement,
    Fee,
    FeeData,
    HeadCount,
    Incident,
    InHand,
    Invitation,
    Picture,
    PlanningList,
    Setlist,
    Settled,
    Work,
)
from kultour.retention import YEAR, Rule

AFTER_THE_EVENT = _("after the event")
CONTACT = (
    "contact_name", "email", "phone", "technique", "note", "answer_words", "answered_by",
    "leader_name", "leader_address", "leader_gema_number", "formation",
)  # fmt: skip
FULL = Q(*[(f"{name}__gt", "") for name in CONTACT], _connector=Q.OR)
"""Something of it is still there."""

RULES = (
    Rule(
        Act,
        ("name", "blurb"),
        _("name or stage name of artists, and their contributions to the programme"),
        life=None,
        since=_("as long as the programme of the event is kept; it was public"),
    ),
    Rule(
        Engagement,
        CONTACT,
        _("what artists and the office agreed: contact, telephone, answer, technique, leader of the group"),
        life=2 * YEAR,
        since=AFTER_THE_EVENT,
        due=lambda limit: Engagement.objects.filter(FULL, edition__closes__lt=limit),
        emptied=dict.fromkeys(CONTACT, ""),
    ),
    Rule(
        Invitation,
        ("act", "token_hash"),
        _("personal links of artists (only a check sum of each)"),
        life=timedelta(days=14),
        since=AFTER_THE_EVENT,
        # A link made after its edition lives a fortnight, too.
        due=lambda limit: Invitation.objects.filter(edition__closes__lt=limit, made_at__lt=limit),
    ),
    Rule(
        Consent,
        ("given_by", "act", "paper", "noted_by"),
        _("consents of artists: who said what, when, and to which text; on paper, where it is kept and who noted it"),
        life=10 * YEAR,
        since=_("after they were given"),
        # By age alone, the oldest first: no older word may come back to life because a newer one went before it.
        due=lambda limit: Consent.objects.filter(given_at__lt=limit),
    ),
    Rule(
        Setlist,
        (),  # its works have them
        _("set lists, with the names of composers, authors and arrangers"),
        life=10 * YEAR,
        since=AFTER_THE_EVENT,
        due=lambda limit: Setlist.objects.filter(production__edition__closes__lt=limit),
    ),
    Rule(
        Work,
        ("composer", "lyricist", "arranger"),
        data="",
        life=None,
        since="",
    ),
    Rule(
        Change,
        ("by",),
        _("who of the office changed something in the programme"),
        life=2 * YEAR,
        since=_("after the change"),
        due=lambda limit: Change.objects.filter(at__lt=limit, by__isnull=False),
        emptied={"by": None},
    ),
    Rule(
        Edit,
        ("by", "name"),
        _("who of the office changed something else in the plan, and what stood there before"),
        life=2 * YEAR,
        since=_("after the change"),
        due=lambda limit: Edit.objects.filter(at__lt=limit),
    ),
    Rule(
        Picture,
        ("author", "alt"),
        _("pictures of artists, with the names of those who took them"),
        life=None,
        since=_("until the office takes them away"),
    ),
    Rule(
        PlanningList,
        ("by", "name"),
        _("planning lists that somebody of the office has uploaded and not taken over yet"),
        life=timedelta(hours=2),
        since=_("after they were uploaded"),
        due=lambda limit: PlanningList.objects.filter(made_at__lt=limit),
    ),
    Rule(
        InHand,
        ("by",),
        _("who of the office has what of the plan in hand at the moment, for the others at the desk"),
        life=timedelta(minutes=1),
        since=_("after the last sign of it"),
        due=lambda limit: InHand.objects.filter(until__lt=limit + timedelta(minutes=1)),
    ),
    Rule(
        FeeData,
        ("name", "stage_name", "address"),
        _("what artists said about whom to pay: name, stage name, address, kind of work"),
        life=2 * YEAR,
        since=AFTER_THE_EVENT,
        due=lambda limit: FeeData.objects.filter(engagement__edition__closes__lt=limit),
    ),
    Rule(
        Fee,
        ("name", "stage_name", "address", "contract"),
        _("fees: who was paid what for which contract (§ 147 AO, § 28 KSVG)"),
        life=10 * YEAR,
        since=_("after the payment"),
        due=lambda limit: Fee.objects.filter(
            Q(paid_on__lt=limit.date()) | Q(paid_on=None, engagement__edition__closes__lt=limit)
        ),
    ),
    Rule(
        Settled,
        ("by",),
        _("who of the office handed in a report to GEMA or the Künstlersozialkasse, and when"),
        life=10 * YEAR,
        since=_("after it was done"),
        due=lambda limit: Settled.objects.filter(on__lt=limit.date()),
    ),
    Rule(
        HeadCount,
        ("by",),
        _("who of the office noted how many people were in a room"),
        life=2 * YEAR,
        since=_("after it was noted"),
        due=lambda limit: HeadCount.objects.filter(at__lt=limit, by__isnull=False),
        emptied={"by": None},
    ),
    Rule(
        Incident,
        ("by", "what"),
        _("the log of incidents, and who of the office wrote it"),
        life=2 * YEAR,
        since=_("after they happened"),
        due=lambda limit: Incident.objects.filter(at__lt=limit),
    ),
)
