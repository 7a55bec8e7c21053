"""Checks as they are looked at in place, beside aioice, which reads them whole."""

from aioice import stun
from hypothesis import given

from streaming.relay.stun import Key, nominates, success, transaction_of
from tests.fuzzing import damaged, steadily
from tests.packets import packets

from .test_port import check

HOME = ("192.0.2.7", 5000)


def test_a_signature_is_good_for_its_own_password_and_whole_message_only():
    request = check("ours:theirs", "secret", use=True)
    assert Key(b"secret").has_signed(request)
    assert not Key(b"guessed").has_signed(request)
    assert not Key(b"secret").has_signed(check("ours:theirs", None))
    damaged_ones = [request[:at] + bytes([request[at] ^ 1]) + request[at + 1 :] for at in (0, 4, 9, 25, 60, -25)]
    assert [Key(b"secret").has_signed(one) for one in damaged_ones] == [False] * 6


def test_passwords_of_any_length_sign_as_aioice_does():
    for length in (1, 22, 63, 64, 65, 256):
        password = "x" * length
        request = check("ours:theirs", password)
        assert Key(password.encode()).has_signed(request)
        answer = stun.parse_message(success(transaction_of(request), HOME, Key(password.encode())))
        assert answer.check_message_integrity(password.encode())


def test_what_stands_behind_the_signature_nominates_nobody():
    plain = check("ours:theirs", "secret")
    behind = plain[:2] + (len(plain) - 20 + 4).to_bytes(2, "big") + plain[4:] + b"\0\x25\0\0"
    assert [nominates(one) for one in (check("ours:theirs", "secret", use=True), plain, behind)] == [True, False, False]
    assert Key(b"secret").has_signed(behind)


def test_our_answer_is_read_by_others():
    for address in (HOME, ("2001:db8::7", 5000, 0, 0)):
        request = check("ours:theirs", "secret")
        answer = stun.parse_message(success(transaction_of(request), address, Key(b"secret")))
        assert answer.check_message_integrity(b"secret")
        assert answer.transaction_id == stun.parse_message(request).transaction_id
        assert answer.attributes["XOR-MAPPED-ADDRESS"] == address[:2]


@steadily(300)
@given(damaged(packets("datagrams")))
def test_whatever_comes_is_signed_where_aioice_says_so(data):
    found = Key(b"key").has_signed(data)
    try:
        message = stun.parse_message(data)
        expected = message.check_message_integrity(b"key")
    except Exception:
        return
    assert found == expected
