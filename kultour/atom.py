"""News for newsreaders: Atom (RFC 4287), with tombstones for what was taken away (RFC 6721)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from kultour.answers import tidy

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
MOST = 100
"""Entries of one feed, and tombstones beside them."""
OURS = UUID("3d6a53a5-6f0c-5b0e-9d0c-5a1f4f0f4b6e")
"""What names are turned into lasting identities with."""
_ATOM = "http://www.w3.org/2005/Atom"
_DELETED = "http://purl.org/atompub/tombstones/1.0"
register_namespace("", _ATOM)
register_namespace("at", _DELETED)


@dataclass(frozen=True)
class News:
    """One entry."""

    id: UUID
    title: str
    text: str
    url: str
    at: datetime
    author: str = ""
    film: str = ""
    """Address of an HLS playlist."""


@dataclass(frozen=True)
class Gone:
    """What is left of an entry: that it was, and is not any more. Nothing else may be."""

    id: UUID
    at: datetime


@dataclass(frozen=True)
class Feed:
    title: str
    language: str
    publisher: str
    url: str
    """The page for people."""
    itself: str
    """The feed's own address."""


def identity(name: str) -> UUID:
    """The same for the same name, whatever host it is served by."""
    return uuid5(OURS, name)


def written(feed: Feed, news: Sequence[News], gone: Sequence[Gone], updated: datetime) -> bytes:
    root = Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": feed.language})
    _head(root, identity(feed.itself), feed.title, updated)
    _add(root, "link", rel="self", type="application/atom+xml", href=feed.itself)
    _add(root, "link", rel="alternate", type="text/html", href=feed.url)
    _add(_add(root, "author"), "name", feed.publisher)
    for each in news[:MOST]:
        _write(_add(root, "entry"), each)
    for entry in gone[:MOST]:
        SubElement(root, f"{{{_DELETED}}}deleted-entry", ref=entry.id.urn, when=_moment(entry.at))
    indent(root, space=" ")
    return tostring(root, encoding="utf-8", xml_declaration=True)


def latest(news: Iterable[News | Gone], otherwise: datetime) -> datetime:
    return max((each.at for each in news), default=otherwise)


def _write(entry: Element, news: News) -> None:
    _head(entry, news.id, news.title, news.at)
    _add(entry, "link", rel="alternate", type="text/html", href=news.url)
    if news.film:
        _add(entry, "link", rel="enclosure", type="application/vnd.apple.mpegurl", href=news.film)
    if news.author:
        _add(_add(entry, "author"), "name", news.author)
    _add(entry, "content", news.text, type="text")


def _head(parent: Element, identity: UUID, title: str, at: datetime) -> None:
    _add(parent, "id", identity.urn)
    _add(parent, "title", title, type="text")
    _add(parent, "updated", _moment(at))


def _add(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    child = SubElement(parent, f"{{{_ATOM}}}{tag}", attributes)
    child.text = tidy(text) or None
    return child


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
