"""Jorinde signs on paper: Ida writes it down by the rules of the page backstage, so that it can be proved."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from events import demo, engagements
from events.backstage import consenting
from events.backstage.consenting import Paper
from events.models import Act, Consent, Edition, Performance
from events.refusals import Refused
from events.rights import LIVE_ONLY, Allowed, allowed_for
from tests.events.backstage.conftest import by_link
from tests.events.test_pages import words

ABENDLICHT = "gitarre-handy-abendlicht"
SIGNED = {
    "live": "on",
    "days": "30",
    "audio": "on",
    "name": "Jorinde Beispiel",
    "kept_at": "Ordner 7",
    "our_text": "on",
}


@pytest.fixture
def tonight(db) -> Performance:
    demo.load(timezone.now())
    Consent.objects.all().delete()
    return Performance.objects.select_related("production__act", "production__edition").get(slug=ABENDLICHT)


def page_of(performance: Performance | None, act: str = "jorinde-beispiel") -> str:
    what = performance.pk if performance else "alles"
    return f"/buero/mitwirkende/ausgabe/{demo.SLUG}/{act}/einwilligung/{what}"


def today(days: int = 0) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def sign(browser: Client, performance: Performance | None, **changes: str):
    return browser.post(page_of(performance), {**SIGNED, "signed_on": today(), **changes})


def test_what_was_signed_counts_like_a_word_backstage_and_can_be_proved(tonight, idas_browser, ida):
    answer = sign(idas_browser, tonight, signed_on=today(-3))
    word = Consent.objects.get()
    version, paragraphs, ticks = consenting.text_in("de")
    assert answer["Location"].endswith("/jorinde-beispiel?erledigt=einwilligung")
    assert (word.act, word.performance, word.given_by, word.noted_by) == (
        tonight.production.act, tonight, "Jorinde Beispiel", ida,
    )  # fmt: skip
    assert (word.signed_on.isoformat(), word.paper, word.version, word.text_hash) == (
        today(-3), "Ordner 7", version, consenting.hash_of(paragraphs, ticks),
    )  # fmt: skip
    assert allowed_for(tonight.pk, word.act_id) == Allowed(days=30, audio=True)
    page = words(idas_browser.get(answer["Location"]).content.decode())
    assert "30 Tage in der Mediathek, Ton allein" in page
    proof = words(idas_browser.get(page_of(tonight)).content.decode())
    assert "Eingetragen von Ida." in proof and "Ordner 7" in proof


def test_it_brings_the_act_a_step_further_on_the_board(tonight, idas_browser):
    act, edition = tonight.production.act, tonight.production.edition

    def state() -> str:
        return next(m.state for m in engagements.one(act, edition).marks if m.step.name == "CONSENT")

    before = state()
    for performance in engagements.one(act, edition).performances:
        sign(idas_browser, performance)
    assert (before, state()) == ("missing", "done")


def test_of_another_text_there_is_no_fingerprint(tonight, idas_browser):
    idas_browser.post(
        page_of(None), {name: text for name, text in SIGNED.items() if name != "our_text"} | {"signed_on": today()}
    )
    word = Consent.objects.get()
    assert (word.version, word.text_hash, word.performance) == ("paper", "", None)


def test_an_older_paper_does_not_undo_a_later_word(tonight, idas_browser):
    """Above all no withdrawal: what was taken back yesterday is not public again by a letter of last week."""
    act, day = tonight.production.act_id, timezone.now() - timedelta(days=1)
    consenting.take_back(act, tonight.pk, name="Jorinde", language="de", now=day)
    answer = sign(idas_browser, tonight, signed_on=today(-7))
    with override("de"):
        said = date_format(timezone.localdate(day), "SHORT_DATE_FORMAT")
    assert f"Es gibt ein späteres Wort vom {said}" in words(answer.content.decode())
    assert (answer.status_code, Consent.objects.count(), allowed_for(tonight.pk, act)) == (422, 1, LIVE_ONLY)
    sign(idas_browser, tonight)
    assert allowed_for(tonight.pk, act).days == 30


def test_a_paper_of_the_same_day_does_not_undo_a_withdrawal_of_that_day(tonight, idas_browser, ida):
    """Not even where the withdrawal comes between the look at the form and its saving."""
    act = tonight.production.act_id
    sign(idas_browser, tonight)
    consenting.take_back(act, tonight.pk, name="Jorinde", language="de", now=timezone.now())
    answer = sign(idas_browser, tonight)
    assert "hat die Gruppe auch selbst etwas gesagt" in words(answer.content.decode())
    at_once = Paper(ida, "Ordner 7", timezone.localdate(), zone=demo.ZONE)
    with pytest.raises(Refused):
        consenting.give(
            act, tonight.pk, Allowed(days=30), name="Jorinde", minors=False, guardians_agreed=False,
            language="de", now=timezone.now(), paper=at_once,
        )  # fmt: skip
    assert (answer.status_code, Consent.objects.count(), allowed_for(tonight.pk, act)) == (422, 2, LIVE_ONLY)


def test_the_act_reads_on_its_own_page_that_the_office_entered_it(tonight, idas_browser):
    """And not which colleague it was."""
    phone = by_link(tonight.production.act)
    sign(idas_browser, tonight)
    with override("de"):
        day = date_format(timezone.localdate(), "SHORT_DATE_FORMAT")
    page = words(phone.get(f"/hinterbuehne/einwilligung/{ABENDLICHT}").content.decode())
    assert f"Auf Papier unterschrieben von Jorinde Beispiel am {day}, eingetragen vom Kulturamt am {day}" in page
    assert "Ida" not in page
    idas_browser.post(f"{page_of(tonight)}/ruecknahme", {"zurueck-name": "Jorinde", "zurueck-kept_at": "am Telefon"})
    page = words(phone.get(f"/hinterbuehne/einwilligung/{ABENDLICHT}").content.decode())
    assert f"Zurückgezogen von Jorinde, eingetragen vom Kulturamt am {day}" in page


def test_what_was_misread_on_the_paper_is_corrected_the_same_day(tonight, idas_browser):
    for days in ("30", "7"):
        sign(idas_browser, tonight, days=days)
    assert allowed_for(tonight.pk, tonight.production.act_id).days == 7


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"signed_on": today(1)}, "Dieser Tag ist noch nicht gekommen."),
        ({"signed_on": "gestern"}, "den Tag mit Monat und Jahr"),
        ({"kept_at": ""}, "Bitte sagen Sie, wo das Papier liegt"),
        ({"kept_at": "x" * 201}, "höchstens 200 Zeichen"),
        ({"name": ""}, "Bitte geben Sie den Namen an"),
        ({"days": ""}, "Bitte wählen Sie, wie lange."),
        ({"live": ""}, "Aufgezeichnet wird nur, was live gezeigt wird."),
        ({"minors": "on"}, "müssen zuerst die Eltern"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_what_was_typed_stays(tonight, idas_browser, wrong, sentence):
    answer = sign(idas_browser, tonight, **wrong)
    page = answer.content.decode()
    assert (answer.status_code, Consent.objects.count(), sentence in words(page)) == (422, 0, True)
    assert "name" in wrong or 'value="Jorinde Beispiel"' in page


def test_it_is_taken_back_by_telephone(tonight, idas_browser, ida):
    sign(idas_browser, tonight)
    nothing = idas_browser.post(f"{page_of(tonight)}/ruecknahme", {})
    assert (nothing.status_code, Consent.objects.count()) == (422, 1)
    idas_browser.post(f"{page_of(tonight)}/ruecknahme", {"zurueck-name": "Jorinde", "zurueck-kept_at": "am Telefon"})
    first, last = Consent.objects.order_by("pk")
    assert (first.withdrawn_at is not None, last.paper, last.noted_by, last.given_by) == (
        True, "am Telefon", ida, "Jorinde",
    )  # fmt: skip
    assert allowed_for(tonight.pk, tonight.production.act_id) == LIVE_ONLY


def test_what_was_broken_off_can_be_taken_back_too(tonight, idas_browser):
    sign(idas_browser, tonight)
    Performance.objects.filter(pk=tonight.pk).update(status="cancelled", cancel_reason="Sturm")
    act_page = f"/buero/mitwirkende/ausgabe/{demo.SLUG}/jorinde-beispiel"
    assert f'href="{page_of(tonight)}"' in idas_browser.get(act_page).content.decode()
    idas_browser.post(f"{page_of(tonight)}/ruecknahme", {"zurueck-name": "Jorinde", "zurueck-kept_at": "am Telefon"})
    assert allowed_for(tonight.pk, tonight.production.act_id) == LIVE_ONLY


def test_somebody_elses_performance_and_another_editions_do_not_exist(tonight, idas_browser):
    theirs = Performance.objects.exclude(production__act=tonight.production.act)[0]
    later = Edition.objects.get()
    later.pk, later.slug = None, "spaeter"
    later.save()
    elsewhere = page_of(tonight).replace(demo.SLUG, "spaeter")
    office = page_of(None, Act.objects.get(kind="office").slug)
    asked = [page_of(theirs), elsewhere, office, f"{page_of(theirs)}/papier"]
    assert [idas_browser.get(path).status_code for path in asked] == [404] * 4
    assert [idas_browser.post(path, SIGNED | {"signed_on": today()}).status_code for path in asked[:3]] == [404] * 3
    assert idas_browser.post(f"{page_of(theirs)}/ruecknahme", {}).status_code == 404
    assert Consent.objects.count() == 0


def test_the_paper_carries_the_very_text_and_every_question(tonight, idas_browser):
    for performance in (tonight, None):
        page = words(idas_browser.get(f"{page_of(performance)}/papier").content.decode())
        version, paragraphs, ticks = consenting.text_in("de")
        assert [text for text in (*paragraphs, *ticks.values(), version) if " ".join(text.split()) not in page] == []
