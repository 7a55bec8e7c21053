"""The one door for HTTP and WebSocket."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kultour.settings")

from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

from kultour.crowd import together  # noqa: E402
from kultour.guard import guard  # noqa: E402
from streaming.signalling.socket import socket  # noqa: E402


async def route(scope, receive, send):  # type: ignore[no-untyped-def]
    """Pages and doors to Django, `/ws` to the socket; any other WebSocket is refused without a trace in the log."""
    if scope["type"] == "http":
        await django_application(scope, receive, send)
    elif scope["type"] == "websocket" and scope["path"] == "/ws":
        await socket(scope, receive, send)
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 4404})


application = together(guard(route))
