"""What every template knows of the house."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language_info

from kultour.answers import site


@dataclass(frozen=True)
class House:
    town: str
    demo: bool
    production: bool
    address: str
    """Without a slash at its end."""


@dataclass(frozen=True)
class Translation:
    """The present page in another language; `name` is the language's name for itself."""

    code: str
    name: str
    url: str


def house(request: HttpRequest) -> dict[str, object]:
    """Context processor: `house` and, for the language switch, `languages`."""
    return {
        "house": House(settings.TOWN, settings.DEMO, settings.PRODUCTION, site(request)),
        "languages": [
            Translation(code, get_language_info(code)["name_local"], translate_url(request.get_full_path(), code))
            for code, _name in settings.LANGUAGES
        ],
    }


def words(request: HttpRequest) -> dict[str, object]:
    """Context processor: `messages` for the signed-in. Nobody else's page touches a session, so caches may share it."""
    return {"messages": get_messages(request) if settings.SESSION_COOKIE_NAME in request.COOKIES else ()}
