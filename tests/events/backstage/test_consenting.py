"""An act agrees to what is kept of it, and takes it back: on the phone, behind its personal link."""

import hashlib
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from events import demo, invitations, retention
from events.backstage import consent_pages, consenting
from events.models import Act, Consent, Performance
from events.rights import LIVE_ONLY, Allowed, allowed_for
from kultour.retention import YEAR
from tests.events.test_pages import words

PAGE = "/hinterbuehne/einwilligung"
FOR_ALL = "/hinterbuehne/einwilligung-fuer-alles"
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


SAID = {"live": "on", "days": "30", "name": "Jorinde Beispiel"}


def rule_of(performance: Performance) -> Allowed:
    return allowed_for(performance.pk, performance.production.act_id)


def test_jorinde_reads_what_holds_and_decides_anew(tonight, jorindes_phone):
    page = jorindes_phone.get(f"{PAGE}/{ABENDLICHT}")
    assert (
        "Was jetzt gilt live sieben Tage lang noch einmal zum Ansehen 30 Tage in der Mediathek Ausschnitt für die "
        "Presse Gesagt von Jorinde Beispiel"
    ) in words(page.content.decode())
    assert page["Cache-Control"] == "private, no-store"
    answer = jorindes_phone.post(f"{PAGE}/{ABENDLICHT}", SAID | {"days": "90", "download": "on"}, follow=True)
    assert "Gespeichert. Es gilt ab Ihrer nächsten Übertragung" in words(answer.content.decode())
    assert rule_of(tonight) == Allowed(days=90, download=True)


def test_a_last_day_may_be_chosen_instead_of_a_number_of_days(tonight, jorindes_phone):
    last = tonight.end.astimezone(demo.ZONE).date() + timedelta(days=45)
    said = SAID | {"days": "date", "until": last.isoformat()}
    page = jorindes_phone.post(f"{PAGE}/{ABENDLICHT}", said, follow=True)
    assert rule_of(tonight) == Allowed(days=consent_pages.LONGEST, last_day=last)
    assert f"Was jetzt gilt live bis zum {date_format(last)} in der Mediathek Gesagt" in words(page.content.decode())
    form = page.context["form"]
    assert (form["days"].value(), form["until"].value()) == ("date", last)


def test_the_chosen_day_stays_the_last_one_wherever_the_evening_is_moved(tonight, jorindes_phone):
    last = tonight.end.astimezone(demo.ZONE).date() + timedelta(days=3)
    jorindes_phone.post(f"{PAGE}/{ABENDLICHT}", SAID | {"days": "date", "until": last.isoformat()})
    ends = [tonight.end + timedelta(days=days) for days in (-2, 0, 1, 3)]
    assert [rule_of(tonight).public_to(ended) for ended in ends] == [last] * 4


def test_a_last_day_may_be_chosen_for_everything_else_too(tonight, jorindes_phone):
    today = timezone.now().astimezone(demo.ZONE).date()
    for day, status in ((today, 422), (today + timedelta(days=1), 302)):
        said = SAID | {"days": "date", "until": day.isoformat()}
        assert jorindes_phone.post(FOR_ALL, said).status_code == status
    assert allowed_for(None, tonight.production.act_id).last_day == today + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("", "Bitte geben Sie den Tag an."),
        ("2020-01-01", "einen Tag nach dem Auftritt"),
        ("bald", "zum Beispiel 24.05.2026"),
    ],
)
def test_a_last_day_comes_after_the_performance(tonight, jorindes_phone, day, sentence):
    before = rule_of(tonight)
    answer = jorindes_phone.post(f"{PAGE}/{ABENDLICHT}", SAID | {"days": "date", "until": day})
    assert (answer.status_code, sentence in words(answer.content.decode()), rule_of(tonight)) == (422, True, before)


def test_no_recording_outlives_the_proof_that_it_was_allowed(tonight, jorindes_phone):
    """Said a year ahead, for as long as anybody may say."""
    [rule] = [rule for rule in retention.RULES if rule.model is Consent]
    played = tonight.end.astimezone(demo.ZONE).date()
    for days, status in ((9 * 365 + 1, 422), (9 * 365, 302)):
        said = SAID | {"days": "date", "until": (played + timedelta(days=days)).isoformat()}
        assert jorindes_phone.post(f"{PAGE}/{ABENDLICHT}", said).status_code == status
    assert tonight.end - YEAR + rule.life >= tonight.end + timedelta(days=rule_of(tonight).days)


def test_what_was_said_is_kept_with_name_time_version_and_the_very_text(tonight, jorindes_phone):
    before = timezone.now()
    jorindes_phone.post(f"{PAGE}/{ABENDLICHT}", {"live": "on", "days": "0", "name": "Jorinde"})
    word = Consent.objects.latest("pk")
    text = "\n\n".join([*consenting.TEXT["de"], *consenting.TICKS["de"].values()])
    assert (word.allowed, word.given_by, word.version) == (LIVE_ONLY, "Jorinde", "2026-11-28b de")
    assert word.text_hash == hashlib.sha256(text.encode()).hexdigest()
    assert before <= word.given_at <= timezone.now()


def test_the_page_shows_every_word_of_the_text_it_keeps_the_hash_of(tonight, jorindes_phone):
    for prefix, language in (("", "de"), ("/en", "en")):
        shown = words(jorindes_phone.get(f"{prefix}{PAGE}/{ABENDLICHT}").content.decode())
        asked = [*consenting.TEXT[language], *consenting.TICKS[language].values()]
        assert [sentence for sentence in asked if sentence not in shown] == []


def test_the_last_day_belongs_to_its_answer_and_no_page_speaks_of_a_performance_that_is_not_its_own(
    tonight, jorindes_phone
):
    about_tonight = jorindes_phone.get(f"{PAGE}/{ABENDLICHT}").content.decode()
    answer = about_tonight.index('value="date"')
    assert answer < about_tonight.index('class="answer-more"') < about_tonight.index('id="id_until"')
    assert "Nur wenn Sie „bis zu einem Tag“ wählen." in about_tonight
    everything = jorindes_phone.get(f"{PAGE}-fuer-alles").content.decode()
    assert "für den Auftritt" not in everything
    assert (
        about_tonight.index("</form>", answer) > about_tonight.index("Fassung ") > about_tonight.index('id="id_name"')
    )


def test_whoever_changes_the_text_gives_it_a_new_version():
    hashes = {language: consenting.hash_of(*consenting.text_in(language)[1:])[:12] for language in ("de", "en")}
    assert (consenting.VERSION, hashes) == ("2026-11-28b", {"de": "cc2475723723", "en": "54a823b06c23"})


def test_taken_back_nothing_may_be_kept_whatever_was_said_about_everything(tonight, jorindes_phone):
    act, now = tonight.production.act, timezone.now()
    Consent.objects.create(act=act, days=365, version="1", given_at=now, given_by="Jorinde")
    jorindes_phone.post(f"{PAGE}/{ABENDLICHT}/ruecknahme")
    assert rule_of(tonight) == LIVE_ONLY
    assert "live, sonst nichts" in words(jorindes_phone.get(PAGE).content.decode())
    jorindes_phone.post(f"{PAGE}/{ABENDLICHT}", SAID | {"days": "7"})
    assert rule_of(tonight) == Allowed(days=7)


def test_where_somebody_is_under_18_their_parents_come_first(tonight, jorindes_phone):
    said = SAID | {"minors": "on"}
    refused = jorindes_phone.post(f"{PAGE}/{ABENDLICHT}", said)
    assert refused.status_code == 422
    assert "Ist jemand unter 18, müssen zuerst die Eltern schriftlich zustimmen." in words(refused.content.decode())
    jorindes_phone.post(f"{PAGE}/{ABENDLICHT}", said | {"guardians_agreed": "on"})
    assert Consent.objects.latest("pk").minors


def test_the_database_itself_refuses_minors_without_their_parents(tonight):
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(
            act=tonight.production.act,
            version="1",
            given_at=timezone.now(),
            given_by="?",
            minors=True,
        )


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": ""}, "Bitte nennen Sie Ihren Namen"),
        ({"days": ""}, "Bitte wählen Sie, wie lange."),
        ({"days": "10000"}, "Bitte wählen Sie eine der Antworten."),
        ({"name": "J" * 201}, "höchstens 200 Zeichen"),
        ({"live": ""}, "Aufgezeichnet wird nur, was live gezeigt wird."),
        ({"days": "0", "audio": "on"}, "Dafür braucht es eine Aufzeichnung."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_saved(tonight, jorindes_phone, said, sentence):
    before = Consent.objects.count()
    said = {field: value for field, value in (SAID | said).items() if value}
    answer = jorindes_phone.post(f"{PAGE}/{ABENDLICHT}", said)
    assert (answer.status_code, Consent.objects.count()) == (422, before)
    assert sentence in words(answer.content.decode())


def test_nobody_decides_for_others(tonight, jorindes_phone):
    foreign = Performance.objects.exclude(production__act=tonight.production.act).first()
    assert jorindes_phone.post(f"{PAGE}/{foreign.slug}", SAID).status_code == 404
    assert jorindes_phone.post(f"{PAGE}/{foreign.slug}/ruecknahme").status_code == 404
    assert Client().get(PAGE).status_code == 403
    assert Client().post(f"{PAGE}/{ABENDLICHT}", SAID).status_code == 403


def test_a_link_that_has_been_renewed_decides_nothing(tonight, jorindes_phone):
    invitations.renew(tonight.production.act, None, timezone.now() + timedelta(seconds=1))
    assert jorindes_phone.post(f"{PAGE}/{ABENDLICHT}/ruecknahme").status_code == 403
    assert Act.objects.filter(pk=tonight.production.act_id).exists()


def test_a_clock_that_was_put_back_does_not_keep_anybody_from_taking_it_back(tonight, jorindes_phone):
    Consent.objects.filter(performance=tonight).update(given_at=timezone.now() + timedelta(minutes=10))
    jorindes_phone.post(f"{PAGE}/{ABENDLICHT}/ruecknahme")
    assert rule_of(tonight) == LIVE_ONLY


def test_what_was_cancelled_can_still_be_taken_back(tonight, jorindes_phone):
    Performance.objects.filter(pk=tonight.pk).update(status="cancelled", cancel_reason="Regen")
    assert jorindes_phone.post(f"{PAGE}/{ABENDLICHT}/ruecknahme").status_code == 302
    assert rule_of(tonight) == LIVE_ONLY


def test_who_does_not_want_to_be_shown_live_is_not_by_taking_back_the_rest_either(tonight, jorindes_phone):
    jorindes_phone.post(f"{PAGE}/{ABENDLICHT}", {"days": "0", "name": "Jorinde"})
    assert rule_of(tonight) == Allowed(live=False)
    assert "Es wird nicht live gezeigt" in words(jorindes_phone.get(f"{PAGE}/{ABENDLICHT}").content.decode())
    jorindes_phone.post(f"{PAGE}/{ABENDLICHT}/ruecknahme")
    assert rule_of(tonight) == Allowed(live=False)


def test_what_has_no_word_of_its_own_follows_the_word_about_everything_else(tonight, jorindes_phone):
    act = tonight.production.act
    jorindes_phone.post(FOR_ALL, SAID | {"days": "90", "relive": "on"})
    assert allowed_for(None, act.pk) == Allowed(relive_days=7, days=90)
    assert rule_of(tonight) == Allowed(relive_days=7, days=30, excerpt=True)
    jorindes_phone.post(f"{FOR_ALL}/ruecknahme")
    assert allowed_for(None, act.pk) == LIVE_ONLY
    assert rule_of(tonight).days == 30


def test_the_form_stands_as_it_was_said_and_nothing_else_is_ticked(tonight, jorindes_phone):
    jorindes_phone.post(f"{PAGE}/{ABENDLICHT}", SAID | {"audio": "on"})
    form = jorindes_phone.get(f"{PAGE}/{ABENDLICHT}").context["form"]
    ticked = {name for name in consenting.TICKS["de"] if form[name].value() not in (False, None, "0")}
    assert ticked == {"live", "days", "audio"}
    Consent.objects.all().delete()
    form = jorindes_phone.get(f"{PAGE}/{ABENDLICHT}").context["form"]
    assert [form[name].value() for name in consenting.TICKS["de"]] == [None] * 6
