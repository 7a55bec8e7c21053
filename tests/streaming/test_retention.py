"""What is forgotten, and when; and that nothing personal is missing in the table."""

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps

from events.models import Act
from kultour.retention import forget
from streaming import retention
from streaming.models import Ban, ChatDeed, ChatMessage, IngestKey, LiveSession
from streaming.signalling import keys

NOW = datetime(2026, 5, 24, 22, 0, tzinfo=UTC)
NOT_PERSONAL = {
    # field name → why it says nothing about a person
    "stage", "performance", "title", "rehearsal", "started", "heard", "ended", "why_ended", "digest", "valid_from",
    "valid_until", "revoked", "said", "id",
    # recordings: forgotten with their objects by publication.forget
    "session", "slug", "prefix", "state", "reason", "duration", "size", "public_until", "withdrawn",
    "deleted", "deleted_files",
    # samples of the audience: counts, without anybody in them
    "kind", "began", "starts", "seconds", "mean", "peak",
    # of moderation: which message, when and why
    "hidden", "reported", "cleared", "message", "since", "until", "at", "why",
    # a night's look into the bucket: counts, and names of objects, whose folders are random numbers
    "night", "files", "read", "bytes_read", "missing", "changed", "unreadable", "unsure",
    "unknown", "examples", "doubted",
}  # fmt: skip
FORGOTTEN_WITH_THE_RECORDING = {
    "Recording", "Take", "Segment", "Passage", "Excerpt", "Captions", "ArchiveOffer", "Leftover", "Finding",
}  # fmt: skip


@pytest.mark.django_db
def test_chat_is_forgotten_after_four_hours():
    for hours in (0, 3, 5):
        ChatMessage.objects.create(
            stage="dom", seat="s", name="Vera", text=f"{hours}", said=NOW - timedelta(hours=hours)
        )
    assert forget(NOW)["ChatMessage"] == 1
    assert list(ChatMessage.objects.values_list("text", flat=True)) == ["0", "3"]


@pytest.mark.django_db
def test_what_was_moderated_is_evidence_for_six_months_and_nobody_is_excluded_for_longer_than_the_evening():
    for days in (182, 183):
        ChatDeed.objects.create(
            kind=ChatDeed.Kind.HIDDEN, stage="dom", message=days, text="Gift", at=NOW - timedelta(days=days)
        )
    for number, until in enumerate((NOW, NOW - timedelta(minutes=61))):
        Ban.objects.create(seat=f"{number}", name="Troll", stage="dom", message=1, since=until, until=until)
    forget(NOW)
    kept = (list(ChatDeed.objects.values_list("message", flat=True)), list(Ban.objects.values_list("seat", flat=True)))
    assert (kept, retention.RULES[1].lasts) == (([182], ["0"]), "6 Monate")


@pytest.mark.django_db
def test_old_sessions_go_open_ones_stay():
    old = NOW - timedelta(days=800)
    LiveSession.objects.create(stage="dom", title="lang her", started=old, heard=old, ended=old)
    LiveSession.objects.create(stage="hnf", title="noch offen", started=old, heard=old)
    forget(NOW)
    assert list(LiveSession.objects.values_list("title", flat=True)) == ["noch offen"]


@pytest.mark.django_db
def test_a_synthetic_artist_leaves_nothing_once_it_is_over():
    LiveSession.objects.create(stage="dom", title="Kreuzgang", rehearsal=True, started=NOW, heard=NOW, ended=NOW)
    keys.make("dom", NOW - timedelta(days=20), rehearsal=True, life=timedelta(days=365))
    keys.make("dom", NOW - timedelta(days=15), rehearsal=True, life=timedelta(days=365), rotate=True)
    forget(NOW)
    assert (LiveSession.objects.count(), IngestKey.objects.count()) == (0, 1)


@pytest.mark.django_db
def test_that_an_act_has_rehearsed_is_known_until_its_edition_is_over():
    ada = Act.objects.create(slug="ada", name="Ada", kind=Act.Kind.SOLO)
    for days in (1, 80, 100):
        began = NOW - timedelta(days=days)
        LiveSession.objects.create(
            stage="dom", act=ada, title=f"{days}", rehearsal=True, started=began, heard=began, ended=began
        )
    forget(NOW)
    assert list(LiveSession.objects.order_by("-started").values_list("title", flat=True)) == ["1", "80"]


def test_every_field_of_the_live_side_is_judged_personal_or_not():
    personal = {(rule.model.__name__, name) for rule in retention.RULES for name in rule.personal}
    unjudged = {
        (model.__name__, field.name)
        for model in apps.get_app_config("streaming").get_models()
        if model.__name__ not in FORGOTTEN_WITH_THE_RECORDING
        for field in model._meta.concrete_fields
        if field.name not in NOT_PERSONAL
    }
    assert unjudged == personal
