"""A recording as search engines read it: as long as the consent lasts, and no longer."""

from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from streaming.models import Recording
from tests.events.feeds.test_linked_data import BLOCK, block
from tests.streaming.mediathek.test_pages import kept_performance, today  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("today")


def test_a_recording_says_how_long_it_is_and_when_it_expires():
    ends = timezone.make_aware(datetime(2099, 5, 30))
    row = kept_performance("haende-am-wasser", public_until=ends, left_out=30, poster="5" * 64)
    page = f"http://testserver/mediathek/{row.slug}"
    session = row.session
    assert block(f"/mediathek/{row.slug}") == {
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "@id": f"{page}#video",
        "url": page,
        "name": session.title,
        "description": session.performance.text,
        "uploadDate": timezone.localtime(session.started).isoformat(timespec="seconds"),
        "duration": "PT2370S",
        "contentUrl": f"http://testserver/media/{row.slug}/index.m3u8",
        "encodingFormat": "application/vnd.apple.mpegurl",
        "thumbnailUrl": f"http://testserver/media/{row.slug}/poster.jpg",
        "isAccessibleForFree": True,
        "expires": "2099-05-30T00:00:00+02:00",
        "creator": {"@type": "PerformingGroup", "name": "Duo Handgespräch"},
        "accessibilityFeature": ["signLanguage", "audioDescription"],
    }


def test_the_performance_leads_to_its_recording():
    row = kept_performance("haende-am-wasser")
    _live, recorded = block("/auftritt/haende-am-wasser")["recordedIn"]
    assert recorded["@id"] == block(f"/mediathek/{row.slug}")["@id"]


def test_what_may_not_or_cannot_be_watched_is_not_described():
    rows = [
        kept_performance("haende-am-wasser", withdrawn=timezone.now()),
        kept_performance("ufersaum", state=Recording.State.RECORDED),
    ]
    pages = [Client().get(f"/mediathek/{row.slug}").content.decode() for row in rows]
    assert [BLOCK.findall(page) for page in pages] == [[], []]
