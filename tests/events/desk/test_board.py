"""The office sees all acts at a glance, invites them, reminds them and calls them."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from events import demo, engagements
from events.desk.board import calls, chosen
from events.engagements import told_apart
from events.models import Act, Edition, Engagement, Invitation, Performance, Work
from tests.events.conftest import at
from tests.events.test_pages import words

BOARD = "/buero/mitwirkende"
JORINDE = f"{BOARD}/ausgabe/demo/jorinde-beispiel"


@pytest.fixture
def edition(db) -> Edition:
    demo.load(timezone.now())
    return Edition.objects.get()


@pytest.fixture
def act(edition) -> Act:
    """Jorinde's."""
    return Act.objects.get(slug="jorinde-beispiel")


def read(answer) -> str:
    return words(answer.content.decode())


def agreed(act: Act) -> Engagement:
    return Engagement.objects.get(act=act)


def names(found) -> list[str]:
    return [each.act.name for each in found]


# --- the board --------------------------------------------------------------------------------------------------------


def test_all_acts_with_their_steps_in_a_fixed_number_of_queries(edition, live_side, django_assert_num_queries):
    side = live_side()
    with django_assert_num_queries(5):
        everybody = engagements.all_of(edition)
        rows = {each.act.slug: [mark.short for mark in each.marks] for each in everybody}
    assert (len(rows), side.questions, "kulturamt" in rows) == (15, 1, False)
    assert names(everybody) == sorted(names(everybody))


def test_what_is_missing_chooses_and_words_search(edition, act):
    engagements.answer(act, edition, "accepted", "", timezone.now())
    leyla = Act.objects.get(slug="leyla-probe")
    engagements.answer(leyla, edition, "declined", "", timezone.now())
    engagements.note(leyla, edition, contact_name="Frau Muster")
    everybody = engagements.all_of(edition)
    assert "Jorinde Beispiel" not in names(chosen(everybody, "accepted", ""))
    assert names(chosen(everybody, "abgesagt", "")) == ["Leyla Probe"]
    assert names(chosen(everybody, "", "ABENDLICHT")) == ["Jorinde Beispiel"]
    assert names(chosen(everybody, "", "frau muster")) == ["Leyla Probe"]
    assert names(chosen(everybody, "rehearsal", "leyla")) == []


def test_the_page_counts_and_says_what_is_missing_in_words(edition, act, idas_browser):
    engagements.answer(act, edition, "accepted", "", timezone.now())
    page = idas_browser.get(BOARD)
    assert (page.status_code, page["X-Robots-Tag"]) == (200, "noindex")
    assert "1 von 15 zugesagt fehlt bei 14 Gruppen" in read(page)
    chosen_page = read(idas_browser.get(f"{BOARD}?fehlt=setlist&suche=jorinde"))
    assert "Eine von 15 Gruppen" in chosen_page and "Setliste: fehlt" in chosen_page
    assert idas_browser.get(f"{BOARD}?fehlt=unsinn&suche={'x' * 500}&seite=99").status_code == 200
    assert idas_browser.get(f"{BOARD}?ausgabe=gibt-es-nicht").status_code == 404


def test_without_an_edition_the_board_is_empty(idas_browser, db):
    assert "Noch ist keine Ausgabe geplant." in read(idas_browser.get(BOARD))
    assert idas_browser.get(f"{BOARD}/erinnerungen").status_code == 200
    assert idas_browser.get(f"{BOARD}/telefonliste").status_code == 200


@pytest.mark.parametrize("path", ["", "/erinnerungen", "/telefonliste", "/ausgabe/demo/jorinde-beispiel"])
def test_only_the_office_sees_them(edition, jorinde, path):
    browser = Client()
    assert browser.get(BOARD + path).status_code == 302
    browser.force_login(jorinde)
    assert browser.get(BOARD + path).status_code == 403


def test_what_is_played_twice_is_told_apart_by_its_time(edition, act):
    first, second = Performance.objects.filter(production__act=act).order_by("start")[:2]
    assert told_apart([first, second], edition.zone) == (first.title, second.title)
    second.title = first.title
    first_told, second_told = told_apart([first, second], edition.zone)
    assert (first_told[-10:], second_told[-10:]) == ("19:00 Uhr)", "21:00 Uhr)")


def test_one_act_alone_is_counted_in_the_singular(edition, act, idas_browser):
    Act.objects.exclude(pk=act.pk).filter(productions__edition=edition).update(kind="office")
    text = read(idas_browser.get(BOARD))
    assert ("Eine Gruppe" in text, "Eine von" in text) == (True, False)


# --- one act ----------------------------------------------------------------------------------------------------------


def test_whom_to_write_to_is_asked_with_the_link_and_looked_at_before_it_is_made(act, idas_browser):
    typed = {"mit-kontakt": "1", "einladung-contact_name": "Jo", "einladung-phone": "0170 1234567"}
    refused = idas_browser.post(f"{JORINDE}/link", typed | {"einladung-email": "jorinde"})
    assert (refused.status_code, Invitation.objects.filter(act=act).exists()) == (422, False)
    assert "0170 1234567" in refused.content.decode(), "nothing that was typed is lost"
    nowhere = idas_browser.post(f"{JORINDE}/link", typed | {"einladung-email": "", "senden": "1"})
    assert (nowhere.status_code, Invitation.objects.filter(act=act).exists()) == (422, False)
    answer = idas_browser.post(f"{JORINDE}/link", typed | {"einladung-email": "jo@example.org"})
    assert "mailto:jo@example.org?subject=Einladung" in answer.content.decode()
    row = agreed(act)
    assert (row.contact_name, row.email, row.phone) == ("Jo", "jo@example.org", "0170 1234567")


def test_ida_invites_and_the_link_is_shown_once(act, idas_browser):
    answer = idas_browser.post(f"{JORINDE}/link")
    link = re.search(r'value="(http://testserver/hinterbuehne/[\w-]{43})"', answer.content.decode())[1]
    path = link.removeprefix("http://testserver")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    page = answer.content.decode()
    assert "Das ist Ihr persönlicher Link." in page and "mailto:?subject=Einladung" in page
    assert agreed(act).invited_at is not None
    assert Client().get(path).status_code == 200
    assert path not in idas_browser.get(JORINDE).content.decode()
    idas_browser.post(f"{JORINDE}/link")
    assert Client().get(path).status_code == 410, "a new link ends the old one"


def test_an_ended_link_opens_nothing(act, idas_browser):
    answer = idas_browser.post(f"{JORINDE}/link")
    path = re.search(r"/hinterbuehne/[\w-]{43}", answer.content.decode())[0]
    told = idas_browser.post(f"{JORINDE}/link-ende", follow=True)
    assert "Der Link ist beendet." in read(told) and "Kein Link ist offen." in read(told)
    assert Client().post(path).status_code == 410


def test_the_link_is_for_the_edition_of_the_page(act, idas_browser, edition):
    next_year = Edition.objects.create(
        slug="naechstes-jahr", title="Nächstes Jahr",
        opens=edition.opens + timedelta(days=365), closes=edition.closes + timedelta(days=365),
    )  # fmt: skip
    idas_browser.post(f"{BOARD}/ausgabe/naechstes-jahr/jorinde-beispiel/link")
    link = Invitation.objects.get()
    assert (link.edition, link.expires_at) == (next_year, next_year.closes + timedelta(days=14))


def test_an_answer_by_telephone_is_noted_with_who_noted_it(act, idas_browser):
    told = idas_browser.post(f"{JORINDE}/antwort", {"answer": "accepted", "words": "Kommt später."}, follow=True)
    assert "von Ida." in read(told) and "Kommt später." in read(told)
    row = agreed(act)
    assert (row.answer, row.answered_by, row.answer_words) == ("accepted", "Ida", "Kommt später.")


def test_contact_and_note_are_written_down(act, idas_browser):
    idas_browser.post(f"{JORINDE}/kontakt", {"contact_name": "Jorinde", "phone": "05251 1234"})
    idas_browser.post(f"{JORINDE}/notiz", {"note": "Kommt mit dem Rad."})
    row = agreed(act)
    assert (row.contact_name, row.phone, row.note) == ("Jorinde", "05251 1234", "Kommt mit dem Rad.")


@pytest.mark.parametrize(
    ("action", "said", "sentence"),
    [
        ("antwort", {"words": "Vielleicht"}, "Bitte wählen Sie Ja oder Nein."),
        ("kontakt", {"contact_name": "Jorinde", "phone": "keins"}, "Bitte geben Sie die Nummer in Ziffern an"),
        ("notiz", {"note": "n" * 4001}, "höchstens 4000 Zeichen"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(act, idas_browser, action, said, sentence):
    answer = idas_browser.post(f"{JORINDE}/{action}", said)
    assert (answer.status_code, Engagement.objects.filter(act=act).exists()) == (422, False)
    assert sentence in read(answer)
    assert all(value in answer.content.decode() for value in said.values())


@pytest.mark.parametrize("path", ["demo/niemand", "keine/jorinde-beispiel", "demo/kulturamt"])
def test_who_is_no_act_of_the_edition_has_no_page(edition, idas_browser, path):
    assert idas_browser.get(f"{BOARD}/ausgabe/{path}").status_code == 404
    assert idas_browser.post(f"{BOARD}/ausgabe/{path}/link").status_code == 404


def test_the_office_completes_a_set_list(act, idas_browser):
    page = f"{JORINDE}/setliste/gitarre-handy-abendlicht"
    assert "Stück 1" in read(idas_browser.get(page))
    row = {"zeilen": "1", "s0-title": "Abendlicht", "s0-whose": "own", "s0-publisher": "Selbstverlag"}
    told = idas_browser.post(page, row | {"tun": "fertig"}, follow=True)
    assert "Gespeichert." in read(told) and "ein Stück, als vollständig gemeldet" in read(told)
    assert idas_browser.get(f"{JORINDE}/setliste/zweihundert-quellen-zwei-instrumente").status_code == 404
    assert Client().post(page, row).status_code == 302
    assert Work.objects.get(title="Abendlicht").publisher == "Selbstverlag"


def test_somebody_without_a_production_is_invited_first(act, edition, idas_browser):
    newcomer = Act.objects.create(slug="neu", name="Neu hier", kind="solo")
    assert "Neu hier" in read(idas_browser.get(BOARD))
    answer = idas_browser.post(f"{BOARD}/ausgabe/demo", {"gruppe": "neu"})
    assert answer["Location"] == f"{BOARD}/ausgabe/demo/neu"
    assert "nichts geplant" in read(idas_browser.get(f"{BOARD}?suche=neu hier"))
    assert engagements.not_asked(edition) == []
    assert idas_browser.post(f"{BOARD}/ausgabe/demo", {"gruppe": "kulturamt"})["Location"] == f"{BOARD}?ausgabe=demo"
    assert Engagement.objects.get().act == newcomer


# --- reminders --------------------------------------------------------------------------------------------------------


@pytest.fixture
def owing(act, edition) -> Act:
    """Jorinde is invited, plays today, and has not answered."""
    engagements.note(act, edition, invited_at=timezone.now(), email="jorinde@example.org", contact_name="Jorinde")
    return act


def test_today_jorinde_is_reminded_and_then_left_in_peace(owing, idas_browser):
    page = idas_browser.get(f"{BOARD}/erinnerungen")
    assert "Guten Tag, Jorinde," in read(page) and "Kommen Sie? Wir haben noch keine Antwort." in read(page)
    assert "mailto:jorinde@example.org?subject=Noch%20offen" in page.content.decode()
    told = idas_browser.post(f"{JORINDE}/erinnert", {"von": "liste"}, follow=True)
    assert "Als heute erinnert notiert." in read(told) and "Heute ist niemand zu erinnern." in read(told)
    assert mail.outbox == []


def test_with_a_mail_server_one_click_sends(owing, idas_browser, settings):
    settings.SMTP_URL, settings.MAIL_FROM = "smtp://localhost", "kulturamt@example.org"
    idas_browser.post(f"{JORINDE}/erinnert", {"senden": "1"})
    (letter,) = mail.outbox
    assert (letter.to, letter.from_email) == (["jorinde@example.org"], "kulturamt@example.org")
    assert letter.subject.startswith("Noch offen für") and "Wir haben noch keine Antwort." in letter.body
    assert agreed(owing).reminded_at is not None
    answer = idas_browser.post(f"{JORINDE}/link", {"senden": "1"})
    assert "Der Brief ging an jorinde@example.org." in read(answer)
    assert re.search(r"http://testserver/hinterbuehne/[\w-]{43}", mail.outbox[1].body)


def test_a_mail_that_does_not_go_out_is_told_and_not_noted(owing, idas_browser, settings):
    """Nobody listens on the port of the mail server."""
    settings.SMTP_URL, settings.MAIL_FROM = "smtp://127.0.0.1:9", "kulturamt@example.org"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    answer = idas_browser.post(f"{JORINDE}/erinnert", {"senden": "1"})
    assert (answer.status_code, agreed(owing).reminded_at) == (502, None)
    assert "Die Mail ging nicht hinaus." in read(answer) and "refused" in read(answer)
    answer = idas_browser.post(f"{JORINDE}/link", {"senden": "1"})
    assert (answer.status_code, "Die Mail ging nicht hinaus." in read(answer)) == (200, True)
    assert "/hinterbuehne/" in answer.content.decode(), "the link is there all the same"


def test_without_a_mail_server_nothing_is_sent(owing, idas_browser):
    assert idas_browser.post(f"{JORINDE}/erinnert", {"senden": "1"}).status_code == 502
    assert (mail.outbox, agreed(owing).reminded_at) == ([], None)


# --- the list for the evening -----------------------------------------------------------------------------------------


def test_the_telephone_list_follows_the_way_and_the_clock(evening):
    Performance.objects.filter(slug="gitarre-handy-abendlicht").update(status="cancelled", cancel_reason="Regen")
    engagements.note(Act.objects.get(slug="duo-quellwaerts"), evening.edition, contact_name="Duo", phone="05251 1")
    lines = calls(engagements.all_of(evening.edition))
    at_the_springs = [line for line in lines if line.performance.stage.slug == "quellen"]
    assert [(line.performance.start, line.act, line.contact, line.phone) for line in at_the_springs] == [
        (at("18:00"), "Duo Quellwärts", "Duo", "05251 1"),
        (at("20:00"), "Duo Handgespräch", "", ""),
        (at("21:00"), "Jorinde Beispiel", "", ""),
    ]
    assert [line.performance.stage.order for line in lines] == sorted(line.performance.stage.order for line in lines)


def test_the_telephone_list_holds_nothing_else(act, edition, idas_browser):
    engagements.note(act, edition, contact_name="Jorinde B.", phone="05251 99", email="j@example.org", note="geheim")
    page = idas_browser.get(f"{BOARD}/telefonliste")
    assert "19:00–19:30 Uhr Jorinde Beispiel Jorinde B. 05251 99" in read(page)
    assert ("j@example.org" in read(page), "geheim" in read(page)) == (False, False)
    assert page["X-Robots-Tag"] == "noindex"
