"""What comes in at the socket, any characters at all: a message of the catalogue, or a BadMessage that says why."""

import json
from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from streaming.signalling import tickets
from streaming.signalling.messages import FROM_PAGE
from streaming.signalling.wire import BadMessage, decode
from tests.fuzzing import damaged, steadily
from tests.packets import packets

LONGEST_REASON = 100
ANYTHING = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(exclude_categories=[]), max_size=30)
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(st.text(max_size=9), inner, max_size=5)),
    max_leaves=12,
)
FIELDS = st.dictionaries(
    st.sampled_from(["request", "stage", "stages", "sdp", "session", "ticket", "text", "wanted", "surplus"]),
    st.one_of(st.integers(-1, 2**53), st.just("dom"), st.lists(st.just("dom"), max_size=3), ANYTHING),
    max_size=4,
)


def understood(frame: str) -> type | None:
    """What kind of message it is."""
    try:
        message = decode(frame)
    except BadMessage as bad:
        assert 0 < len(str(bad)) < LONGEST_REASON
        return None
    json.dumps(asdict(message), ensure_ascii=False).encode()  # so it can be kept and told to others
    return type(message)


@steadily(300)
@given(damaged(packets("messages")))
def test_bytes_that_were_a_message_once_are_understood_or_refused(data):
    understood(data.decode(errors="surrogateescape"))


@steadily(300)
@given(st.sampled_from([*FROM_PAGE, "office.delete"]), FIELDS)
def test_fields_of_every_kind_are_understood_or_refused(kind, said):
    understood(json.dumps({**said, "type": kind}))


@steadily(200)
@given(ANYTHING)
def test_what_is_no_message_is_none(said):
    assert not understood(json.dumps(said))


@steadily(200)
@given(st.text(st.characters(exclude_categories=[]), max_size=120))
def test_a_ticket_of_ones_own_making_is_nobodys(text):
    assert tickets.read(text) == tickets.Ticket()


def test_every_kind_of_message_is_among_what_is_kept():
    kept = {understood(data.decode(errors="surrogateescape")) for data in packets("messages")}
    assert kept - {None} == set(FROM_PAGE.values())
