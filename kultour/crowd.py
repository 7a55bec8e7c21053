"""Many who ask for the same page at the same moment get one answer.

When the programme changes, every open page fetches itself again. Nothing is remembered for that: who asks while an
answer is being made waits for the next one, which all get who wait by then. So each answer was begun after its
question, and what was changed, cancelled or withdrawn before the question is so in the answer. However many ask, an
address is answered once at a time.

Only questions without any cookie are put together, to which the house says the same to everybody; the language is in
the address. Nothing else that a browser tells of itself comes as far as the page.
"""

import asyncio
import logging
import re
from dataclasses import dataclass
from enum import Enum

from kultour.guard import TOO_MANY, Application, Message, Receive, Scope, Send, refuse

PAGES = re.compile(
    r"(/en)?/(heute|programm|mein-programm|(auftritt|buehne|mitwirkende|rundgang|spielort)/[\w-]+)", re.ASCII
)
"""What an open page fetches again."""
TOLD = frozenset({b"host", b"x-forwarded-proto"})
"""All that such a page learns of who asks: by which name and how securely, for its links."""
ALONE = frozenset({b"cookie", b"authorization", b"content-length", b"transfer-encoding"})
"""Who brings one of these is answered alone."""
PATIENCE = 15.0
"""Seconds that an answer may take before all who wait for it are told to come back, and the next one is begun: one that
hangs shall not keep an address. Its thread cannot be stopped and goes on."""
WAITING = 5_000
"""Who waits here, or reads. Who waits holds nothing but a connection; more would be too many of those."""
READ_BYTES = 128 * 1024 * 1024
"""What all who read may hold: each answer once, however many read it, and what lies on the way to each of them."""
ON_THE_WAY = 128 * 1024
"""Bytes that a connection takes before it has to be waited for: a part of Django's, and what was left of the last."""
TOO_SLOW = "This page takes too long at this moment. Please try again in a few seconds."

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Answer:
    """What the application said, word for word: also that it has a fault."""

    messages: list[Message]
    readers: int = 0

    @property
    def size(self) -> int:
        return sum(len(message.get("body", b"")) for message in self.messages)


class Instead(Enum):
    """Where there is no answer for all."""

    ALONE = "each asks alone"
    LATER = "all come back"


def together(inner: Application) -> Application:
    """Wrap the application so that equal questions get one answer."""
    next_answers: dict[str, tuple[Scope, asyncio.Future[Answer | Instead]]] = {}
    makers: dict[str, asyncio.Task[None]] = {}
    reading = Reading()
    waiting = 0

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal waiting
        if not may_be_shared(scope):
            await inner(scope, receive, send)
        elif waiting >= WAITING:
            await refuse(send, 503, TOO_MANY)
        else:
            waiting += 1
            try:
                # Where one of them hangs up, the answer goes on for the others.
                answer = await asyncio.shield(next_answer(question(scope)))
                if answer is Instead.ALONE:
                    await inner(scope, receive, send)
                elif answer is Instead.LATER:
                    await refuse(send, 503, TOO_SLOW)
                else:
                    await reading.by_one_more(answer, send)
            finally:
                waiting -= 1

    def next_answer(scope: Scope) -> asyncio.Future[Answer | Instead]:
        key = repr(sorted(scope.items()))
        if key not in next_answers:
            next_answers[key] = scope, asyncio.get_running_loop().create_future()
        answer = next_answers[key][1]
        if key not in makers:
            makers[key] = asyncio.ensure_future(make(key))
        return answer

    async def make(key: str) -> None:
        try:
            while key in next_answers:
                scope, answer = next_answers.pop(key)
                try:
                    answer.set_result(await answer_to(inner, scope))
                finally:
                    if not answer.done():
                        answer.set_result(Instead.LATER)
        finally:
            del makers[key]

    return asked


class Reading:
    """Those to whom an answer is being sent. Who reads slowly keeps it, and nobody is obliged to read at all."""

    def __init__(self) -> None:
        self._bytes = 0

    async def by_one_more(self, answer: Answer, send: Send) -> None:
        weight = ON_THE_WAY + (0 if answer.readers else answer.size)
        if self._bytes + weight > READ_BYTES:
            await refuse(send, 503, TOO_MANY)
            return
        self._bytes += weight
        answer.readers += 1
        try:
            for message in answer.messages:
                await send({**message})
        finally:
            answer.readers -= 1
            self._bytes -= ON_THE_WAY + (0 if answer.readers else answer.size)


def may_be_shared(scope: Scope) -> bool:
    """The same page for all who ask for it."""
    return (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and PAGES.fullmatch(scope["path"]) is not None
        and not any(name in ALONE for name, _value in scope["headers"])
    )


def question(scope: Scope) -> Scope:
    """What is asked, without who asks."""
    headers = [(name, value) for name, value in scope["headers"] if name in TOLD]
    return {**scope, "headers": headers, "client": None, "root_path": ""}


async def answer_to(inner: Application, scope: Scope) -> Answer | Instead:
    """What the application says within PATIENCE. An error page of Django's is an answer, too: those who see it can read
    it, and open pages ask again."""
    asked: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]
    said: list[Message] = []

    async def receive() -> Message:
        return asked.pop() if asked else await asyncio.Future()

    async def send(message: Message) -> None:
        said.append(message)

    answering = asyncio.ensure_future(inner(scope, receive, send))
    # Not cancelled: asgiref would wait for the view's thread all the same.
    await asyncio.wait({answering}, timeout=PATIENCE)
    if not answering.done():
        log.warning("an answer for many is not there after %g s; they come back", PATIENCE)
        return Instead.LATER
    if answering.cancelled() or answering.exception() or not said:
        fault = None if answering.cancelled() else answering.exception()
        log.warning("an answer for many failed; they come back", exc_info=fault)
        return Instead.LATER
    if any(name.lower() == b"set-cookie" for name, _value in said[0].get("headers", ())):
        return Instead.ALONE
    return Answer(said)
