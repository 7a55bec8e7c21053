"""Every address, asked by everybody, in every way (ASVS 8.2: deny by default): the table is `matrix.py`."""

import contextlib
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.template import Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import LocalePrefixPattern
from django.utils import timezone, translation

from events import demo, invitations
from events.models import Act, Performance
from kultour.accounts import links
from kultour.accounts.models import User
from streaming.models import Excerpt, LiveSession, Passage, Recording
from tests.kultour.matrix import (
    ACT_BY_LINK,
    IN,
    KEY,
    NO,
    NO_FORM_TOKEN,
    NOT_SO,
    NOTHING,
    ROLES,
    SIGN_IN,
    STRANGER,
    TABLE,
    VERBS,
    VISITORS,
    Answer,
    line_of,
)

OWN, OTHERS, HIDDEN = "jorinde-beispiel", "leyla-probe", "duo-quellwaerts"
OUTSIDE = "93.184.215.14"
"""Not from the private network, which may read the figures."""


@dataclass(frozen=True)
class Address:
    route: str
    """As `urls.py` writes it, without language."""
    name: str
    parameters: tuple[str, ...]
    words: Mapping[str, str]
    """The first of the words that a parameter may be, where it is one of several."""


FITTING = ("1", "gibt-es-nicht", "csv", "de", "2026", "0" * 64)
"""What a parameter without an example may be: a number, a name, a kind of file, a language, a year, a hash."""


def addresses(patterns: list | None = None, before: str = "", seen: tuple[str, ...] = ()) -> Iterator[Address]:
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        language = isinstance(pattern.pattern, LocalePrefixPattern)
        route = before + ("" if language else str(pattern.pattern).removeprefix("^").removesuffix("$"))
        groups = tuple(getattr(pattern.pattern, "converters", {})) or tuple(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route, (*seen, *groups))
        elif isinstance(pattern, URLPattern):
            words = dict(re.findall(r"\(\?P<(\w+)>([\w-]+)\|", pattern.pattern.regex.pattern))
            yield Address(route, pattern.name, (*seen, *groups), words)


@dataclass
class House:
    """An evening with something of everything, and everybody who might ask for it."""

    browsers: dict[str, Client] = field(default_factory=dict)
    examples: dict[str, object] = field(default_factory=dict)

    def path(self, address: Address) -> str:
        """With an example for each parameter: by `name parameter` where there is one, else by parameter, else one that
        fits the pattern."""
        known, name = self.examples, address.name

        def values(one: str) -> Sequence[object]:
            example = known.get(f"{name} {one}", known.get(one))
            return [example] if example is not None else [address.words.get(one, "1"), *FITTING]

        with translation.override("de"):
            for chosen in itertools.product(*map(values, address.parameters)):
                with contextlib.suppress(NoReverseMatch):
                    return reverse(name, kwargs=dict(zip(address.parameters, chosen, strict=True)))
        raise AssertionError(f"no example fits {address.route}: give it one in `house.examples`")

    def ask(self, visitor: str, verb: str, path: str) -> Answer:
        """Whatever it does is undone, on both sides."""
        browser = self.browsers[visitor]
        session = browser.cookies.get(settings.SESSION_COOKIE_NAME)
        with transaction.atomic():
            response = browser.generic(verb, path, content_type="application/x-www-form-urlencoded")
            transaction.set_rollback(True)
        browser.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: session.value} if session else {})
        return answer_of(response)


def answer_of(response: HttpResponse) -> Answer:
    known = {401: KEY, 403: NO, 404: NOTHING, 405: NOT_SO, 410: NOTHING}
    if response.status_code in known:
        return known[response.status_code]
    assert response.status_code in {200, 201, 204, 302, 400, 409, 415, 422, 503}, response
    return SIGN_IN if response.headers.get("Location", "").startswith("/anmelden") else IN


@pytest.fixture
def house(db, settings, monkeypatch) -> Iterator[House]:
    # Only the doors count here; three thousand pages need not be written out for that.
    monkeypatch.setattr(Template, "_render", lambda template, context: "")
    settings.ACCOUNT_RATE_LIMITS = settings.MFA_RATE_LIMITS = False
    now = timezone.now()
    demo.load(now)
    house = House({visitor: Client(REMOTE_ADDR=OUTSIDE) for visitor in VISITORS})
    people = {
        visitor: User.objects.create(username=visitor, role=role, password="!") for visitor, role in ROLES.items()
    }
    for visitor, person in people.items():
        house.browsers[visitor].force_login(person)
    with translation.override("de"):
        token = invitations.make(Act.objects.get(slug=OWN), None, now)
        house.browsers[ACT_BY_LINK].post(reverse("invitation", args=[token]))
        tomorrow = now + timezone.timedelta(days=1)
        recording = kept("gezeigt", public_until=tomorrow, audio=True, excerpt=True)
        Excerpt.objects.create(recording=recording, begins=1, ends=2, made=now)
        performance = Performance.objects.filter(production__act__slug=OWN).first()
        house.examples = {
            "slug": performance.slug, "stage": "dom", "token": token, "pk": performance.pk, "session": "x" * 22,
            "path": "index.m3u8", "act slug": OWN, "venue slug": "quellen",
            **dict.fromkeys(("route slug", "route_ics slug"), "von-den-quellen-bis-zum-schloss"),
            **dict.fromkeys(("recording slug", "recording_sound slug", "recording_excerpt slug"), recording.slug),
            "media_recording slug": "gibt-es-nicht",
            "office_recording_act pk": recording.pk,
            "office_recording_cut pk": recording.pk, "office_recording_captions pk": recording.pk,
            "welcome token": links.make(people["no role"], now),
            "office_person pk": people["no role"].pk, "office_person_act pk": people["no role"].pk,
            "office_person_act verb": "abmeldung", "mfa_edit_webauthn pk": 1, "mfa_remove_webauthn pk": 1,
        }  # fmt: skip
        yield house


def kept(slug: str, **fields: object) -> Recording:
    now = timezone.now()
    session = LiveSession.objects.create(stage="dom", title=slug, started=now, heard=now, ended=now)
    return Recording.objects.create(
        session=session, slug=slug, prefix=slug, state=Recording.State.ARCHIVED, duration=60, **fields
    )


def test_every_address_has_a_line():
    assert [address.route for address in addresses() if line_of(address.route) is None] == []


def test_every_line_still_has_an_address():
    routes = [address.route for address in addresses()]
    beginnings = {key for key in TABLE if key.endswith("*")}
    assert [key for key in TABLE if key not in beginnings and key not in routes] == []
    assert [key for key in beginnings if not any(route.startswith(key[:-1]) for route in routes)] == []


def test_everybody_gets_in_where_the_table_says_and_nowhere_else(house):
    surprises = {}
    for address in addresses():
        line, path = line_of(address.route), house.path(address)
        if line is None:
            continue  # the test above names it
        for visitor in VISITORS:
            for verb in VERBS:
                answer = house.ask(visitor, verb, path)
                if answer not in line.expected(visitor, verb):
                    surprises[f"{verb} {path} as {visitor}"] = str(answer)
    assert surprises == {}


def test_what_belongs_to_others_is_not_there(house):
    """What is one's own or everybody's stands beside it, or a page that is never there would do."""
    now, tomorrow = timezone.now(), timezone.now() + timezone.timedelta(days=1)
    kept("zurueckgezogen", public_until=tomorrow, withdrawn=now)
    over = kept("vorbei", public_until=now)
    passage = Passage.objects.create(recording=Recording.objects.get(slug="gezeigt"), begins=1, ends=2, made=now)
    mine, theirs, draft = (Performance.objects.filter(production__act__slug=act)[0] for act in (OWN, OTHERS, HIDDEN))
    Performance.objects.filter(pk=draft.pk).update(status=Performance.Status.DRAFT)
    engaged = f"/buero/mitwirkende/ausgabe/{demo.SLUG}/{OWN}"
    asked = {
        ("GET", f"/hinterbuehne/einwilligung/{mine.slug}", ACT_BY_LINK): IN,
        ("GET", f"/hinterbuehne/einwilligung/{theirs.slug}", ACT_BY_LINK): NOTHING,
        ("POST", f"/hinterbuehne/einwilligung/{theirs.slug}", ACT_BY_LINK): NOTHING,
        ("POST", f"/hinterbuehne/einwilligung/{theirs.slug}/ruecknahme", ACT_BY_LINK): NOTHING,
        ("GET", f"/hinterbuehne/angaben/setliste/{mine.production.slug}", ACT_BY_LINK): IN,
        ("GET", f"/hinterbuehne/angaben/setliste/{theirs.production.slug}", ACT_BY_LINK): NOTHING,
        ("POST", f"/hinterbuehne/angaben/setliste/{theirs.production.slug}", ACT_BY_LINK): NOTHING,
        ("GET", f"{engaged}/setliste/{mine.production.slug}", "role office"): IN,
        ("GET", f"{engaged}/setliste/{theirs.production.slug}", "role office"): NOTHING,
        ("POST", f"{engaged}/setliste/{theirs.production.slug}", "role office"): NOTHING,
        ("GET", f"{engaged}/einwilligung/{mine.pk}", "role office"): IN,
        ("GET", f"{engaged}/einwilligung/{theirs.pk}", "role office"): NOTHING,
        ("POST", f"{engaged}/einwilligung/{theirs.pk}/ruecknahme", "role office"): NOTHING,
        ("POST", f"/buero/aufzeichnungen/{passage.recording_id}/stellen/{passage.pk}/freigabe", "role office"): IN,
        ("POST", f"/buero/aufzeichnungen/{over.pk}/stellen/{passage.pk}/freigabe", "role office"): NOTHING,
        ("GET", "/mediathek/gezeigt", STRANGER): IN,
        ("GET", "/mediathek/zurueckgezogen", STRANGER): NOTHING,
        ("GET", "/mediathek/vorbei", STRANGER): NOTHING,
        ("GET", f"/auftritt/{mine.slug}", STRANGER): IN,
        ("GET", f"/auftritt/{draft.slug}", STRANGER): NOTHING,
        ("GET", f"/konto/schluessel/{passkey_of('role act')}/name", "role office"): NOTHING,
        ("POST", f"/konto/schluessel/{passkey_of('role act')}/loeschung", "role office"): NOTHING,
        ("GET", "/willkommen/" + "x" * 43, STRANGER): NOTHING,
        ("GET", "/buero/leute/0", "role office"): NOTHING,
        ("GET", "/buero/auftritt/0", "role office"): NOTHING,
    }
    assert {(verb, path, visitor): house.ask(visitor, verb, path) for verb, path, visitor in asked} == asked


def passkey_of(username: str) -> int:
    owner, data = User.objects.get(username=username), {"name": "Handy", "credential": {}}
    return Authenticator.objects.create(user=owner, type=Authenticator.Type.WEBAUTHN, data=data).pk


def test_reading_changes_nothing(house):
    """Links are followed by previews, crawlers and impatient fingers (RFC 9110, section 9.2.1)."""
    written = {}
    for address in addresses():
        for visitor in ("role office", ACT_BY_LINK):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                house.ask(visitor, "GET", house.path(address))
            words = [query["sql"] for query in asked if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
            if found := [sql[:60] for sql in words if "django_session" not in sql]:
                written[address.route] = found
    assert written == {}


def test_nothing_is_changed_by_a_page_of_somebody_elses(house):
    """Without the form's token nobody is heard, whoever they are (ASVS 3.5.1)."""
    office = Client(enforce_csrf_checks=True)
    office.cookies = house.browsers["role office"].cookies
    heard = {
        address.route
        for address in addresses()
        for verb in VERBS[1:]
        if office.generic(verb, house.path(address)).status_code != 403
    }
    assert {route for route in heard if not route.startswith(tuple(NO_FORM_TOKEN))} == set()


def test_a_new_address_is_shut_or_missed():
    assert line_of("neu") is None
    assert {visitor: line_of("buero/neu/<int:pk>").door(visitor) for visitor in VISITORS} == {
        STRANGER: SIGN_IN, ACT_BY_LINK: SIGN_IN, **dict.fromkeys(ROLES, NO), "role office": IN
    }  # fmt: skip
