"""Tickets and the chat's cookie: signed, short, without a row behind them."""

from datetime import UTC, date, datetime, timedelta

from django.core import signing
from django.http import HttpResponse
from django.test import RequestFactory

from streaming.signalling import tickets
from streaming.signalling.tickets import Ticket

NOW = datetime(2026, 5, 24, 20, 0, tzinfo=UTC)


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
    day, next_day = date(2026, 5, 24), date(2026, 5, 25)
    assert tickets.seat_of_the_day("seat-1", day) == tickets.seat_of_the_day("seat-1", day)
    assert tickets.seat_of_the_day("seat-1", day) != tickets.seat_of_the_day("seat-1", next_day)


def test_a_seat_says_since_when_it_is_taken_and_an_older_one_is_old():
    seat, later = tickets.new_seat(NOW), NOW + timedelta(seconds=59)
    assert (tickets.age_of(seat, later), tickets.age_of("seat-1", later)) == (timedelta(seconds=59), timedelta.max)
