"""Offers of the programs people use are answered; hostile ones are refused by name before they cost anything."""

import time

import pytest
from aiortc.sdp import SessionDescription
from hypothesis import given, settings
from hypothesis import strategies as st

from streaming.relay.answer import write_answer
from streaming.relay.errors import NoH264, NoOpus, OfferHostile, OfferRefused, OfferTooLarge
from streaming.relay.offer import ABS_SEND_TIME, TRANSPORT_WIDE, read_offer

from .offers import (
    AUDIO,
    CHROMIUM_PUBLISHES,
    CHROMIUM_WATCHES,
    FFMPEG,
    FINGERPRINT,
    FIREFOX_WITHOUT_H264,
    GSTREAMER,
    OBS,
    offer,
)
from .test_answer import US


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
    took = []
    for _ in range(3):  # the garbage of other tests may be collected during one of them
        began = time.process_time()
        with pytest.raises(OfferRefused) as refused:
            read_offer(text, "publish")
        took.append(time.process_time() - began)
        assert type(refused.value) is refusal
    assert min(took) < 0.2


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
