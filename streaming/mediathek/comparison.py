"""What should lie in the bucket, compared with what does; values only, nothing is asked or changed here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import TypeVar

T = TypeVar("T")

DUE, LATEST = time(4, 0), time(10, 0)
"""In the town, an audit begins between these: nobody plays, and few watch."""


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
    unknown: frozenset[str] = frozenset()

    def __and__(self, other: "Comparison") -> "Comparison":
        """What both have seen: in between something may have been on its way."""
        return Comparison(
            self.missing & other.missing,
            self.changed & other.changed,
            self.doubtful & other.doubtful,
            self.unknown & other.unknown,
        )

    @property
    def is_clean(self) -> bool:
        return self == Comparison()


def compare(
    stored: Mapping[str, File], drawn: frozenset[str], others: frozenset[str], found: Mapping[str, File]
) -> Comparison:
    """`drawn`: names that should be there, whatever they hold. `others`: names that may be there."""
    here = {name: found[name] for name in stored if name in found}
    return Comparison(
        missing=frozenset((stored.keys() | drawn) - found.keys()),
        changed=frozenset(name for name, file in here.items() if file.size != stored[name].size),
        doubtful=frozenset(
            name for name, file in here.items() if file.size == stored[name].size and differs(file, stored[name])
        ),
        unknown=frozenset(found.keys() - stored.keys() - drawn - others),
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


def night_of(now: datetime, zone: tzinfo) -> date | None:
    """The day in whose early morning an audit may begin now. Who was away at night waits for the next one."""
    local = now.astimezone(zone)
    return local.date() if DUE <= local.time() < LATEST else None


def is_another_bucket(files: int, gone: int) -> bool:
    """Less than half of what is known is there: before all that was lost, somebody has named another one."""
    return gone * 2 > files
