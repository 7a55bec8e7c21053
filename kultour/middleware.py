"""Headers that hold for every page."""

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware

NO_SENSORS = "camera=(), microphone=(), geolocation=(), display-capture=(), payment=(), usb=()"
BACKSTAGE_SENSORS = NO_SENSORS.replace("camera=()", "camera=(self)").replace("microphone=()", "microphone=(self)")


@sync_and_async_middleware
def guard_pages(
    get_response: Callable[[HttpRequest], HttpResponse | Awaitable[HttpResponse]],
) -> Callable[[HttpRequest], HttpResponse | Awaitable[HttpResponse]]:
    """Camera and microphone backstage only; nothing of a signed-in person in any cache."""

    def guard(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        backstage = "/hinterbuehne" in request.path
        response.headers.setdefault("Permissions-Policy", BACKSTAGE_SENSORS if backstage else NO_SENSORS)
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if response.cookies or (getattr(request, "user", None) and request.user.is_authenticated):
            response.headers["Cache-Control"] = "private, no-store"
        return response

    if iscoroutinefunction(get_response):

        async def serve_async(request: HttpRequest) -> HttpResponse:
            return guard(request, await get_response(request))

        return serve_async

    def serve(request: HttpRequest) -> HttpResponse:
        return guard(request, get_response(request))

    return serve
