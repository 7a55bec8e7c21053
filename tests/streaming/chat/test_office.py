"""The moderators' room, by its buttons alone."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kultour.accounts.models import User
from kultour.accounts.roles import Role
from streaming.models import ChatDeed, ChatMessage
from tests.streaming.test_pages import today

__all__ = ["today"]
LINES = re.compile(r'data-line="(\d+)" data-state="([^"]*)"')


@pytest.fixture
def mo(db) -> Client:
    browser = Client()
    browser.force_login(User.objects.create(username="mo", role=Role.MODERATOR))
    return browser


def said(text: str, stage: str = "dom", hours: float = 0, seat: str = "x") -> int:
    """Its number."""
    when = timezone.now() - timedelta(hours=hours)
    return ChatMessage.objects.create(stage=stage, seat=seat, name="Troll", text=text, said=when).pk


def listed(browser: Client, query: str = "") -> list[tuple[int, str]]:
    """The numbers on the page, and how it stands with each."""
    return [
        (int(number), state) for number, state in LINES.findall(browser.get(f"/buero/chat{query}").content.decode())
    ]


def test_one_list_shows_all_stages_newest_first_in_pages_and_each_stage_alone(mo, today):
    said("vergessen", hours=5)
    numbers = [said(f"{number}", "schloss" if number % 2 else "dom") for number in range(34)][::-1]
    assert [number for number, _state in listed(mo)] == numbers[:30]
    assert [number for number, _state in listed(mo, "?seite=2")] == numbers[30:]
    assert [number for number, _state in listed(mo, "?buehne=schloss")] == numbers[::2]
    assert len(listed(mo, "?buehne=gibt-es-nicht&seite=x")) == 30


def test_what_is_reported_stands_first_whatever_the_stage_until_somebody_decides(mo, today):
    older, newer, other = said("Gift"), said("Bravo"), said("Galle", "schloss")
    ChatMessage.objects.filter(pk__in=[older, other]).update(reported=timezone.now())
    assert listed(mo, "?buehne=dom") == [(older, "reported"), (other, "reported"), (newer, "")]
    mo.post(f"/buero/chat/{other}/in-ordnung")
    mo.post(f"/buero/chat/{older}/ausblenden")
    assert listed(mo) == [(other, ""), (newer, ""), (older, "hidden back")]


def test_every_deed_is_one_press_and_leads_back_to_the_line(mo, today):
    first, second = said("Gift"), said("<b>Galle</b>")
    states = []
    for verb, words in (
        ("ausblenden", {}), ("grund", {"grund": "law"}), ("zurueckholen", {}), ("ausschliessen", {"alle": "on"}),
    ):  # fmt: skip
        answer = mo.post(f"/buero/chat/{second}/{verb}?buehne=dom&seite=1", words)
        assert answer["Location"] == f"/buero/chat?buehne=dom&seite=1#nachricht-{second}"
        states.append(dict(listed(mo)))
    assert states == [
        {second: "hidden back", first: ""},
        {second: "hidden back law", first: ""},
        {second: "", first: ""},
        {second: "hidden back excluded", first: "hidden back excluded"},
    ]
    log = mo.get("/buero/chat/protokoll").content.decode()
    assert ("&lt;b&gt;Galle&lt;/b&gt;" in log, ChatDeed.objects.count()) == (True, 5)
    ban = re.search(r"/buero/chat/ausschluss/\d+/aufhebung", mo.get("/buero/chat").content.decode())[0]
    assert mo.post(ban)["Location"] == "/buero/chat?seite=1"
    assert dict(listed(mo)) == {second: "hidden back", first: "hidden back"}


def test_who_hid_a_message_says_why_by_mistake_too_and_nobody_says_it_for_them(mo, today):
    number = said("Gift")
    mo.post(f"/buero/chat/{number}/ausblenden")
    ida = Client()
    ida.force_login(User.objects.create(username="ida", role=Role.OFFICE))
    address = f"/buero/chat/{number}/grund"
    offered = [f'action="{address}?seite=1"' in browser.get("/buero/chat").content.decode() for browser in (mo, ida)]
    ida.post(address, {"grund": "law"})
    mo.post(address, {"grund": "mistake"})
    assert (offered, ChatDeed.objects.get().why) == ([True, False], "mistake")


def test_a_reason_nobody_offered_is_none_and_what_is_gone_is_said_so(mo, today):
    number = said("Gift")
    mo.post(f"/buero/chat/{number}/ausschliessen", {"grund": "'; DROP"})
    mo.post(f"/buero/chat/{said('Galle', seat='y')}/ausschliessen", {"grund": "mistake"})
    assert list(ChatDeed.objects.values_list("why", flat=True)) == ["", ""]
    gone = mo.post(f"/buero/chat/{number + 2}/ausblenden?seite=zwei", follow=True)
    assert "Es wurde nichts geändert" in gone.content.decode()
