"""Offers of the programs people use are answered; hostile ones are refused by name before they cost anything."""

import time
from dataclasses import replace

import pytest
from aiortc.sdp import SessionDescription
from hypothesis import given, settings
from hypothesis import strategies as st

from streaming.relay.errors import NoH264, NoOpus, OfferHostile, OfferRefused, OfferTooLarge
from streaming.relay.sdp import (
    ABS_SEND_TIME,
    TRANSPORT_WIDE,
    OurSide,
    Source,
    read_offer,
    write_answer,
)

from .offers import (
    AUDIO,
    CHROMIUM_PUBLISHES,
    CHROMIUM_WATCHES,
    FFMPEG,
    FINGERPRINT,
    FIREFOX_WITHOUT_H264,
    GSTREAMER,
    OBS,
    VIDEO,
    offer,
    transport,
)

US = OurSide(
    ufrag="ours",
    password="secret",
    fingerprint="CD:EF",
    addresses=["192.0.2.1", "2001:db8::1", "127.0.0.1"],
    port=40000,
    session=5,
    cap_bps=8_000_000,
)


@pytest.mark.parametrize(
    ("text", "video", "audio", "role"),
    [
        (CHROMIUM_PUBLISHES, (109, 110, ("nack", "nack pli", "ccm fir", "transport-cc")), 111, "server"),
        (OBS, (96, None, ("nack", "nack pli", "goog-remb")), 111, "server"),
        (FFMPEG, (106, None, ()), 111, "client"),
        (GSTREAMER, (96, 97, ("nack", "nack pli", "ccm fir", "transport-cc")), None, "server"),
        (offer(AUDIO), None, 111, "server"),
    ],
    ids=["Chromium", "OBS", "ffmpeg", "GStreamer", "sound alone"],
)
def test_artists_are_answered_with_h264_and_opus(text, video, audio, role):
    read = read_offer(text, "publish")
    picture, sound = read.codec("video"), read.codec("audio")
    assert (picture and (picture.payload_type, picture.rtx, picture.feedback)) == video
    assert (sound and sound.payload_type) == audio
    assert (read.role, read.fingerprints) == (role, (FINGERPRINT,))
    assert [media.port for media in SessionDescription.parse(write_answer(read, US)).media] == [40000] * len(
        read.sections
    )


def test_a_viewer_gets_its_richest_h264_whatever_the_stage_sends():
    codec = read_offer(CHROMIUM_WATCHES, "watch").codec("video")
    assert codec is not None
    assert (codec.payload_type, codec.rtx, codec.feedback) == (114, 115, ("nack", "nack pli", "ccm fir", "goog-remb"))


def test_feedback_about_all_packets_is_taken_before_an_estimate():
    section = read_offer(CHROMIUM_PUBLISHES, "publish").section("video")
    assert section and section.extensions == {TRANSPORT_WIDE: 3}
    without = "".join(line for line in CHROMIUM_PUBLISHES.splitlines(True) if "transport" not in line)
    section = read_offer(without, "publish").section("video")
    assert section and section.extensions == {ABS_SEND_TIME: 2}


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


CANDIDATES = "".join(f"a=candidate:{n} 1 udp 1 192.0.2.1 {n} typ host\n" for n in range(51))

HOSTILE = {
    "nothing": ("", OfferHostile),
    "a page": ("<html></html>", OfferHostile),
    "no media": ("v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n", OfferRefused),
    "too long": ("v=0\r\n" + "a=x\r\n" * 20_000, OfferTooLarge),
    "too long in UTF-8": ("v=0\r\n" + "ü" * 40_000, OfferTooLarge),
    "too many lines": ("v=0\r\n" + "a=x\r\n" * 2_000, OfferHostile),
    "too many sections": (offer(*[AUDIO] * 5), OfferHostile),
    "too many candidates": (offer(AUDIO + CANDIDATES), OfferHostile),
    "too many codecs": (offer(AUDIO + "a=rtpmap:1 x/1\n" * 300), OfferHostile),
    "too much feedback": (offer(AUDIO + "a=rtcp-fb:* nack\n" * 300), OfferHostile),
    "no encryption": (CHROMIUM_PUBLISHES.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"), OfferHostile),
    "no fingerprint": (CHROMIUM_PUBLISHES.replace("a=fingerprint", "a=nothing"), OfferHostile),
    "weak fingerprint": (CHROMIUM_PUBLISHES.replace("sha-256", "sha-1"), OfferHostile),
    "short fingerprint": (CHROMIUM_PUBLISHES.replace(FINGERPRINT, "AB:CD"), OfferHostile),
    "no name": (CHROMIUM_PUBLISHES.replace("a=ice-ufrag:abcd", "a=ice-ufrag:"), OfferHostile),
    "no setup": (CHROMIUM_PUBLISHES.replace("a=setup:actpass", "a=nothing"), OfferHostile),
    "setup held": (CHROMIUM_PUBLISHES.replace("actpass", "holdconn"), OfferHostile),
    "strange port": (CHROMIUM_PUBLISHES.replace("m=audio 9", "m=audio nine"), OfferHostile),
    "forbidden payload": (CHROMIUM_PUBLISHES.replace("SAVPF 96", "SAVPF 72"), OfferHostile),
    "settings of nothing": (CHROMIUM_PUBLISHES + "a=fmtp:55 x=1\r\n", OfferHostile),
    "strange profile": (CHROMIUM_PUBLISHES.replace("42e01f", "xyzxyz"), OfferHostile),
    "strange section name": (CHROMIUM_PUBLISHES.replace("a=mid:1", "a=mid:\u00e4 1"), OfferHostile),
    "no bundle": (CHROMIUM_PUBLISHES.replace("a=group:BUNDLE 0 1\r\n", ""), OfferRefused),
    "half a bundle": (CHROMIUM_PUBLISHES.replace("BUNDLE 0 1", "BUNDLE 0"), OfferRefused),
    "no rtcp-mux": (CHROMIUM_PUBLISHES.replace("a=rtcp-mux\r\n", ""), OfferRefused),
    "only receiving": (CHROMIUM_WATCHES, OfferRefused),
    "all refused": (CHROMIUM_PUBLISHES.replace(" 9 UDP", " 0 UDP"), OfferRefused),
    "no H.264": (CHROMIUM_PUBLISHES.replace("H264", "H265"), NoH264),
    "H.264 in mode 0 only": (CHROMIUM_PUBLISHES.replace("packetization-mode=1", "packetization-mode=0"), NoH264),
    "no Opus": (CHROMIUM_PUBLISHES.replace("opus", "speex"), NoOpus),
}


@pytest.mark.parametrize(("text", "refusal"), HOSTILE.values(), ids=HOSTILE.keys())
def test_refused_by_name_and_at_once(text, refusal):
    began = time.process_time()
    with pytest.raises(OfferRefused) as refused:
        read_offer(text, "publish")
    assert type(refused.value) is refusal
    assert time.process_time() - began < 0.2


def test_a_browser_without_h264_is_told_so():
    with pytest.raises(NoH264):
        read_offer(FIREFOX_WITHOUT_H264, "watch")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.sampled_from(["drop", "double", "cut", "junk"]), st.text(max_size=20)),
        max_size=6,
    )
)
def test_whatever_is_done_to_an_offer_it_is_answered_or_refused(damages):
    lines = CHROMIUM_PUBLISHES.splitlines(keepends=True)
    for place, damage, junk in damages:
        at = place % len(lines)
        line = lines[at]
        lines[at] = {"drop": "", "double": line * 2, "cut": line[: len(line) // 2], "junk": line[:4] + junk + "\r\n"}[
            damage
        ]
    try:
        answer = write_answer(read_offer("".join(lines), "publish"), US)
    except OfferRefused:
        return
    SessionDescription.parse(answer)
