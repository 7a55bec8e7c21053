"""Offers of any characters at all: answered in plain text, or refused; never another exception."""

from hypothesis import given
from hypothesis import strategies as st

from streaming.relay import OfferRefused
from streaming.relay.answer import write_answer
from streaming.relay.offer import guard, read_offer
from tests.fuzzing import damaged, steadily
from tests.packets import packets

from .test_answer import US


def as_text(data: bytes) -> str:
    """Every byte a character; those that are no UTF-8 become halves of surrogate pairs."""
    return data.decode(errors="surrogateescape")


def answered(text: str, purpose: str) -> str:
    try:
        return write_answer(read_offer(text, purpose), US)
    except OfferRefused:
        return ""


@steadily(300)
@given(damaged(packets("offers"), longest=4000), st.sampled_from(["publish", "watch"]))
def test_an_answer_is_plain_and_names_only_numbers_that_fit_a_packet(data, purpose):
    answer = answered(as_text(data), purpose)
    assert answer.isascii()
    assert all(line.isprintable() for line in answer.split("\r\n"))
    taken = [int(line.split()[0][9:]) for line in answer.split("\r\n") if line.startswith("a=rtpmap:")]
    assert all(0 <= number < 64 or 96 <= number < 128 for number in taken)


@steadily(300)
@given(st.text(st.characters(exclude_categories=[]), max_size=300))
def test_the_guard_refuses_or_returns_lines(text):
    try:
        lines = guard(text)
    except OfferRefused:
        return
    assert lines[0].startswith("v=0")


def test_what_is_kept_is_answered_too():
    offers = [as_text(data) for data in packets("offers")]
    assert any(answered(text, "publish") for text in offers)
    assert any(answered(text, "watch") for text in offers)
