"""What should lie in the bucket, compared with what does; values only, nothing is asked or changed here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TypeVar

T = TypeVar("T")

DUE = time(4, 0)
"""In the town: nobody plays, and few watch."""


@dataclass(frozen=True)
class File:
    """As its row says, or as the bucket does: then `md5` is the ETag, which on some servers is no MD5."""

    size: int
    md5: str


@dataclass(frozen=True)
class Comparison:
    """The files of one recording, by name."""

    missing: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    """Of another size than what was stored."""
    doubtful: frozenset[str] = frozenset()
    """Of the same size, and with an ETag that is another MD5: only reading tells."""
    returned: frozenset[str] = frozenset()
    """Given up, and as it was stored."""
    unknown: frozenset[str] = frozenset()

    def __and__(self, other: "Comparison") -> "Comparison":
        """What both have seen: in between something may have been on its way."""
        return Comparison(
            self.missing & other.missing,
            self.changed & other.changed,
            self.doubtful & other.doubtful,
            self.returned & other.returned,
            self.unknown & other.unknown,
        )

    @property
    def is_clean(self) -> bool:
        return self == Comparison()


def compare(
    stored: Mapping[str, File], given_up: Mapping[str, File], others: frozenset[str], found: Mapping[str, File]
) -> Comparison:
    """`others`: names that may be there, of which nothing else is known."""
    here = {name: found[name] for name in stored if name in found}
    return Comparison(
        missing=frozenset(stored.keys() - here.keys()),
        changed=frozenset(name for name, file in here.items() if file.size != stored[name].size),
        doubtful=frozenset(
            name for name, file in here.items() if file.size == stored[name].size and differs(file, stored[name])
        ),
        returned=frozenset(name for name, file in given_up.items() if found.get(name) == file),
        unknown=frozenset(found.keys() - stored.keys() - given_up.keys() - others),
    )


def differs(found: File, stored: File) -> bool:
    """An ETag of another shape than an MD5 says nothing (encrypted at rest, put in parts)."""
    is_md5 = len(found.md5) == 32 and set(found.md5) <= set("0123456789abcdef")
    return is_md5 and found.md5 != stored.md5


def sample(candidates: Sequence[T], sizes: Sequence[int], most: int) -> list[T]:
    """From the first on, as many as are no more than `most` bytes together."""
    taken, left = [], most
    for candidate, size in zip(candidates, sizes, strict=True):
        if size > left:
            break
        taken.append(candidate)
        left -= size
    return taken


def night_of(now: datetime, zone: tzinfo) -> date:
    """The day in whose early morning the latest audit was due."""
    local = now.astimezone(zone)
    return local.date() if local.time() >= DUE else local.date() - timedelta(days=1)
