from aiortc.rtp import RtcpByePacket, RtcpPacket, RtcpRrPacket, RtcpRtpfbPacket, RtcpSdesPacket, RtcpSrPacket, RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from streaming.artists import rtp

from .stage import START, depacketised

UNITS = st.lists(st.tuples(st.sampled_from([0x65, 0x41, 0x67]), st.integers(1, 4000)), min_size=1, max_size=6)


@given(UNITS)
def test_units_cut_into_payloads_are_whole_again_at_the_other_end(sizes):
    units = [bytes([first]) + bytes([7]) * size for first, size in sizes]
    payloads = rtp.payloads(units)
    assert max(map(len, payloads)) <= rtp.MAX_PAYLOAD
    pieces = [piece for payload in payloads for piece in depacketised(payload)]
    assert b"".join(pieces) == b"".join(START + unit for unit in units)


def test_a_packet_reads_as_it_was_meant():
    packet = RtpPacket.parse(rtp.packet(96, 65_536 + 7, 2**32 + 9, 1234, b"picture", marker=True))
    assert (packet.payload_type, packet.sequence_number, packet.timestamp, packet.ssrc) == (96, 7, 9, 1234)
    assert (packet.marker, packet.payload) == (1, b"picture")


def test_a_sender_report_ties_the_tracks_together():
    report, names = RtcpPacket.parse(rtp.sender_report(77, 0.5, 900, 3, 4000, "dom"))
    assert isinstance(report, RtcpSrPacket)
    info = report.sender_info
    assert (report.ssrc, info.ntp_timestamp) == (77, (2_208_988_800 << 32) + (1 << 31))
    assert (info.rtp_timestamp, info.packet_count, info.octet_count) == (900, 3, 4000)
    assert isinstance(names, RtcpSdesPacket)
    assert [(chunk.ssrc, chunk.items) for chunk in names.chunks] == [(77, [(1, b"dom")])]


def test_a_goodbye_names_both_tracks():
    report, goodbye = RtcpPacket.parse(rtp.goodbye([5, 6]))
    assert isinstance(report, RtcpRrPacket)
    assert goodbye == RtcpByePacket(sources=[5, 6])


def test_lost_packets_are_read_from_a_compound_packet():
    receiver_report = bytes(RtcpRrPacket(ssrc=1, reports=[]))
    nack = bytes(RtcpRtpfbPacket(fmt=1, ssrc=1, media_ssrc=9, lost=[3, 4, 19, 40]))
    assert list(rtp.lost_packets(receiver_report + nack)) == [(9, 3), (9, 4), (9, 19), (9, 40)]


def test_lost_packets_are_counted_on_from_zero():
    nack = bytes.fromhex("81cd0003 00000001 00000009 fffe 0003")
    assert list(rtp.lost_packets(nack)) == [(9, 65_534), (9, 65_535), (9, 0)]


@given(st.binary(max_size=60))
def test_a_damaged_report_asks_for_nothing_impossible(data):
    assert all(0 <= sequence < 65_536 for _, sequence in rtp.lost_packets(data))
