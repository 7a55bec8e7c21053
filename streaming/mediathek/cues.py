"""Captions as cues: read from what the office uploads, written as WebVTT, moved where passages are left out. Pure.

Read is WebVTT (W3C, 4.1) and SubRip as everybody writes it. Kept are times and plain text: tags, places on the picture
and colours are not, so that nothing of a foreign file reaches a page. Who uploads a faulty file learns in which line.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from streaming.mediathek.passages import Span

MOST_BYTES = 1024 * 1024
MOST_CUES = 20_000
LONGEST_CUE = 1000
"""Characters."""
_TIME = r"(?:(\d{1,3}):)?([0-5]\d):([0-5]\d)[.,](\d{3})"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?", re.ASCII)
_TAG = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")
_NO_CUE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")


@dataclass(frozen=True)
class Cue:
    """Milliseconds from the beginning, and what is read meanwhile."""

    begins: int
    ends: int
    text: str


class Faulty(Exception):
    """The file cannot be used. `line` counts from 1; 0: all of it."""

    def __init__(self, line: int, reason: str | Promise) -> None:
        super().__init__(line, reason)
        self.line, self.reason = line, reason


# --- reading ----------------------------------------------------------------------------------------------------------


def read(data: bytes, seconds: float) -> list[Cue]:
    """The cues of a .vtt or .srt file for a film of that length, in order. Raises Faulty."""
    if len(data) > MOST_BYTES:
        raise Faulty(0, _("The file is larger than 1 MB."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Faulty(line, _("The file is not written in UTF-8. Please save it as that.")) from error
    found: list[Cue] = []
    for line, block in _blocks(text):
        if (cue := _cue(line, block)) is None:
            continue
        if found and cue.begins < found[-1].begins:
            raise Faulty(line, _("It begins before the one above it."))
        if cue.begins >= seconds * 1000:
            raise Faulty(line, _("It begins after the recording has ended. Is this the right file?"))
        found.append(cue)
    if not found:
        raise Faulty(0, _("There is no caption in this file. It has to be WebVTT (.vtt) or SubRip (.srt)."))
    if len(found) > MOST_CUES:
        raise Faulty(0, _("These are more captions than fit."))
    return found


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines between empty lines, with the number of the first."""
    block: list[str] = []
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _cue(line: int, block: list[str]) -> Cue | None:
    """None for what is no caption: the head of the file, notes, styles, and captions without a word."""
    if (line == 1 and block[0].startswith("WEBVTT")) or _NO_CUE.match(block[0]):
        return None
    at = 1 if "-->" not in block[0] and len(block) > 1 and "-->" in block[1] else 0
    if (found := _TIMES.fullmatch(block[at])) is None:
        raise Faulty(line + at, _("A time is expected here, as in 00:01:05.000 --> 00:01:08.500."))
    begins, ends = _milliseconds(found.groups()[:4]), _milliseconds(found.groups()[4:])
    if ends <= begins:
        raise Faulty(line + at, _("It ends before it begins."))
    text = plain("\n".join(block[at + 1 :]))
    if len(text) > LONGEST_CUE:
        raise Faulty(line + at, _("One caption is longer than fits on a screen."))
    return Cue(begins, ends, text) if text else None


def _milliseconds(clock: Sequence[str | None]) -> int:
    hours, minutes, seconds, rest = (int(part or 0) for part in clock)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def plain(text: str) -> str:
    """Without tags, and without anything that cannot be seen."""
    lines = unescape(_TAG.sub("", text)).split("\n")
    seen = ["".join(each if each.isprintable() else " " for each in line).strip() for line in lines]
    return "\n".join(line for line in seen if line)


# --- writing ----------------------------------------------------------------------------------------------------------


def as_vtt(cues: Iterable[Cue], media_time: int | None = None) -> str:
    """A file of WebVTT. `media_time`: the media's own clock at its beginning, in 1/90000 s (RFC 8216, 3.5)."""
    head = "WEBVTT\n"
    if media_time is not None:
        # The clock of MPEG-2 has 33 bits.
        head += f"X-TIMESTAMP-MAP=MPEGTS:{media_time % 2**33},LOCAL:00:00:00.000\n"
    return head + "".join(f"\n{_clock(cue.begins)} --> {_clock(cue.ends)}\n{_escaped(cue.text)}\n" for cue in cues)


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def transcript(cues: Iterable[Cue]) -> str:
    """All that is said, to be read: a paragraph where nobody spoke for a while."""
    paragraphs: list[list[str]] = []
    silent_since = None
    for cue in cues:
        if silent_since is None or cue.begins - silent_since > 3000:
            paragraphs.append([])
        paragraphs[-1].append(cue.text.replace("\n", " "))
        silent_since = cue.ends
    return "\n\n".join(" ".join(sentences) for sentences in paragraphs)


# --- where passages are left out --------------------------------------------------------------------------------------


def retimed(cues: Iterable[Cue], hidden: Sequence[Span], passages: Sequence[Span]) -> list[Cue]:
    """The cues of what is published. What is read during a passage is left out like the passage; of a cue that only
    touches what is cut more generously, the time that can be seen stays."""
    found = []
    for cue in cues:
        place = Span(cue.begins / 1000, cue.ends / 1000)
        if any(place.meets(passage) for passage in passages):
            continue
        begins, ends = _moved(cue.begins, hidden), _moved(cue.ends, hidden)
        if ends > begins:
            found.append(Cue(begins, ends, cue.text))
    return found


def _moved(moment: int, hidden: Iterable[Span]) -> int:
    """Where a moment is in what is published; of one that is left out, where the cut is."""
    second = moment / 1000
    before = sum(max(0.0, min(second, span.ends) - span.begins) for span in hidden)
    return round((second - before) * 1000)
