"""An act agrees to what is kept of it, and takes it back: on the phone, behind its personal link."""

import hashlib
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from events import demo, invitations
from events.backstage import consenting
from events.models import Act, Consent, Performance
from events.rights import NEVER, KeepRule, may_be_kept
from tests.events.test_pages import words

PAGE = "/hinterbuehne/einwilligung"
ABENDLICHT = "gitarre-handy-abendlicht"


@pytest.fixture
def tonight(db) -> Performance:
    demo.load(timezone.now())
    return Performance.objects.select_related("production__act").get(slug=ABENDLICHT)


@pytest.fixture
def jorindes_phone(tonight) -> Client:
    """Came in by the personal link."""
    phone, token = Client(), invitations.make(tonight.production.act, None, timezone.now())
    phone.post(f"/hinterbuehne/{token}")
    return phone


def rule_of(performance: Performance) -> KeepRule:
    return may_be_kept(performance.pk, performance.production.act_id)


def test_jorinde_reads_what_holds_and_decides_anew(tonight, jorindes_phone):
    page = jorindes_phone.get(f"{PAGE}/{ABENDLICHT}")
    assert "Was jetzt gilt 30 Tage in der Mediathek. Gesagt von Jorinde Beispiel" in words(page.content.decode())
    assert page["Cache-Control"] == "private, no-store"
    answer = jorindes_phone.post(f"{PAGE}/{ABENDLICHT}", {"days": "90", "name": "Jorinde Beispiel"}, follow=True)
    assert "Gespeichert. Es gilt ab Ihrer nächsten Übertragung" in words(answer.content.decode())
    assert rule_of(tonight) == KeepRule(90)


def test_what_was_said_is_kept_with_name_time_version_and_the_very_text(tonight, jorindes_phone):
    before = timezone.now()
    jorindes_phone.post(f"{PAGE}/{ABENDLICHT}", {"days": "0", "name": "Jorinde"})
    word = Consent.objects.latest("pk")
    text = "\n\n".join(consenting.TEXT["de"])
    assert (word.kind, word.days, word.given_by, word.version) == ("live_only", None, "Jorinde", "2026-11-25 de")
    assert word.text_hash == hashlib.sha256(text.encode()).hexdigest()
    assert before <= word.given_at <= timezone.now()


def test_the_page_shows_every_word_of_the_text_it_keeps_the_hash_of(tonight, jorindes_phone):
    for prefix, language in (("", "de"), ("/en", "en")):
        shown = words(jorindes_phone.get(f"{prefix}{PAGE}/{ABENDLICHT}").content.decode())
        assert [paragraph for paragraph in consenting.TEXT[language] if paragraph not in shown] == []


def test_whoever_changes_the_text_gives_it_a_new_version():
    hashes = {language: consenting.hash_of(text)[:12] for language, text in consenting.TEXT.items()}
    assert (consenting.VERSION, hashes) == ("2026-11-25", {"de": "b3d6ef174f47", "en": "8e0cf91d086a"})


def test_taken_back_nothing_may_be_kept_whatever_was_said_about_everything(tonight, jorindes_phone):
    act, now = tonight.production.act, timezone.now()
    Consent.objects.create(act=act, kind="archive", days=365, version="1", given_at=now, given_by="Jorinde")
    jorindes_phone.post(f"{PAGE}/{ABENDLICHT}/ruecknahme")
    assert rule_of(tonight) == NEVER
    assert "nur live" in words(jorindes_phone.get(PAGE).content.decode())
    jorindes_phone.post(f"{PAGE}/{ABENDLICHT}", {"days": "7", "name": "Jorinde"})
    assert rule_of(tonight) == KeepRule(7)


def test_where_somebody_is_under_18_their_parents_come_first(tonight, jorindes_phone):
    said = {"days": "30", "name": "Jorinde", "minors": "on"}
    refused = jorindes_phone.post(f"{PAGE}/{ABENDLICHT}", said)
    assert refused.status_code == 422
    assert "Ist jemand unter 18, müssen zuerst die Eltern schriftlich zustimmen." in words(refused.content.decode())
    jorindes_phone.post(f"{PAGE}/{ABENDLICHT}", said | {"guardians_agreed": "on"})
    assert Consent.objects.latest("pk").minors


def test_the_database_itself_refuses_minors_without_their_parents(tonight):
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(
            act=tonight.production.act,
            kind="live_only",
            version="1",
            given_at=timezone.now(),
            given_by="?",
            minors=True,
        )


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"days": "30"}, "Bitte nennen Sie Ihren Namen"),
        ({"name": "Jorinde"}, "Bitte wählen Sie, was bleiben darf."),
        ({"days": "10000", "name": "Jorinde"}, "Bitte wählen Sie eine der Antworten."),
        ({"days": "30", "name": "J" * 201}, "höchstens 200 Zeichen"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_saved(tonight, jorindes_phone, said, sentence):
    before = Consent.objects.count()
    answer = jorindes_phone.post(f"{PAGE}/{ABENDLICHT}", said)
    assert (answer.status_code, Consent.objects.count()) == (422, before)
    assert sentence in words(answer.content.decode())


def test_nobody_decides_for_others(tonight, jorindes_phone):
    foreign = Performance.objects.exclude(production__act=tonight.production.act).first()
    assert jorindes_phone.post(f"{PAGE}/{foreign.slug}", {"days": "365", "name": "Jorinde"}).status_code == 404
    assert jorindes_phone.post(f"{PAGE}/{foreign.slug}/ruecknahme").status_code == 404
    assert Client().get(PAGE).status_code == 403
    assert Client().post(f"{PAGE}/{ABENDLICHT}", {"days": "365", "name": "?"}).status_code == 403


def test_a_link_that_has_been_renewed_decides_nothing(tonight, jorindes_phone):
    invitations.renew(tonight.production.act, None, timezone.now() + timedelta(seconds=1))
    assert jorindes_phone.post(f"{PAGE}/{ABENDLICHT}/ruecknahme").status_code == 403
    assert Act.objects.filter(pk=tonight.production.act_id).exists()


def test_a_clock_that_was_put_back_does_not_keep_anybody_from_taking_it_back(tonight, jorindes_phone):
    Consent.objects.filter(performance=tonight).update(given_at=timezone.now() + timedelta(minutes=10))
    jorindes_phone.post(f"{PAGE}/{ABENDLICHT}/ruecknahme")
    assert rule_of(tonight) == NEVER


def test_what_was_cancelled_can_still_be_taken_back(tonight, jorindes_phone):
    Performance.objects.filter(pk=tonight.pk).update(status="cancelled", cancel_reason="Regen")
    assert jorindes_phone.post(f"{PAGE}/{ABENDLICHT}/ruecknahme").status_code == 302
    assert rule_of(tonight) == NEVER
