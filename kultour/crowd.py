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

from kultour.guard import TOO_MANY, Application, Message, Receive, Scope, Send, refuse

PAGES = re.compile(
    r"(/en)?/(heute|programm|mein-programm|(auftritt|buehne|mitwirkende|rundgang|spielort)/[\w-]+)", re.ASCII
)
"""What an open page fetches again."""
TOLD = frozenset({b"host", b"x-forwarded-proto"})
"""All that such a page learns of who asks: by which name and how securely, for its links."""
ALONE = frozenset({b"cookie", b"authorization", b"content-length", b"transfer-encoding"})
"""Who brings one of these is answered alone."""
PATIENCE = 30.0
"""Seconds that an answer may take before all who wait for it ask alone: one that hangs shall not keep an address."""
WAITING = 5_000
"""Who waits here holds nothing but a connection; more would be too many of those."""

log = logging.getLogger(__name__)

Answer = asyncio.Future[list[Message] | None]


def together(inner: Application) -> Application:
    """Wrap the application so that equal questions get one answer."""
    next_answers: dict[str, tuple[Scope, Answer]] = {}
    makers: dict[str, asyncio.Task[None]] = {}
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
            finally:
                waiting -= 1
            if answer is None:
                await inner(scope, receive, send)
            for message in answer or ():
                await send({**message})

    def next_answer(scope: Scope) -> Answer:
        key = repr(sorted(scope.items()))
        if key not in next_answers:
            next_answers[key] = scope, asyncio.get_running_loop().create_future()
        answer = next_answers[key][1]
        if key not in makers:
            makers[key] = asyncio.ensure_future(make(key))
        return answer

    async def make(key: str) -> None:
        while key in next_answers:
            scope, answer = next_answers.pop(key)
            answer.set_result(await answer_to(inner, scope))
        del makers[key]

    return asked


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


async def answer_to(inner: Application, scope: Scope) -> list[Message] | None:
    """What the application says; None where each has to ask alone: it sets a cookie, or it failed."""
    asked: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]
    said: list[Message] = []

    async def receive() -> Message:
        return asked.pop() if asked else await asyncio.Future()

    async def send(message: Message) -> None:
        said.append(message)

    try:
        async with asyncio.timeout(PATIENCE):
            await inner(scope, receive, send)
    except Exception:
        log.warning("an answer for many failed; each asks alone", exc_info=True)
        return None
    if not said or any(name.lower() == b"set-cookie" for name, _value in said[0].get("headers", ())):
        return None
    return said
