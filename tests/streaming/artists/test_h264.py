import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.artists import h264


@given(st.binary(max_size=60).map(lambda data: data.replace(b"\7", b"\0")))
def test_escaping_hides_every_start_code_and_loses_nothing(data):
    escaped = h264.escape(data)
    assert not any(code in escaped for code in (b"\0\0\0", b"\0\0\1", b"\0\0\2"))
    assert h264.unescape(escaped + b"\x80") == data + b"\x80"


@given(st.lists(st.integers(-500, 500)))
def test_numbers_written_are_the_numbers_read(numbers):
    text = "".join(h264.se(number) + h264.ue(abs(number)) for number in numbers)
    bits = h264.Bits(h264.to_bytes(text + "1"))
    assert [(bits.se(), bits.ue()) for _ in numbers] == [(number, abs(number)) for number in numbers]


HEADERS = st.builds(
    h264.SliceHeader,
    nal=st.sampled_from([0x65, 0x41]),
    first_macroblock=st.integers(0, 900),
    kind=st.just(7),
    frame_number=st.sampled_from(["0000", "1010"]),
    qp_delta=st.integers(-20, 20),
    deblocking=st.just(0),
    alpha=st.integers(-6, 6),
    beta=st.integers(-6, 6),
)


@given(HEADERS, st.text("01", max_size=80))
def test_a_slice_written_is_the_slice_read(header, rest):
    unit = h264.write_slice(header, rest + "1")
    read, body = h264.read_slice(unit, 4)
    assert (read, body.rstrip("0")) == (header, rest + "1")


def test_a_skipped_slice_is_nine_bytes_at_most():
    scene = h264.SliceHeader(0x41, 0, 5, "0011", qp_delta=-4)
    assert len(h264.skipped_slice(scene, 800, 120)) <= 9


def test_a_stream_of_another_kind_is_not_misread():
    high_profile = bytes.fromhex("6764001eacd940a02ff970110000030001000003003c0f162d96")
    with pytest.raises(h264.Unexpected):
        h264.frame_number_bits(high_profile)
