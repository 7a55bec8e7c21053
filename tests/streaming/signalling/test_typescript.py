"""One source for both sides of the socket."""

from streaming.management.commands.write_messages import TARGET
from streaming.signalling.typescript import typescript


def test_the_browsers_types_are_those_of_the_catalogue():
    assert TARGET.read_text() == typescript()
