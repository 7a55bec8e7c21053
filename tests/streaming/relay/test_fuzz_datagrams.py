"""Datagrams of any bytes at all at the port: sorted, counted or dropped; never an exception."""

from struct import pack

from aioice import stun
from hypothesis import given
from hypothesis import strategies as st

from streaming.relay.port import Port
from streaming.relay.stun import FEW, LONGEST, kind_of, name_in
from tests.fuzzing import damaged, steadily
from tests.packets import packets

HOME, AWAY = ("192.0.2.7", 5000), ("192.0.2.8", 5000)
KINDS = [kind | method for kind in stun.Class for method in stun.Method]


class Vera:
    """A party that only notes what it is given."""

    local_ufrag, local_password = "ours", "not in any file"
    remote_ufrag, remote_password = "theirs", "nor this"

    def __init__(self) -> None:
        self.address = None
        self.heard_at = 0.0
        self.first_bytes: dict[str, set[int]] = {"dtls": set(), "srtp": set()}

    def checked(self, address, nominated, now):
        self.address = self.address or address

    def go_to(self, address):
        self.address = address

    def take_dtls(self, data, now):
        self.first_bytes["dtls"].add(data[0])

    def take_srtp(self, data, now):
        self.first_bytes["srtp"].add(data[0])


def at_home() -> tuple[Port, Vera]:
    """A closed port, so that nothing is sent, and a party whose address it knows."""
    port, vera = Port(0, monotonic=lambda: 0.0), Vera()
    port.welcome(vera)
    port._sort(signed(stun.Class.REQUEST | stun.Method.BINDING, user(vera), vera.local_password.encode()), HOME, 0.0)
    assert vera.address == HOME
    return port, vera


def user(vera: Vera) -> bytes:
    name = f"{vera.local_ufrag}:{vera.remote_ufrag}".encode()
    return pack("!HH", 6, len(name)) + name + bytes(-len(name) % 4)


def signed(kind: int, attributes: bytes, key: bytes) -> bytes:
    """A STUN message of any attributes that does prove to know the password (RFC 8489 section 14.5)."""
    head = pack("!HHI12s", kind, (len(attributes) + stun.INTEGRITY_LENGTH) & 0xFFFF, stun.COOKIE, bytes(12))
    return head + attributes + pack("!HH", 8, 20) + stun.message_integrity(head + attributes, key)


@steadily(500)
@given(st.lists(damaged(packets("datagrams")), min_size=1, max_size=5), st.sampled_from([HOME, AWAY]))
def test_what_proves_nothing_moves_nobody(datagrams, source):
    port, vera = at_home()
    for datagram in datagrams:
        port._sort(datagram, source, 1.0)
    assert (vera.address, port.counts["failed"]) == (HOME, 0)
    assert vera.first_bytes["dtls"] <= set(range(20, 64)) and vera.first_bytes["srtp"] <= set(range(128, 192))
    if source == AWAY:
        assert vera.first_bytes == {"dtls": set(), "srtp": set()}
        assert sum(port.counts.values()) == len(datagrams)


@steadily(300)
@given(st.sampled_from(KINDS), st.binary(max_size=120), st.booleans(), st.booleans())
def test_who_knows_a_password_may_say_what_he_likes(kind, attributes, named, ours):
    port, vera = at_home()
    key = vera.local_password if ours else vera.remote_password
    port._sort(signed(kind, (user(vera) if named else b"") + attributes, key.encode()), HOME, 1.0)
    assert (vera.address, port.counts["failed"]) == (HOME, 0)


@steadily(300)
@given(damaged(packets("datagrams")))
def test_whoever_a_message_names_is_found_without_reading_it_all(data):
    found = name_in(data) if kind_of(data) is not None else None
    try:
        message = stun.parse_message(data)
    except Exception:
        return
    if found is not None and len(message.attributes) < FEW:
        assert found == message.attributes.get("USERNAME", "")


def test_a_message_longer_than_any_check_is_not_read():
    port, vera = at_home()
    port._sort(signed(KINDS[0], user(vera) + bytes(LONGEST), vera.local_password.encode()), HOME, 1.0)
    assert port.counts["misshapen"] == 1
