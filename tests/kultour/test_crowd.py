"""Many who ask for the same page at the same moment."""

import asyncio

import pytest

from kultour.crowd import together


class House:
    """Answers by number, each answer when it is told to; notes what it was asked."""

    def __init__(self, *headers: tuple[bytes, bytes]) -> None:
        self.headers = list(headers)
        self.asked: list[tuple[str, list[tuple[bytes, bytes]]]] = []
        self.open = asyncio.Event()
        self.fails = False
        self.door = together(self.answer)

    async def answer(self, scope, receive, send) -> None:
        self.asked.append((scope["path"], scope["headers"]))
        number = len(self.asked)
        await self.open.wait()
        if self.fails:
            raise RuntimeError("the house stumbled")
        assert await receive() == {"type": "http.request", "body": b"", "more_body": False}
        await send({"type": "http.response.start", "status": 200, "headers": self.headers})
        await send({"type": "http.response.body", "body": b"%d" % number})

    def visitor(self, path: str = "/heute", *headers: tuple[bytes, bytes], method: str = "GET") -> asyncio.Task[bytes]:
        """Somebody who asks from now on; the task becomes the answer."""
        return asyncio.create_task(self.visit(path, headers, method))

    async def visit(self, path, headers, method) -> bytes:
        said = []

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message) -> None:
            said.append(message)

        scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": [*headers]}
        await self.door(scope, receive, send)
        return said[-1]["body"]


async def moment() -> None:
    """Until everybody who can go on has."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_who_comes_while_an_answer_is_made_waits_for_the_next_which_all_get():
    house = House()
    first = house.visitor()
    await moment()
    rest = [house.visitor("/heute", (b"user-agent", b"%d" % number)) for number in range(300)]
    await moment()
    house.open.set()
    assert (await first, set(await asyncio.gather(*rest)), len(house.asked)) == (b"1", {b"2"}, 2)
    assert await house.visitor() == b"3"


async def test_a_page_of_another_address_language_or_host_is_another_page():
    house = House()
    house.open.set()
    paths = ("/heute", "/en/heute", "/buehne/dom", "/buehne/hof")
    visitors = [house.visitor(path, (b"host", host)) for path in paths for host in (b"one.example", b"two.example")]
    assert len(set(await asyncio.gather(*visitors))) == len(visitors) == 8


@pytest.mark.parametrize("header", [(b"cookie", b"seat=7"), (b"authorization", b"Bearer x"), (b"content-length", b"1")])
async def test_who_brings_something_of_their_own_is_answered_alone(header):
    house = House()
    visitors = [house.visitor("/buehne/dom", header) for _ in range(3)]
    await moment()
    house.open.set()
    assert await asyncio.gather(*visitors) == [b"1", b"2", b"3"]
    assert house.asked == [("/buehne/dom", [header])] * 3


@pytest.mark.parametrize(
    ("path", "method"), [("/buero/plan", "GET"), ("/heute", "POST"), ("/programm.ics", "GET"), ("/buehne/dom/x", "GET")]
)
async def test_only_pages_of_the_audience_are_shared(path, method):
    house = House()
    visitors = [house.visitor(path, method=method) for _ in range(3)]
    await moment()
    house.open.set()
    assert await asyncio.gather(*visitors) == [b"1", b"2", b"3"]


async def test_a_page_learns_nothing_of_the_one_who_happened_to_be_first():
    house = House()
    house.open.set()
    await house.visitor("/heute", (b"host", b"one.example"), (b"user-agent", b"Ida's"), (b"accept-language", b"en"))
    assert house.asked == [("/heute", [(b"host", b"one.example")])]


async def test_an_answer_that_sets_a_cookie_is_for_one_alone():
    house = House((b"Set-Cookie", b"seat=7"))
    house.open.set()
    visitors = [house.visitor() for _ in range(3)]
    assert (await asyncio.gather(*visitors), len(house.asked)) == ([b"2", b"3", b"4"], 4)


async def test_where_an_answer_for_many_fails_or_hangs_each_asks_alone(monkeypatch, caplog):
    house = House()
    house.fails = True
    house.open.set()
    failed = await asyncio.gather(house.visitor(), house.visitor(), return_exceptions=True)
    assert ([str(each) for each in failed], len(house.asked)) == (["the house stumbled"] * 2, 3)
    house.fails = False
    house.open.clear()
    monkeypatch.setattr("kultour.crowd.PATIENCE", 0)
    visitors = [house.visitor(), house.visitor()]
    await moment()
    house.open.set()
    assert (await asyncio.gather(*visitors), await house.visitor()) == ([b"5", b"6"], b"7")
    assert "each asks alone" in caplog.text


async def test_one_who_hangs_up_takes_nothing_from_the_others():
    house = House()
    vera, gone, rita = (house.visitor() for _ in range(3))
    await moment()
    gone.cancel()
    house.open.set()
    assert await asyncio.gather(vera, rita) == [b"1", b"1"]
