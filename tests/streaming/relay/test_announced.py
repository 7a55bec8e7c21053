"""An address may be announced with a port, in the ways people write both."""

import pytest

from streaming.relay.announced import Announced


@pytest.mark.parametrize(
    ("entry", "announced"),
    [
        ("192.0.2.1", ("192.0.2.1", None)),
        ("192.0.2.1:40001", ("192.0.2.1", 40001)),
        ("2001:DB8::0001", ("2001:db8::1", None)),
        ("2001:db8::1:4000", ("2001:db8::1:4000", None)),
        ("[2001:db8::1]:40001", ("2001:db8::1", 40001)),
    ],
)
def test_an_announced_address_is_read(entry, announced):
    found = Announced.read(entry)
    assert found == announced
    assert Announced.read(str(found)) == found


WRONG = (
    "",
    "buehne.example",
    "buehne.example:443",
    "192.0.2.1:",
    "192.0.2.1:0",
    "192.0.2.1:65536",
    "192.0.2.1:-1",
    "192.0.2.1:٤",
    "192.0.2:443",
    "[192.0.2.1]:443",
    "[2001:db8::1]",
    "2001:db8::1:40001",
)


@pytest.mark.parametrize("entry", WRONG)
def test_what_is_no_address_is_named(entry):
    with pytest.raises(ValueError) as refusal:
        Announced.read(entry)
    assert entry in str(refusal.value)
