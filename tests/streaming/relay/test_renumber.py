"""One straight line from an artist's counters to a viewer's."""

from hypothesis import given
from hypothesis import strategies as st

from streaming.relay.renumber import SQUEEZED, Numbering, squeezed


def test_numbers_go_out_and_come_back():
    numbering = Numbering(first=70_000, index=500, offset=-90)
    assert numbering.index_of(70_003) == 503
    assert numbering.sequence_of(503) == 70_003
    assert numbering.timestamp_of(3090) == 3000


def test_who_joins_gets_the_pictures_since_the_keyframe_in_the_past():
    numbering = squeezed(first=1, index=1, start=90_000, edge=180_000, edge_out=500_000, after=None)
    assert [numbering.timestamp_of(at) for at in (90_000, 180_000, 183_000)] == [410_000, 500_000, 503_000]


def test_who_hops_gets_them_between_what_was_seen_and_now():
    numbering = squeezed(first=1, index=1, start=90_000, edge=180_000, edge_out=500_000, after=497_000)
    assert [numbering.timestamp_of(at) for at in (90_000, 180_000, 183_000)] == [497_001, 500_000, 503_000]


def test_a_burst_has_room_even_if_the_last_picture_was_just_now():
    numbering = squeezed(first=1, index=1, start=90_000, edge=180_000, edge_out=500_000, after=500_100)
    assert numbering.timestamp_of(90_000) == 500_101
    assert numbering.timestamp_of(180_000) == 500_101 + SQUEEZED


@given(
    length=st.integers(0, 270_000),
    start=st.integers(0, 1 << 40),
    edge_out=st.integers(1 << 33, 1 << 34),
    lead=st.integers(-300_000, 300_000),
)
def test_a_viewers_pictures_never_go_back_in_time(length, start, edge_out, lead):
    after = edge_out + lead
    numbering = squeezed(first=1, index=1, start=start, edge=start + length, edge_out=edge_out, after=after)
    pictures = [*range(start, start + length, 1500), start + length, start + length + 1500]
    out = [numbering.timestamp_of(at) for at in pictures]
    assert min(out) > after
    assert out == sorted(set(out)) or length < 1500
