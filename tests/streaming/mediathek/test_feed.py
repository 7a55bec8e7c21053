"""The Mediathek for newsreaders: what is gone leaves a stone without a name."""

from datetime import timedelta
from uuid import UUID
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from events.models import Performance
from streaming.mediathek import feed as mediathek
from streaming.models import LiveSession, Recording
from tests.events.feeds.test_news import ATOM, feed, ids
from tests.streaming.mediathek.test_pages import kept_performance, today  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("today")
DELETED = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"


def stones() -> dict[str, str]:
    root = feed("/mediathek.atom")
    assert all(set(stone.attrib) == {"ref", "when"} and len(stone) == 0 for stone in root.iter(DELETED))
    return {stone.get("ref"): stone.get("when") for stone in root.iter(DELETED)}


def name_of(row: Recording) -> str:
    return mediathek.identity(row.session).urn


def test_what_may_be_watched_is_told_with_its_film_and_its_end():
    row = kept_performance("haende-am-wasser")
    (entry,) = feed("/mediathek.atom").iter(f"{ATOM}entry")
    links = {link.get("rel"): link.get("href") for link in entry.iter(f"{ATOM}link")}
    page = f"http://testserver/mediathek/{row.slug}"
    assert links == {"alternate": page, "enclosure": f"http://testserver/media/{row.slug}/index.m3u8"}
    assert (entry.findtext(ATOM + "title"), entry.findtext(f"{ATOM}author/{ATOM}name")) == (
        row.session.title, "Duo Handgespräch",
    )  # fmt: skip
    assert "Verfügbar bis" in entry.findtext(ATOM + "content")
    assert stones() == {}


def test_withdrawn_or_expired_it_leaves_a_stone_with_the_same_identity_and_no_title():
    now = timezone.now().replace(microsecond=0)
    row, other = kept_performance("haende-am-wasser"), kept_performance("ufersaum")
    assert set(ids(feed("/mediathek.atom"))) == {name_of(row), name_of(other)}
    Recording.objects.filter(pk=row.pk).update(withdrawn=now - timedelta(hours=1))
    Recording.objects.filter(pk=other.pk).update(withdrawn=now, public_until=now - timedelta(days=2))
    ends = {row: now - timedelta(hours=1), other: now - timedelta(days=2)}
    assert stones() == {name_of(each): f"{end:%Y-%m-%dT%H:%M:%SZ}" for each, end in ends.items()}
    body = Client().get("/mediathek.atom").content.decode()
    assert [word for word in (row.slug, other.slug, row.session.title, other.session.title) if word in body] == []
    assert feed("/mediathek.atom").findtext(ATOM + "updated") == f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"


def test_what_never_was_in_the_mediathek_leaves_no_stone():
    kept_performance("haende-am-wasser", state=Recording.State.FAILED, withdrawn=timezone.now())
    assert stones() == {}


def test_the_podcast_carries_words_only_whatever_was_pasted_into_them(settings):
    settings.PUBLIC_ADDRESS = "https://buehne.example.org"
    row = kept_performance("haende-am-wasser", audio=True)
    Performance.objects.filter(pk=row.session.performance_id).update(text="Ein *leises*\x0b Stück.")
    LiveSession.objects.filter(pk=row.session_id).update(title="Hände\x0b am Wasser")
    [item] = ElementTree.fromstring(Client().get("/mediathek/podcast.xml").content).iter("item")
    assert {name: item.findtext(name) for name in ("title", "description", "link")} == {
        "title": "Duo Handgespräch: Hände am Wasser",
        "description": "Ein leises Stück.",
        "link": f"https://buehne.example.org/mediathek/{row.slug}",
    }
    (entry,) = feed("/mediathek.atom").iter(f"{ATOM}entry")
    assert "Ein leises Stück." in entry.findtext(ATOM + "content").splitlines()
    assert item.find("enclosure").get("url") == f"https://buehne.example.org/media/{row.slug}/sound.m4a"


def test_the_podcast_in_english_says_what_somebody_translated():
    row = kept_performance("haende-am-wasser", audio=True)
    told = {"en": {"title": "Hands at the water", "text": "A *quiet* piece."}}
    Performance.objects.filter(pk=row.session.performance_id).update(translations=told, text="Ein leises Stück.")
    [item] = ElementTree.fromstring(Client().get("/en/mediathek/podcast.xml").content).iter("item")
    assert (item.findtext("title"), item.findtext("description")) == (
        "Duo Handgespräch: Hands at the water", "A quiet piece.",
    )  # fmt: skip


def test_an_identity_says_nothing_and_is_known_to_nobody_else():
    row = kept_performance("haende-am-wasser")
    assert UUID(name_of(row).removeprefix("urn:uuid:")).version == 5


def test_the_feed_is_cached_for_seconds_and_not_sent_twice():
    kept_performance("haende-am-wasser")
    first = Client().get("/mediathek.atom")
    again = Client().get("/mediathek.atom", headers={"If-None-Match": first["ETag"]})
    assert (first["Cache-Control"], again.status_code) == ("public, max-age=0, s-maxage=5", 304)
