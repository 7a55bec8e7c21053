"""Many who ask for the same page at the same moment."""

import asyncio
import threading

import pytest
from asgiref.sync import sync_to_async

from kultour.crowd import together

COME_BACK = (503, b"3")
"""Its status, and after how many seconds."""
AT_ONCE = asyncio.Event()
AT_ONCE.set()
Told = bytes | tuple[int, bytes]
"""The page, or what the house says instead."""


class House:
    """Answers by number, each answer when it is told to; notes what it was asked."""

    def __init__(self, *headers: tuple[bytes, bytes]) -> None:
        self.headers = list(headers)
        self.asked: list[tuple[str, list[tuple[bytes, bytes]]]] = []
        self.open = asyncio.Event()
        self.fault: BaseException | None = None
        self.status = 200
        self.door = together(self.answer)

    async def answer(self, scope, receive, send) -> None:
        self.asked.append((scope["path"], scope["headers"]))
        number = len(self.asked)
        await self.open.wait()
        if self.fault:
            raise self.fault
        assert await receive() == {"type": "http.request", "body": b"", "more_body": False}
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": b"%d" % number})

    def visitor(
        self, path: str = "/heute", *headers: tuple[bytes, bytes], method: str = "GET", reads: asyncio.Event = AT_ONCE
    ) -> asyncio.Task[Told]:
        """Somebody who asks from now on, and reads from then on; the task becomes the answer."""
        return asyncio.create_task(self.visit(path, headers, method, reads))

    async def visit(self, path, headers, method, reads) -> Told:
        said = []

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message) -> None:
            said.append(message)
            await reads.wait()

        scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": [*headers]}
        await self.door(scope, receive, send)
        wish = dict(said[0]["headers"]).get(b"retry-after")
        return (said[0]["status"], wish) if wish else said[-1]["body"]


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


async def test_where_an_answer_for_many_fails_all_come_back_and_the_next_is_an_answer(caplog):
    house = House()
    house.open.set()
    for fault in (RuntimeError("the house stumbled"), asyncio.CancelledError()):
        house.fault = fault
        assert await asyncio.gather(house.visitor(), house.visitor()) == [COME_BACK] * 2
    house.fault = None
    assert (await house.visitor(), len(house.asked)) == (b"3", 3)
    assert "the house stumbled" in caplog.text


async def test_an_error_page_is_an_answer_like_any_other():
    house = House()
    house.status = 500
    house.open.set()
    assert await asyncio.gather(house.visitor(), house.visitor()) == [b"1", b"1"]


async def test_a_view_that_hangs_in_its_thread_keeps_nobody_for_longer_than_patience(monkeypatch):
    monkeypatch.setattr("kultour.crowd.PATIENCE", 0)
    free, begun = threading.Event(), []

    async def inner(scope, receive, send) -> None:
        begun.append(asyncio.current_task())
        await sync_to_async(free.wait)()

    house = House()
    house.door = together(inner)
    try:
        assert [await house.visitor(), await house.visitor(), len(begun)] == [COME_BACK, COME_BACK, 2]
    finally:
        free.set()
        await asyncio.gather(*begun)


async def test_who_does_not_read_counts_until_they_hang_up(monkeypatch):
    monkeypatch.setattr("kultour.crowd.WAITING", 2)
    house = House()
    house.open.set()
    slow = [house.visitor(reads=asyncio.Event()) for _ in range(2)]
    await moment()
    assert await house.visitor() == COME_BACK
    slow[0].cancel()
    await moment()
    assert await house.visitor() == b"2"


async def test_an_answer_counts_once_however_many_read_it_and_each_reader_for_what_is_on_the_way(monkeypatch):
    monkeypatch.setattr("kultour.crowd.ON_THE_WAY", 10)
    monkeypatch.setattr("kultour.crowd.READ_BYTES", 33)
    house = House()
    house.open.set()
    reads = asyncio.Event()
    three_at_once = [house.visitor(reads=reads) for _ in range(3)]  # an answer of one byte
    await moment()
    assert await house.visitor() == COME_BACK
    reads.set()
    assert (await asyncio.gather(*three_at_once), await house.visitor()) == ([b"1"] * 3, b"3")


async def test_one_who_hangs_up_takes_nothing_from_the_others():
    house = House()
    vera, gone, rita = (house.visitor() for _ in range(3))
    await moment()
    gone.cancel()
    house.open.set()
    assert await asyncio.gather(vera, rita) == [b"1", b"1"]
