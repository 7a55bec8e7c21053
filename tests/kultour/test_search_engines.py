"""What search engines find and are asked to leave alone, and what a link shows elsewhere."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from events.models import Performance
from streaming.models import Recording
from tests.streaming.mediathek.test_pages import kept_performance, today  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("today")
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
GUITAR = "gitarre-handy-abendlicht"


def sitemap() -> dict[str, ElementTree.Element]:
    answer = Client().get("/sitemap.xml")
    assert answer["Content-Type"] == "application/xml"
    urls = list(ElementTree.fromstring(answer.content).iter(MAP + "url"))
    return {url.findtext(MAP + "loc").removeprefix("http://testserver"): url for url in urls}


def head(path: str) -> dict[str, str]:
    """The page's own names: canonical, translations, Open Graph."""
    page = Client().get(path).content.decode()
    links = re.findall(r'<link rel="(canonical|alternate)"(?: hreflang="(\w+)")? href="([^"]+)"', page)
    graph = re.findall(r'<meta property="og:([\w:]+)" content="([^"]*)"', page)
    return {**{code or rel: address for rel, code, address in links}, **dict(graph)}


def test_the_sitemap_has_every_public_page_in_every_language():
    row = kept_performance("haende-am-wasser")
    gone = kept_performance("ufersaum", public_until=timezone.now() - timedelta(days=1))
    Performance.objects.filter(slug=GUITAR).update(status="draft")
    there = sitemap()
    pages = {"/heute", "/programm", "/mediathek", "/buehne/dom", "/rundgang/familienrunde", f"/mediathek/{row.slug}"}
    pages |= {"/spielort/dom", "/barrierefreiheit", "/hausregeln", "/impressum", "/datenschutz"}
    assert pages | {f"/en{page}" for page in pages} <= set(there)
    assert {f"/auftritt/{GUITAR}", f"/mediathek/{gone.slug}"} & set(there) == set()
    assert len([path for path in there if path.startswith("/auftritt/")]) == 25
    languages = {each.get("hreflang"): each.get("href") for each in there["/programm"] if each.get("hreflang")}
    assert languages == {"de": "http://testserver/programm", "en": "http://testserver/en/programm"}
    assert there["/auftritt/ufersaum"].findtext(MAP + "lastmod")


def test_an_act_that_nobody_may_know_of_yet_is_not_in_it():
    assert "/mitwirkende/jorinde-beispiel" in sitemap()
    Performance.objects.filter(production__act__slug="jorinde-beispiel").update(status="draft")
    assert "/mitwirkende/jorinde-beispiel" not in sitemap()


def test_robots_stay_out_of_office_backstage_and_media():
    answer = Client().get("/robots.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    said = answer.content.decode().splitlines()
    assert said[0] == "User-agent: *"
    assert {f"Disallow: {path}" for path in ("/buero/", "/en/buero/", "/hinterbuehne/", "/regie/", "/media/")} <= set(
        said
    )
    assert said[-1] == "Sitemap: http://testserver/sitemap.xml"


def test_a_page_has_one_name_whatever_was_chosen_on_it():
    assert head("/en/programm?art=concert") == {
        "canonical": "http://testserver/en/programm",
        "de": "http://testserver/programm?art=concert",
        "en": "http://testserver/en/programm?art=concert",
    }


def test_a_link_to_a_recording_shows_its_own_picture():
    row = kept_performance("haende-am-wasser", poster="5" * 64)
    shown = head(f"/mediathek/{row.slug}")
    assert {name: shown[name] for name in ("site_name", "type", "title", "url", "locale", "image")} == {
        "site_name": "Kultour",
        "type": "video.other",
        "title": row.session.title,
        "url": f"http://testserver/mediathek/{row.slug}",
        "locale": "de_DE",
        "image": f"http://testserver/media/{row.slug}/poster.jpg",
    }
    Recording.objects.update(poster="")
    assert "image" not in head(f"/mediathek/{row.slug}")


@pytest.mark.parametrize(
    ("path", "title"),
    [
        (f"/auftritt/{GUITAR}", "Gitarre, Handy, Abendlicht"),
        ("/mitwirkende/jorinde-beispiel", "Jorinde Beispiel"),
        ("/buehne/dom", "Domplatz"),
    ],
)
def test_links_to_the_programme_show_what_they_lead_to(path, title):
    shown = head(path)
    assert (shown["title"], shown["url"], "image" in shown) == (title, f"http://testserver{path}", False)


def test_where_the_public_address_is_known_it_counts(settings):
    settings.PUBLIC_ADDRESS = "https://buehne.example.org"
    assert head("/programm")["canonical"] == "https://buehne.example.org/programm"
