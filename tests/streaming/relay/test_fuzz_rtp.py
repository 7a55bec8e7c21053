"""RTP and H.264 payloads of any bytes at all: read or nothing, never an exception."""

from hypothesis import given

from streaming.relay.keyframe import begins_keyframe, begins_unit, nal_units, profile_level_id
from streaming.relay.packet import element, read
from tests.fuzzing import damaged, steadily
from tests.packets import packets


@steadily(400)
@given(damaged(packets("rtp")))
def test_a_packet_says_no_more_than_it_holds(data):
    rtp = read(data)
    if rtp is None:
        return
    assert 12 + len(rtp.extension) + len(rtp.payload) <= len(data)
    assert (rtp.payload_type >> 7, rtp.sequence >> 16, rtp.timestamp >> 32, rtp.ssrc >> 32) == (0, 0, 0, 0)
    for number in range(16):
        found = element(rtp, number)
        assert found is None or (1 <= len(found) <= 16 and found in rtp.extension)


@steadily(400)
@given(damaged(packets("h264")))
def test_units_are_parts_of_the_packet(data):
    units = list(nal_units(data))
    assert sum(map(len, units)) <= len(data)
    assert begins_keyframe(data) in (True, False)
    assert begins_unit(data) or not units
    profile = profile_level_id(data)
    assert profile is None or bytes.fromhex(profile) in data


def test_what_is_kept_is_read_too():
    assert any(read(data) for data in packets("rtp"))
    assert any(profile_level_id(data) for data in packets("h264"))
