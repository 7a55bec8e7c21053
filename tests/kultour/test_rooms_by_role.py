"""Whoever may only read is led to no shut door: every link and every button on their pages opens."""

import re

import pytest
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from events import demo
from kultour.accounts.models import User
from kultour.accounts.roles import Role
from streaming.models import ChatMessage
from tests.kultour.matrix import IN, line_of
from tests.kultour.test_matrix import kept

LINK, BUTTON = re.compile(r'<a [^>]*href="(/buero[^"#]*)'), re.compile(r'<form [^>]*action="(/[^"]*)"')


CHAT = {"/buero/chat", "/buero/chat/protokoll"}


@pytest.fixture
def house(db) -> None:
    now = timezone.now()
    demo.load(now)
    ChatMessage.objects.create(stage="dom", seat="x", name="Troll", text="Gift", said=now)
    kept("gezeigt", public_until=now + timezone.timedelta(days=1), audio=True, excerpt=True)


def rooms_of(role: Role) -> tuple[set[str], set[str]]:
    """The addresses that can be reached by links from the desk, and the buttons' on the way; without what is asked."""
    browser, todo, seen, buttons = Client(), ["/buero/"], set(), set()
    browser.force_login(User.objects.create(username=role, role=role))
    while todo:
        path = todo.pop()
        page = browser.get(path)
        assert page.status_code == 200, path
        seen.add(path.partition("?")[0])
        text = page.content.decode()
        buttons |= {found.partition("?")[0] for found in BUTTON.findall(text)}
        todo += [each for each in set(LINK.findall(text)) if each.partition("?")[0] not in {*seen, *todo}]
    return seen, buttons


@pytest.mark.parametrize(
    ("role", "rooms"),
    [
        (
            Role.CONTROL_ROOM,
            {"/buero/", "/buero/plan", "/buero/aufzeichnungen", "/buero/mitwirkende/telefonliste", *CHAT},
        ),
        (Role.MODERATOR, {"/buero/", "/buero/plan", *CHAT}),
        (Role.CAPTIONER, {"/buero/", "/buero/plan", "/buero/aufzeichnungen", "/buero/aufzeichnungen/1/untertitel"}),
        (Role.INTERPRETER, {"/buero/", "/buero/plan"}),
    ],
)
def test_every_link_and_every_button_of_a_reader_opens(house, role, rooms):
    seen, buttons = rooms_of(role)
    assert {re.sub(r"\d+", "1", path) for path in seen} == rooms
    shut = [path for path in buttons if line_of(resolve(path).route.strip("^$")).door(f"role {role}") is not IN]
    assert shut == []


def test_who_has_no_room_is_led_to_none(house):
    browser = Client()
    browser.force_login(User.objects.create(username="ada", role=Role.ACT))
    assert (browser.get("/buero/").status_code, 'class="rooms"' in browser.get("/konto/").content.decode()) == (
        403,
        False,
    )
