import pytest
from aiortc.sdp import SessionDescription

from streaming.artists import sdp
from streaming.artists.line import Remote

KEY = sdp.Key("abcd", "p" * 24, "AA:BB")
ANSWER = """v=0
a=group:BUNDLE 0 1
m=audio 9 UDP/TLS/RTP/SAVPF 111
a=ice-ufrag:house
a=ice-pwd:secret
a=fingerprint:sha-256 CC:DD
a=setup:passive
a=candidate:1 1 udp 2130706431 192.0.2.7 40000 typ host
a=candidate:2 1 UDP 2130706175 2001:db8::7 40000 typ host
a=candidate:3 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active
a=candidate:4 1 udp 2130705919 4f1c.local 40000 typ host
m=video 9 UDP/TLS/RTP/SAVPF 96
a=ice-ufrag:house
a=candidate:1 1 udp 2130706431 192.0.2.7 40000 typ host
"""


def test_the_offer_says_what_is_sent_and_by_whom():
    offer = SessionDescription.parse(sdp.offer(KEY, ("192.0.2.1", 5004), 11, 22, "dom"))
    sound, picture = offer.media
    assert [(media.kind, media.direction, media.ssrc[0].ssrc) for media in offer.media] == [
        ("audio", "sendonly", 11),
        ("video", "sendonly", 22),
    ]
    assert [codec.mimeType for media in offer.media for codec in media.rtp.codecs] == ["audio/opus", "video/H264"]
    assert (sound.ice.usernameFragment, picture.ice.password) == (KEY.ufrag, KEY.password)
    assert [(one.ip, one.port) for one in picture.ice_candidates] == [("192.0.2.1", 5004)]


def test_the_answers_addresses_are_read_once_each_and_names_left_out():
    assert sdp.read_answer(ANSWER) == Remote(
        ufrag="house",
        password="secret",
        fingerprints=[("sha-256", "CC:DD")],
        candidates=[("192.0.2.7", 40000), ("2001:db8::7", 40000)],
        is_active=False,
    )


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("m=video 9", "m=video 0"), "does not take both"),
        (("ice-pwd", "x"), "has no ice-pwd"),
        (("typ host", ""), "names no address"),
    ],
)
def test_an_answer_that_cannot_be_used_is_refused_with_the_reason(change, complaint):
    with pytest.raises(sdp.BadAnswer, match=complaint):
        sdp.read_answer(ANSWER.replace(*change))
