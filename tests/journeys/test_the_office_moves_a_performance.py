"""The office's edit, from the form to every open page."""

import http.cookiejar
import re
import urllib.parse
import urllib.request

import pytest

from tests.cast import Visitor

pytestmark = pytest.mark.journey


class Ida:
    """Sits in the culture office, with a browser that keeps cookies."""

    def __init__(self, program) -> None:
        self.program = program
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def get(self, path: str) -> str:
        return self.browser.open(self.program.address + path, timeout=15).read().decode()

    def submit(self, path: str, **changes: str) -> str:
        """Open a page's form, change some fields, send it; the page that follows."""
        page = self.get(path)
        form = {name: value for name, value in fields_of(page) if name}
        form.update(changes)
        request = urllib.request.Request(
            self.program.address + path,
            urllib.parse.urlencode(form).encode(),
            {"Origin": self.program.address, "Referer": self.program.address + path},
        )
        return self.browser.open(request, timeout=15).read().decode()

    def sign_in(self) -> None:
        self.submit("/anmelden", login="buero", password=self.program.office_password)


def fields_of(page: str) -> list[tuple[str, str]]:
    """Names and values of the last POST form's inputs, and the chosen options."""
    form = re.findall(r"<form[^>]*method=\"post\".*?</form>", page, re.DOTALL | re.IGNORECASE)
    main = next(one for one in form if "abmelden" not in one)
    inputs = [
        (re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag))
        for tag in re.findall(r"<input[^>]*>", main)
    ]
    chosen = [
        (name, re.search(r'<option value="([^"]*)"[^>]*selected', options))
        for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', main, re.DOTALL)
    ]
    return [
        *((name[1], value[1] if value else "") for name, value in inputs if name),
        *((name, value[1]) for name, value in chosen if value),
    ]


async def test_a_new_title_reaches_the_page_and_every_open_socket(house):
    ida = Ida(house)
    ida.sign_in()
    desk = ida.get("/buero/")
    path = re.search(r'href="(/buero/auftritt/\d+)"(?:(?!href=).)*?Stille im Kreuzgang', desk, re.DOTALL)[1]
    number = int(path.rsplit("/", 1)[1])
    async with Visitor(house) as vera:
        await vera.say("stage.follow")
        ida.submit(path, title="Stille im Regen")
        changed = await vera.hears("programme.changed", performance=number)
    assert changed["version"] > 0
    assert "Stille im Regen" in house.get("/programm")[1]


def test_without_signing_in_the_office_is_closed(house):
    stranger = Ida(house)
    assert "password" in stranger.get("/buero/")
