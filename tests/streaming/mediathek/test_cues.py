"""Captions are read strictly, written plainly, and move up with what is left out."""

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from streaming.mediathek.cues import Cue, Faulty, as_vtt, read, retimed, transcript
from streaming.mediathek.passages import Span, hidden_spans, merged

HOUR = 3600.0
VTT = """WEBVTT - Orgel

STYLE
::cue { color: red }

NOTE made by hand

1
00:01.000 --> 00:03.500 align:start
<v Jorinde>Guten <i>Abend</i> &amp; willkommen
an der Pader.

00:00:04.000 --> 01:00:05.000
<c></c>

00:00:04.000 --> 00:00:05.000
a &lt; b
"""
SRT = (
    "1\r\n00:00:01,000 --> 00:00:03,500\r\n{\\an8}Guten Abend\r\n\r\n"
    "2\r\n00:00:04,000 --> 00:00:05,000\r\n<b>Lied</b>\r\n"
)


def test_webvtt_is_read_without_styles_notes_tags_and_empty_captions():
    assert read(VTT.encode(), HOUR) == [
        Cue(1000, 3500, "Guten Abend & willkommen\nan der Pader."),
        Cue(4000, 5000, "a < b"),
    ]


def test_subrip_is_read_also_as_windows_writes_it():
    assert read(b"\xef\xbb\xbf" + SRT.encode(), HOUR) == [Cue(1000, 3500, "Guten Abend"), Cue(4000, 5000, "Lied")]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 0, "There is no caption in this file"),
        ("WEBVTT\n\n", 0, "There is no caption in this file"),
        ("WEBVTT\n\n00:01.000 -> 00:02.000\nA\n", 3, "A time is expected here"),
        ("WEBVTT\n\neins\n00:61.000 --> 00:62.000\nA\n", 4, "A time is expected here"),
        ("00:00:05,000 --> 00:00:04,000\nA\n", 1, "It ends before it begins"),
        ("00:00:05,000 --> 00:00:06,000\nA\n\n00:00:04,000 --> 00:00:05,000\nB\n", 4, "It begins before the one above"),
        ("02:00:05,000 --> 02:00:06,000\nA\n", 1, "after the recording has ended"),
        (f"00:00:05,000 --> 00:00:06,000\n{'A' * 1001}\n", 1, "longer than fits on a screen"),
        ("00:00:05,000 --> 00:00:06,000\nA\n" * 40_000, 0, "larger than 1 MB"),
    ],
)
def test_who_uploads_a_faulty_file_learns_where(text, line, reason):
    with pytest.raises(Faulty) as fault:
        read(text.encode(), HOUR)
    with override("en"):
        assert (fault.value.line, reason in str(fault.value.reason)) == (line, True)


def test_a_file_that_is_not_utf_8_names_the_first_line_that_is_not():
    with pytest.raises(Faulty) as fault:
        read(SRT.encode() + "\r\n3\r\n00:00:06,000 --> 00:00:07,000\r\nSchöne Nacht".encode("latin-1"), HOUR)
    assert fault.value.line == 11


@given(st.binary(max_size=300))
def test_whatever_is_uploaded_is_read_or_refused(data):
    try:
        cues = read(data, HOUR)
    except Faulty:
        return
    assert read(as_vtt(cues).encode(), HOUR) == cues


def test_what_is_written_says_what_the_media_s_own_clock_says():
    assert as_vtt([Cue(3_723_004, 3_724_000, "a < b & c")], 180_000) == (
        "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:180000,LOCAL:00:00:00.000\n\n01:02:03.004 --> 01:02:04.000\na &lt; b &amp; c\n"
    )


def test_a_transcript_has_a_paragraph_where_nobody_spoke_for_a_while():
    cues = [Cue(0, 1000, "Guten\nAbend."), Cue(1000, 2000, "Es beginnt."), Cue(9000, 9500, "Ein Lied.")]
    assert transcript(cues) == "Guten Abend. Es beginnt.\n\nEin Lied."


# --- where passages are left out --------------------------------------------------------------------------------------


def test_what_is_read_in_a_passage_goes_and_the_rest_moves_up():
    cues = [Cue(0, 2500, "vorher"), Cue(3100, 3600, "das Lied"), Cue(5000, 7000, "danach"), Cue(9000, 9500, "Ende")]
    hidden, passages = [Span(2, 6)], [Span(3, 4)]
    assert retimed(cues, hidden, passages) == [
        Cue(0, 2000, "vorher"),
        Cue(2000, 3000, "danach"),
        Cue(5000, 5500, "Ende"),
    ]


LENGTHS = st.lists(st.integers(1, 40).map(lambda tenths: tenths / 10), min_size=1, max_size=30)
TIMES = st.lists(st.tuples(st.integers(0, 60_000), st.integers(1, 5000)), max_size=20)
PASSAGES = st.lists(st.tuples(st.integers(0, 600), st.integers(1, 200)), max_size=4)


@given(LENGTHS, TIMES, PASSAGES)
def test_nothing_of_a_passage_is_read_and_nothing_else_is_lost(lengths, times, passages):
    """Against the film itself: every millisecond that is shown is read as it was in the whole."""
    seconds = sum(lengths)
    whole = [
        Cue(begins, min(begins + lasts, int(seconds * 1000)), f"{number}")
        for number, (begins, lasts) in enumerate(sorted(times))
        if begins < int(seconds * 1000)
    ]
    left_out = [Span(begins / 10, (begins + lasts) / 10) for begins, lasts in passages]
    hidden = [span for _number, span in hidden_spans(enumerate(lengths), left_out)]
    moved = retimed(whole, hidden, left_out)
    assert moved == retimed(whole, merged(hidden), left_out)
    shown = seconds - sum(span.ends - span.begins for span in hidden)
    touched = {
        cue.text for cue in whole if any(Span(cue.begins / 1000, cue.ends / 1000).meets(one) for one in left_out)
    }
    assert touched.isdisjoint(cue.text for cue in moved)
    assert all(0 <= cue.begins < cue.ends <= round(shown * 1000) + 1 for cue in moved)
    assert [cue.begins for cue in moved] == sorted(cue.begins for cue in moved)
    visible = {cue.text: visible_part(cue, hidden) for cue in whole if cue.text not in touched}
    lasts = {cue.text: cue.ends - cue.begins for cue in moved}
    assert {text for text, part in visible.items() if part > 1} <= set(lasts)
    assert all(abs(part - lasts.get(text, 0)) <= 2 for text, part in visible.items())


def visible_part(cue: Cue, hidden: list[Span]) -> float:
    """Milliseconds of it that are not cut."""
    cut = sum(max(0, min(cue.ends, one.ends * 1000) - max(cue.begins, one.begins * 1000)) for one in hidden)
    return cue.ends - cue.begins - cut
