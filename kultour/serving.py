"""One daphne process with the relay in its event loop, and the tasks that belong to no request.

Daphne has no lifespan hook and leaves tasks behind on SIGTERM without cancelling them; therefore its `Server` is
started here, and the house is opened and closed by the reactor's own events.
"""

import argparse
import asyncio
import gc
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any

log = logging.getLogger(__name__)

MAX_FRAME = 64 * 1024
THREADS = "16"


def serve(endpoints: list[str], when_open: Callable[[Any], Awaitable[None]] | None = None) -> int:
    """Serve on Twisted `endpoints` until SIGINT or SIGTERM; `when_open` is awaited once everything runs."""
    os.environ.setdefault("ASGI_THREADS", THREADS)
    from daphne import server as daphne  # first of all: it installs the reactor
    from twisted.internet import defer
    from twisted.internet import reactor as installed

    import kultour.urls  # noqa: F401  a mistake in it stops the start, not the first visitor
    from kultour.asgi import application
    from kultour.wire import BoundedHTTPFactory, BoundedWebSocketFactory, paced
    from streaming import relays, tasks

    daphne.HTTPFactory, daphne.WebSocketFactory = BoundedHTTPFactory, BoundedWebSocketFactory  # it has no setting
    reactor: Any = installed  # the stubs describe the module that stands in until a reactor is installed
    failed: list[BaseException] = []

    async def open_house() -> None:
        try:
            house = await relays.open_house()
            tasks.begin(house)
            if when_open:
                await when_open(house)
            # A full collection over Django's heap stalls the media by 80 ms; what is here now stays for good.
            gc.collect()
            gc.freeze()
        except BaseException as error:
            failed.append(error)
            reactor.stop()

    def closing() -> Any:
        return defer.Deferred.fromFuture(asyncio.ensure_future(relays.close_house()))

    server = paced(daphne.Server)(
        application=application,
        endpoints=endpoints,
        signal_handlers=False,
        websocket_timeout=-1,
        websocket_max_message_size=MAX_FRAME,
        websocket_max_frame_size=MAX_FRAME,
        http_timeout=120,
        server_name="kultour",
        verbosity=0,
    )
    reactor.callWhenRunning(lambda: asyncio.ensure_future(open_house()))
    reactor.addSystemEventTrigger("before", "shutdown", closing)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: reactor.callFromThread(stop_once))

    def stop_once() -> None:
        if reactor.running:
            reactor.stop()

    server.run()
    if failed:
        log.error("the house could not open: %s", failed[0], exc_info=failed[0])
    # Daphne tells in the log that it cannot listen, and gives up before the reactor runs.
    return 1 if failed or server.abort_start else 0


def serve_production(arguments: list[str]) -> int:
    """The web process of an installation: settings by environment only, database and S3 are somebody else's."""
    parser = argparse.ArgumentParser(prog="python3 -m kultour serve", description=serve_production.__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default="0.0.0.0", help="address to listen on")  # noqa: S104
    options = parser.parse_args(arguments)
    import django

    django.setup()
    return serve([f"tcp:{options.port}:interface={options.host}"])
