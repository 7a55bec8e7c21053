"""Headers that hold for every page."""

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware

NO_SENSORS = "camera=(), microphone=(), geolocation=(), display-capture=(), payment=(), usb=()"
BACKSTAGE_SENSORS = NO_SENSORS.replace("camera=()", "camera=(self)").replace("microphone=()", "microphone=(self)")


def address_decides_the_language(response: HttpResponse) -> None:
    """Take back what LocaleMiddleware says of every page: shared caches would keep one copy per browser setting."""
    kept = [name for name in response.headers.get("Vary", "").split(", ") if name not in {"", "Accept-Language"}]
    if kept:
        response.headers["Vary"] = ", ".join(kept)
    else:
        response.headers.pop("Vary", None)


@sync_and_async_middleware
def guard_pages(
    get_response: Callable[[HttpRequest], HttpResponse | Awaitable[HttpResponse]],
) -> Callable[[HttpRequest], HttpResponse | Awaitable[HttpResponse]]:
    """Camera and microphone backstage only; nothing of a signed-in person in any cache."""

    def guard(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        backstage = "/hinterbuehne" in request.path
        response.headers.setdefault("Permissions-Policy", BACKSTAGE_SENSORS if backstage else NO_SENSORS)
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if response.cookies or settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers["Cache-Control"] = "private, no-store"
        if response.status_code < 400:
            address_decides_the_language(response)
        return response

    if iscoroutinefunction(get_response):

        async def serve_async(request: HttpRequest) -> HttpResponse:
            return guard(request, await get_response(request))

        return serve_async

    def serve(request: HttpRequest) -> HttpResponse:
        return guard(request, get_response(request))

    return serve
