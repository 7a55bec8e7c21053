"""Four plain questions, answered on the phone behind the personal link."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from events import engagements, invitations
from events.models import Act, Consent, Edition, Engagement, Production
from tests.events.backstage.conftest import by_link
from tests.events.conftest import at
from tests.events.test_pages import words

PAGE = "/hinterbuehne/angaben"
NUMBER = {"contact_name": "Jorinde Beispiel", "phone": "05251 123456"}


def read(answer) -> str:
    return words(answer.content.decode())


def agreed(act: Act) -> Engagement:
    return Engagement.objects.get(act=act)


def test_the_list_says_what_is_done_and_what_is_missing(phone):
    page = phone.get(PAGE)
    assert "Es fehlt noch: Zusage, Setliste, Probe, Telefonnummer" in read(page)
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("private, no-store", "noindex")


def test_jorinde_says_yes_with_a_sentence_and_may_change_her_mind(phone, jorinde_act):
    before = timezone.now()
    phone.post(f"{PAGE}/zusage", {"answer": "accepted", "words": "Erst nach 19 Uhr."})
    row = agreed(jorinde_act)
    assert (row.answer, row.answer_words, row.answered_by) == ("accepted", "Erst nach 19 Uhr.", "")
    assert before <= row.answered_at <= timezone.now()
    answer = phone.post(f"{PAGE}/zusage", {"answer": "declined"}, follow=True)
    assert "Gespeichert. Sie haben abgesagt." in read(answer)


def test_the_contact_is_saved_and_shown(phone, jorinde_act):
    answer = phone.post(f"{PAGE}/kontakt", NUMBER | {"musicians": "2", "leader_address": "Am Fluss 1"}, follow=True)
    assert "Jorinde Beispiel, 05251 123456" in read(answer)
    row = agreed(jorinde_act)
    assert (row.phone, row.musicians, row.leader_address) == ("05251 123456", 2, "Am Fluss 1")


@pytest.mark.parametrize(
    ("question", "said", "sentence"),
    [
        ("zusage", {"words": "Vielleicht"}, "Bitte wählen Sie Ja oder Nein."),
        ("zusage", {"answer": "perhaps", "words": "Vielleicht"}, "Bitte wählen Sie eine der Antworten."),
        ("zusage", {"answer": "accepted", "words": "w" * 501}, "höchstens 500 Zeichen"),
        ("kontakt", NUMBER | {"phone": ""}, "Bitte geben Sie eine Telefonnummer an."),
        ("kontakt", NUMBER | {"phone": "ruf mich an"}, "Bitte geben Sie die Nummer in Ziffern an"),
        ("kontakt", NUMBER | {"email": "jorinde"}, "Bitte prüfen Sie die E-Mail-Adresse"),
        ("kontakt", NUMBER | {"musicians": "-1"}, "von 1 bis 500"),
        ("kontakt", NUMBER | {"musicians": "zwei"}, "von 1 bis 500"),
        ("kontakt", NUMBER | {"leader_address": "x" * 401}, "höchstens 400 Zeichen"),
        ("technik", {"technique": ""}, "Bitte schreiben Sie ein paar Worte"),
        ("technik", {"technique": "t" * 4001}, "höchstens 4000 Zeichen"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost(phone, jorinde_act, question, said, sentence):
    answer = phone.post(f"{PAGE}/{question}", said)
    page = answer.content.decode()
    assert (answer.status_code, agreed(jorinde_act).answer, agreed(jorinde_act).phone) == (422, "open", "")
    assert sentence in read(answer)
    assert all(value in page for name, value in said.items() if name not in {"answer"})


def test_two_forms_do_not_overwrite_each_other(phone, jorinde_act):
    phone.post(f"{PAGE}/technik", {"technique": "Steckdose"})
    phone.post(f"{PAGE}/kontakt", NUMBER)
    phone.post(f"{PAGE}/zusage", {"answer": "accepted"})
    row = agreed(jorinde_act)
    assert (row.technique, row.phone, row.answer) == ("Steckdose", "05251 123456", "accepted")


def test_the_way_to_ready(phone, jorinde_act, live_side):
    live_side(rehearsed={jorinde_act.pk: timezone.now() - timedelta(days=1)})
    phone.post(f"{PAGE}/zusage", {"answer": "accepted"})
    phone.post(f"{PAGE}/kontakt", NUMBER)
    assert "Es fehlt noch: Setliste" in read(phone.get(PAGE))
    list_of = f"{PAGE}/setliste/gitarre-handy-abendlicht"
    phone.post(list_of, {"zeilen": "1", "s0-title": "Abendlicht", "s0-whose": "own", "tun": "fertig"})
    assert "Sie sind bereit." in read(phone.get(PAGE))
    Consent.objects.filter(act=jorinde_act).delete()
    assert "Es fehlt noch: Einwilligung" in read(phone.get(PAGE))


@pytest.mark.parametrize("question", ["", "/zusage", "/kontakt", "/technik", "/setliste/gitarre-handy-abendlicht"])
def test_without_a_link_nobody_comes_in(jorinde_act, question):
    assert Client().get(PAGE + question).status_code == 403
    assert Client().post(PAGE + question).status_code in {403, 405}


def test_a_link_opens_its_own_act_and_edition_only(jorinde_act):
    """Last year's edition ended a week ago; its link still works, but for last year."""
    this_year = Edition.objects.get()
    last_year = Edition.objects.create(
        slug="letztes-jahr", title="Letztes Jahr",
        opens=this_year.opens - timedelta(days=8), closes=this_year.opens - timedelta(days=7),
    )  # fmt: skip
    Edition.objects.filter(pk=this_year.pk).update(opens=timezone.now() + timedelta(hours=1))
    Production.objects.create(edition=last_year, act=jorinde_act, slug="alt", title="Alt", kind="concert")
    old = by_link(jorinde_act, last_year)
    assert old.get(f"{PAGE}/setliste/alt").status_code == 200
    assert old.get(f"{PAGE}/setliste/gitarre-handy-abendlicht").status_code == 404
    assert old.get("/hinterbuehne/einwilligung/gitarre-handy-abendlicht").status_code == 404
    old.post(f"{PAGE}/kontakt", NUMBER)
    assert list(Engagement.objects.exclude(phone="").values_list("edition__slug", flat=True)) == ["letztes-jahr"]
    Edition.objects.filter(pk=this_year.pk).update(opens=timezone.now() - timedelta(seconds=1))
    assert old.get(PAGE).status_code == 403, "once this year's edition has opened, last year's link opens nothing"
    new = by_link(jorinde_act, this_year)
    assert new.get("/hinterbuehne/einwilligung/gitarre-handy-abendlicht").status_code == 200
    somebody = by_link(Act.objects.get(slug="duo-quellwaerts"), this_year)
    assert somebody.get(f"{PAGE}/setliste/gitarre-handy-abendlicht").status_code == 404


def test_every_room_of_the_act_reads_in_english_too(phone):
    for question in ("", "/zusage", "/kontakt", "/technik", "/setliste/gitarre-handy-abendlicht"):
        assert phone.get(f"/en{PAGE}{question}").status_code == 200


def test_an_ended_link_is_gone(jorinde_act):
    edition = Edition.objects.get()
    token = invitations.make(jorinde_act, None, timezone.now(), edition)
    assert invitations.end(jorinde_act, edition, timezone.now()) == 1
    assert Client().get(f"/hinterbuehne/{token}").status_code == 410


def test_an_answer_before_midnight_is_one(evening):
    """The rules read no clock of their own."""
    act = Act.objects.get(slug="jorinde-beispiel")
    row = engagements.answer(act, evening.edition, "accepted", "", at("23:59"), by="Ida")
    assert (row.answered_at, row.answered_by) == (at("23:59"), "Ida")
