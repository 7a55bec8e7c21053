"""What may be said, decided from values alone."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field

from streaming.chat.pretending import pretends

LONGEST = 500
LONGEST_NAME = 30
TOKENS = 5
REFILL = 0.5
"""Messages a second in the long run; five at once are conversation, more is flooding."""

# Controls, zero-width characters and bidirectional overrides: they hide or reorder what others read. Hangul's fillers
# and the empty Braille cell count as letters or signs, and show nothing.
UNSEEN = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    "\ufeff\uffa0\ufff9-\ufffb]"
)
# More than two combining marks in a row spill over the neighbouring lines ("Zalgo").
PILED_MARKS = re.compile(r"([\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff]{2})[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff]+")
JOINERS = {"\u200d"}


class Unsayable(ValueError):
    """`reason` is a code of the catalogue: empty, too_long, too_fast, excluded, too_new or taken."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def clean(text: str) -> str:
    """Text as it is shown: NFC, one line, nothing invisible but the joiner that emoji and Persian need."""
    flat = " ".join(text.split())
    seen = UNSEEN.sub(lambda hit: hit[0] if hit[0] in JOINERS else "", flat)
    return PILED_MARKS.sub(r"\1", unicodedata.normalize("NFC", seen)).strip()


def sayable(text: str) -> str:
    """The cleaned message; raises `Unsayable`."""
    return bounded(text, LONGEST)


def nameable(name: str, taken: Collection[str] = (), own: Collection[str] = ()) -> str:
    """The cleaned name of a visitor, who is none of `taken` but may be called as their `own`; raises `Unsayable`."""
    cleaned = bounded(name, LONGEST_NAME)
    if pretends(cleaned, taken, own):
        raise Unsayable("taken")
    return cleaned


def bounded(text: str, longest: int) -> str:
    if len(text) > 8 * longest:
        raise Unsayable("too_long")
    cleaned = clean(text)
    if not any(unicodedata.category(letter)[0] in "LNPS" for letter in cleaned):
        raise Unsayable("empty")
    if len(cleaned) > longest:
        raise Unsayable("too_long")
    return cleaned


@dataclass
class Bucket:
    """Token bucket; `now` in seconds of any steady clock."""

    tokens: float = TOKENS
    refill: float = REFILL
    size: float = TOKENS
    at: float = field(default=float("-inf"))

    def takes(self, now: float) -> bool:
        """Whether one more is allowed now."""
        self.tokens = min(self.size, self.tokens + max(0.0, now - self.at) * self.refill)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True
