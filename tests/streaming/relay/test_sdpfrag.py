"""What clients say of ICE after their offer."""

from dataclasses import replace

import pytest
from aioice.candidate import Candidate
from hypothesis import given, settings
from hypothesis import strategies as st

from streaming.relay.errors import OfferHostile, OfferTooLarge
from streaming.relay.offer import read_offer
from streaming.relay.sdpfrag import Fragment, read_fragment, write_fragment

from .offers import CHROMIUM_PUBLISHES
from .test_answer import US

TRICKLE = (
    "a=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:EsAw\r\n"
    "a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n"
    "a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1\r\n"
    "a=candidate:473322822 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active generation 0\r\n"
    "a=end-of-candidates\r\n"
)
"""The example of RFC 9725 section 4.3.2, shortened."""


def test_name_and_password_are_read_and_candidates_passed_over():
    assert read_fragment(TRICKLE) == Fragment("EsAw", "P2uYro0UCOQ4zxjKXaWCBui1")
    assert read_fragment("a=end-of-candidates\n") == Fragment("", "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "v=0\r\n" + TRICKLE,
        "hello",
        TRICKLE + "a=ice-ufrag:other\r\n",
        TRICKLE.replace("a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n", ""),
        TRICKLE.replace("EsAw\r\n", "E sAw\r\n"),
        TRICKLE.replace("P2uYro0UCOQ4zxjKXaWCBui1", "\ud800"),
        "a=candidate:x\r\n" * 2000,
    ],
    ids=[
        "nothing",
        "a whole offer",
        "prose",
        "two names",
        "no password",
        "a blank in the name",
        "half a letter",
        "many",
    ],
)
def test_what_is_no_fragment_is_refused(text):
    with pytest.raises(OfferHostile):
        read_fragment(text)


def test_too_large_a_fragment_is_refused_unread():
    with pytest.raises(OfferTooLarge):
        read_fragment("a=x" * 30_000)


@given(st.text(st.characters(codec=None), max_size=300))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_whatever_comes_is_a_fragment_or_refused(text):
    for wrapped in (text, f"a=ice-ufrag:{text}", TRICKLE + text):
        try:
            read_fragment(wrapped)
        except OfferHostile:
            continue


def test_the_answer_to_a_restart_names_us_under_the_bundles_section():
    ours = replace(US, ufrag="new", password="secret2")
    assert write_fragment(read_offer(CHROMIUM_PUBLISHES, "publish"), ours).splitlines() == [
        "a=ice-lite",
        "a=group:BUNDLE 0 1",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111",
        "c=IN IP4 0.0.0.0",
        "a=mid:0",
        "a=ice-ufrag:new",
        "a=ice-pwd:secret2",
        "a=candidate:1 1 udp 2130706431 192.0.2.1 40000 typ host",
        "a=candidate:2 1 udp 2130706175 2001:db8::1 40000 typ host",
        "a=candidate:3 1 udp 2130705919 127.0.0.1 40000 typ host",
        "a=end-of-candidates",
    ]


def test_candidates_for_tcp_come_last_and_wait_to_be_called():
    ours = replace(US, addresses=["192.0.2.1", "[2001:db8::1]:443"], tcp=True)
    lines = write_fragment(read_offer(CHROMIUM_PUBLISHES, "publish"), ours).splitlines()
    found = [Candidate.from_sdp(line.partition(":")[2]) for line in lines if line.startswith("a=candidate:")]
    assert [(one.transport, one.host, one.port, one.tcptype) for one in found] == [
        ("udp", "192.0.2.1", 40000, None),
        ("udp", "2001:db8::1", 443, None),
        ("tcp", "192.0.2.1", 40000, "passive"),
        ("tcp", "2001:db8::1", 443, "passive"),
    ]
    assert sorted((one.priority for one in found), reverse=True) == [one.priority for one in found]
