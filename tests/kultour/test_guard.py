"""What is decided before Django sees a request."""

import pytest

from kultour.guard import BODY_BYTES, OFFER_BYTES, TABLE_BYTES, guard, is_own_origin, limit_for

PAGE_HEADERS = [(b"host", b"buehne.example.org")]


async def hall(scope, receive, send):
    """An application that reads the whole body and says how much it got."""
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(size).encode()})


async def ask(path, body_parts, headers=()):
    """The status and body that a POST gets."""
    waiting = [{"type": "http.request", "body": part, "more_body": True} for part in body_parts]
    waiting[-1]["more_body"] = False
    said = []

    async def receive():
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message):
        said.append(message)

    await guard(hall)({"type": "http", "path": path, "headers": list(headers)}, receive, send)
    return [message.get("status", message.get("body")) for message in said]


async def test_an_offer_of_a_sensible_size_passes():
    assert await ask("/whip/dom", [b"v=0"]) == [200, b"3"]


async def test_a_declared_body_over_the_limit_is_refused_unread():
    answer = await ask("/whip/dom", [b"x"], [(b"content-length", str(OFFER_BYTES + 1).encode())])
    assert answer[0] == 413


async def test_a_chunked_body_over_the_limit_is_refused_too():
    assert (await ask("/whip/dom", [b"x" * 40_000, b"x" * 40_000]))[0] == 413


async def test_no_visitor_chooses_where_the_links_of_a_page_lead():
    async def links(scope, receive, send):
        seen.append(scope["root_path"])

    seen: list[str] = []
    await guard(links)({"type": "http", "path": "/heute", "headers": [], "root_path": "//evil.example"}, None, None)
    assert seen == [""]


async def test_a_cookie_that_no_database_takes_is_refused():
    assert (await ask("/buero/", [b""], [(b"cookie", b"a=b"), (b"cookie", b'kultour="aaaaaaaaaa\\000"')]))[0] == 400


def test_offers_are_small_and_forms_may_be_larger():
    assert (limit_for("/whep/dom"), limit_for("/buero/auftritt/1")) == (OFFER_BYTES, BODY_BYTES)
    assert {limit_for(f"{language}/buero/einlesen") for language in ("", "/en")} == {TABLE_BYTES}


@pytest.mark.parametrize(
    ("origin", "own"),
    [
        (b"https://buehne.example.org", True),
        (b"http://buehne.example.org", True),
        (b"https://BUEHNE.example.org", True),
        (b"https://evil.example", False),
        (b"https://buehne.example.org.evil.example", False),
        (b"https://buehne.example.org:8443", False),
        (b"null", False),
        (b"", False),
        (b"file://buehne.example.org", False),
    ],
)
def test_only_our_own_pages_open_a_socket(origin, own, settings):
    settings.ALLOWED_HOSTS = ["buehne.example.org"]
    assert is_own_origin({"headers": [*PAGE_HEADERS, (b"origin", origin)]}) is own
