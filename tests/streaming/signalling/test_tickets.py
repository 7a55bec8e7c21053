"""Tickets and the chat's cookie: signed, short, without a row behind them."""

from django.core import signing
from django.http import HttpResponse
from django.test import RequestFactory

from streaming.signalling import tickets
from streaming.signalling.tickets import Ticket


def request_with(cookies: dict[str, str]):
    request = RequestFactory().get("/buehne/dom")
    request.COOKIES.update(cookies)
    return request


def test_an_unknown_visitors_ticket_knows_the_language_only():
    assert tickets.read(tickets.issue(request_with({}))) == Ticket(language="de")


def test_a_name_once_chosen_is_on_the_next_pages_ticket(settings):
    response = HttpResponse()
    tickets.remember_name(response, "seat-1", "Vera")
    cookie = response.cookies[settings.CHAT_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")
    ticket = tickets.read(tickets.issue(request_with({settings.CHAT_COOKIE_NAME: cookie.value})))
    assert ticket == Ticket(language="de", seat="seat-1", name="Vera")


def test_forged_tickets_and_cookies_are_nobody(settings):
    forged = signing.dumps({"name": "Office", "seat": "1"}, key="another secret", salt=tickets.TICKET_SALT)
    assert tickets.read(forged) == Ticket()
    assert tickets.read(signing.dumps({"role": "office"}, salt=tickets.TICKET_SALT)) == Ticket()
    assert tickets.chat_identity(request_with({settings.CHAT_COOKIE_NAME: "x:y:z"})) == ("", "")


def test_a_cookie_is_no_ticket():
    response = HttpResponse()
    tickets.remember_name(response, "seat-1", "Vera")
    assert tickets.read(next(iter(response.cookies.values())).value) == Ticket()


def test_what_a_message_keeps_of_its_speaker_is_useless_the_next_day():
    assert tickets.seat_of_the_day("seat-1", "2026-05-24") == tickets.seat_of_the_day("seat-1", "2026-05-24")
    assert tickets.seat_of_the_day("seat-1", "2026-05-24") != tickets.seat_of_the_day("seat-1", "2026-05-25")
