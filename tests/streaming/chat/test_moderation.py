"""What may be said in the chat, and how it is cleaned."""

import pytest

from streaming.chat.moderation import Bucket, Unsayable, nameable, sayable


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("  Guten   Abend! ", "Guten Abend!"),
        ("Zeile\neins\r\nzwei", "Zeile eins zwei"),
        ("gu\u0308nstig", "günstig"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("Nul\u0000l, leise\u200b r Trenner", "Null, leise r Trenner"),
        ("Familie 👨‍👩‍👧", "Familie 👨‍👩‍👧"),
        ("Z\u0300\u0301\u0302\u0303\u0304a", "Z\u0300\u0301a"),
        ("<b>fett</b>", "<b>fett</b>"),
        ("مرحبا", "مرحبا"),
    ],
)
def test_text_is_shown_without_what_hides_or_reorders(said, shown):
    assert sayable(said) == shown


@pytest.mark.parametrize(
    ("said", "reason"),
    [("", "empty"), ("   ", "empty"), ("\u200b\u202e", "empty"), ("\u0301", "empty"), ("\u3164", "empty"),
     ("\u115f\u1160\uffa0\u2800", "empty"), ("a" * 501, "too_long"),
     ("a" * 100_000, "too_long")],
)  # fmt: skip
def test_what_cannot_be_said_has_a_reason(said, reason):
    with pytest.raises(Unsayable) as refused:
        sayable(said)
    assert refused.value.reason == reason


def test_names_are_short():
    assert nameable(" Vera  aus Neuhaus ") == "Vera aus Neuhaus"
    with pytest.raises(Unsayable):
        nameable("V" * 31)


def test_five_messages_at_once_are_conversation_the_sixth_waits_two_seconds():
    bucket = Bucket()
    assert [bucket.takes(100.0) for _ in range(6)] == [True] * 5 + [False]
    assert (bucket.takes(101.0), bucket.takes(102.1)) == (False, True)


def test_a_clock_that_jumps_back_gives_nothing_away():
    bucket = Bucket()
    for _ in range(5):
        bucket.takes(100.0)
    assert bucket.takes(50.0) is False
