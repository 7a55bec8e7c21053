"""What newsreaders learn of the programme: every change that anybody could have seen, and no other."""

from datetime import timedelta
from xml.etree import ElementTree

from django.test import Client

from events import publishing
from events.models import Performance
from kultour.atom import MOST
from tests.events.conftest import at

ATOM = "{http://www.w3.org/2005/Atom}"
GUITAR = "gitarre-handy-abendlicht"


def feed(address: str = "/programm.atom") -> ElementTree.Element:
    answer = Client().get(address)
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)
    for each in [root, *root.iter(f"{ATOM}entry")]:  # what RFC 4287 demands of each, once
        found = [child.tag for child in each]
        assert [found.count(ATOM + name) for name in ("id", "title", "updated")] == [1, 1, 1]
        assert each.findtext(ATOM + "id").startswith("urn:uuid:")
    assert len(ids(root)) == len(set(ids(root)))
    return root


def ids(root: ElementTree.Element) -> list[str]:
    return [entry.findtext(ATOM + "id") for entry in root.iter(f"{ATOM}entry")]


def told(root: ElementTree.Element) -> list[tuple[str, ...]]:
    """Title, moment and text of each entry."""
    parts = ("title", "updated", "content")
    return [tuple(entry.findtext(ATOM + part) for part in parts) for entry in root.iter(f"{ATOM}entry")]


def test_publishing_moving_and_cancelling_are_news(evening, ida):
    pk = evening[GUITAR].pk
    publishing.move(pk, evening.slot("bibliothek", "21:55", "22:25", "Gitarre"), ida, at("18:50"))
    publishing.cancel(pk, "Sturm", ida, at("18:55"))
    root = feed()
    now = "„Gitarre“, 16. Mai 2027, 21:55–22:25 Uhr, Bibliothek"
    before = "„Gitarre, Handy, Abendlicht“, 16. Mai 2027, 19:00–19:30 Uhr, Die Quellen"
    assert told(root)[:2] == [
        ("Entfällt: Gitarre", "2027-05-16T16:55:00Z", f"Entfällt: Sturm\n{now}"),
        ("Geändert: Gitarre", "2027-05-16T16:50:00Z", f"{now}\nVorher: {before}"),
    ]
    assert ("Im Programm: Gitarre, Handy, Abendlicht", "2027-05-16T10:00:00Z", before) in told(root)
    assert root.findtext(ATOM + "updated") == "2027-05-16T16:55:00Z"
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links == {"self": "http://testserver/programm.atom", "alternate": "http://testserver/programm"}
    entry = root.find(f"{ATOM}entry/{ATOM}link")
    assert entry.get("href") == f"http://testserver/auftritt/{GUITAR}"


def test_an_entry_keeps_its_identity_whatever_comes_after(evening, ida):
    before = ids(feed())
    publishing.cancel(evening[GUITAR].pk, "Sturm", ida, at("18:55"))
    assert ids(feed())[1:] == before
    assert ids(feed("/en/programm.atom")) == ids(feed())


def test_what_is_undone_is_news_too(evening, ida):
    change = publishing.cancel(evening[GUITAR].pk, "Irrtum", ida, at("18:55"))
    publishing.undo(change.pk, ida, at("18:55") + timedelta(seconds=9))
    assert [title for title, *_ in told(feed())[:2]] == [
        "Wieder wie zuvor: Gitarre, Handy, Abendlicht", "Entfällt: Gitarre, Handy, Abendlicht",
    ]  # fmt: skip


def test_what_was_planned_in_secret_is_no_news(evening, ida):
    pk = evening[GUITAR].pk
    Performance.objects.filter(pk=pk).update(status="draft")
    assert [entry for entry in told(feed()) if "Abendlicht" in entry[2]] == []
    publishing.move(pk, evening.slot("quellen", "19:00", "19:20", "Geheimer Titel"), ida, at("18:50"))
    publishing.move(pk, evening.slot("quellen", "19:00", "19:20", "Gitarre"), ida, at("18:51"))
    publishing.publish(pk, ida, at("18:52"))
    assert [title for title, moment, _text in told(feed()) if moment > "2027-05-16T11"] == ["Im Programm: Gitarre"]
    assert b"Geheimer Titel" not in Client().get("/programm.atom").content


def test_a_hundred_are_enough(evening, ida):
    for minute in range(MOST):
        title = f"Gitarre {minute}"
        publishing.move(evening[GUITAR].pk, evening.slot("quellen", "19:00", "19:30", title), ida, at("17:00"))
    root = feed()
    assert (len(ids(root)), told(root)[0][0]) == (MOST, f"Geändert: Gitarre {MOST - 1}")


def test_an_empty_house_has_no_news(db):
    assert (ids(feed()), feed().findtext(ATOM + "updated")) == ([], "2000-01-01T00:00:00Z")


def test_english_readers_are_told_in_english_what_somebody_has_translated(evening, ida):
    guitar = evening[GUITAR]
    guitar.put_words("en", {"title": "Guitar and light"})
    guitar.save()
    publishing.cancel(guitar.pk, "Sturm", ida, at("18:55"), reason_en="Storm")
    publishing.cancel(evening["haende-am-wasser"].pk, "Krankheit", ida, at("18:54"))
    titles, texts = zip(*[(title, text) for title, _at, text in told(feed("/en/programm.atom"))[:2]], strict=True)
    assert titles == ("Cancelled: Guitar and light", "Cancelled: Hände am Wasser")
    assert [text.splitlines()[0] for text in texts] == ["Cancelled: Storm", "Cancelled: Krankheit"]
