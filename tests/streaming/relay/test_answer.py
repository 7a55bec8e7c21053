"""What offers are answered with, line by line."""

from dataclasses import replace

from streaming.relay.answer import OurSide, Source, write_answer
from streaming.relay.offer import TRANSPORT_WIDE, read_offer

from .offers import AUDIO, CHROMIUM_PUBLISHES, CHROMIUM_WATCHES, VIDEO, offer, transport

US = OurSide(
    ufrag="ours",
    password="secret",
    fingerprint="CD:EF",
    addresses=["192.0.2.1", "2001:db8::1", "127.0.0.1"],
    port=40000,
    session=5,
    cap_bps=8_000_000,
)


def test_the_answer_to_an_artist_line_by_line():
    assert write_answer(read_offer(CHROMIUM_PUBLISHES, "publish"), US).splitlines() == [
        "v=0",
        "o=- 5 1 IN IP4 192.0.2.1",
        "s=-",
        "t=0 0",
        "a=ice-lite",
        "a=group:BUNDLE 0 1",
        "a=msid-semantic: WMS *",
        "m=audio 40000 UDP/TLS/RTP/SAVPF 111",
        "c=IN IP4 192.0.2.1",
        "a=mid:0",
        "a=recvonly",
        "a=rtcp-mux",
        "a=ice-ufrag:ours",
        "a=ice-pwd:secret",
        "a=fingerprint:sha-256 CD:EF",
        "a=setup:passive",
        "a=rtpmap:111 opus/48000/2",
        "a=fmtp:111 minptime=10;useinbandfec=1;stereo=1;maxaveragebitrate=128000",
        "a=rtcp-fb:111 transport-cc",
        f"a=extmap:3 {TRANSPORT_WIDE}",
        "a=candidate:1 1 udp 2130706431 192.0.2.1 40000 typ host",
        "a=candidate:2 1 udp 2130706175 2001:db8::1 40000 typ host",
        "a=candidate:3 1 udp 2130705919 127.0.0.1 40000 typ host",
        "a=end-of-candidates",
        "m=video 40000 UDP/TLS/RTP/SAVPF 109 110",
        "c=IN IP4 192.0.2.1",
        "b=AS:8000",
        "b=TIAS:8000000",
        "a=mid:1",
        "a=recvonly",
        "a=rtcp-mux",
        "a=ice-ufrag:ours",
        "a=ice-pwd:secret",
        "a=fingerprint:sha-256 CD:EF",
        "a=setup:passive",
        "a=rtpmap:109 H264/90000",
        "a=fmtp:109 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
        "a=rtcp-fb:109 nack",
        "a=rtcp-fb:109 nack pli",
        "a=rtcp-fb:109 ccm fir",
        "a=rtcp-fb:109 transport-cc",
        "a=rtpmap:110 rtx/90000",
        "a=fmtp:110 apt=109",
        f"a=extmap:3 {TRANSPORT_WIDE}",
        "a=candidate:1 1 udp 2130706431 192.0.2.1 40000 typ host",
        "a=candidate:2 1 udp 2130706175 2001:db8::1 40000 typ host",
        "a=candidate:3 1 udp 2130705919 127.0.0.1 40000 typ host",
        "a=end-of-candidates",
    ]


def test_a_viewer_is_told_our_sources_and_no_extensions():
    ours = replace(US, sources={"audio": Source(1), "video": Source(2, 3)})
    answer = write_answer(read_offer(CHROMIUM_WATCHES, "watch"), ours)
    assert [line for line in answer.splitlines() if "ssrc" in line or "extmap" in line or "send" in line] == [
        "a=sendonly",
        "a=ssrc:1 cname:stage",
        "a=ssrc:1 msid:stage audio",
        "a=sendonly",
        "a=ssrc-group:FID 2 3",
        "a=ssrc:2 cname:stage",
        "a=ssrc:2 msid:stage video",
        "a=ssrc:3 cname:stage",
        "a=ssrc:3 msid:stage video",
    ]


def test_an_address_with_a_port_of_its_own_is_told_with_it():
    ours = replace(US, addresses=["192.0.2.1:40001", "[2001:db8::1]:443", "192.0.2.2"])
    answer = write_answer(read_offer(offer(AUDIO), "publish"), ours)
    assert [line for line in answer.splitlines() if line.startswith(("o=", "m=", "c=", "a=candidate"))] == [
        "o=- 5 1 IN IP4 192.0.2.1",
        "m=audio 40001 UDP/TLS/RTP/SAVPF 111",
        "c=IN IP4 192.0.2.1",
        "a=candidate:1 1 udp 2130706431 192.0.2.1 40001 typ host",
        "a=candidate:2 1 udp 2130706175 2001:db8::1 443 typ host",
        "a=candidate:3 1 udp 2130705919 192.0.2.2 40000 typ host",
    ]


def test_data_channels_second_cameras_and_wrong_directions_are_refused_one_by_one():
    data = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\nc=IN IP4 0.0.0.0\na=mid:2\n" + transport()
    second = VIDEO.replace("a=mid:1", "a=mid:3")
    answer = write_answer(read_offer(offer(AUDIO, VIDEO.replace("sendonly", "recvonly"), data, second), "publish"), US)
    assert [line for line in answer.splitlines() if line.startswith(("m=", "a=group"))] == [
        "a=group:BUNDLE 0 3",
        "m=audio 40000 UDP/TLS/RTP/SAVPF 111",
        "m=video 0 UDP/TLS/RTP/SAVPF 96 97 103 104 107 108 109 110 114 115",
        "m=application 0 UDP/DTLS/SCTP webrtc-datachannel",
        "m=video 40000 UDP/TLS/RTP/SAVPF 109 110",
    ]
