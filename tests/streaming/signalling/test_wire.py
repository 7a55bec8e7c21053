"""Frames on the socket: strict about what comes in."""

import pytest

from streaming.signalling import messages, wire

TOO_LONG = "{} is not a text of a sensible length"


def test_a_page_asks_to_watch():
    said = '{"type": "watch.offer", "request": 1, "stage": "dom", "sdp": "v=0"}'
    assert wire.decode(said) == messages.WatchOffer(request=1, stage="dom", sdp="v=0")


def test_a_page_wants_sound_only():
    said = '{"type": "watch.picture", "session": "s", "wanted": false}'
    assert wire.decode(said) == messages.WatchPicture(session="s", wanted=False)


def test_following_without_names_means_all():
    assert wire.decode('{"type": "stage.follow"}') == messages.StageFollow(stages=[])


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ("", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"type": "chat.say", "request": ' + "9" * 5_000 + ', "text": "x"}', "not JSON"),
        ("[1]", "no type"),
        ("{}", "no type"),
        ('{"type": 7}', "no type"),
        ('{"type": "office.delete"}', "unknown type"),
        ('{"type": "ping", "x": 1}', "unknown field 'x'"),
        ('{"type": "chat.say", "text": "hello"}', "request is missing"),
        ('{"type": "chat.say", "request": true, "text": "x"}', "request is not a number"),
        ('{"type": "chat.say", "request": -1, "text": "x"}', "request is not a number"),
        ('{"type": "chat.say", "request": 1, "text": ["x"]}', "text is not a text of a sensible length"),
        ('{"type": "chat.join", "stage": "' + "d" * 201 + '"}', "stage is not a text of a sensible length"),
        ('{"type": "chat.join", "stage": "\\ud800"}', "stage is not a text of a sensible length"),
        ('{"type": "chat.join", "stage": "dom\\u0000"}', "stage is not a text of a sensible length"),
        ('{"type": "watch.picture", "session": "s", "wanted": 0}', "wanted is neither true nor false"),
        ('{"type": "watch.picture", "session": "s", "wanted": "false"}', "wanted is neither true nor false"),
        ('{"type": "watch.picture", "session": "s", "wanted": null}', "wanted is neither true nor false"),
        ('{"type": "watch.picture", "session": "' + "s" * 201 + '", "wanted": true}', TOO_LONG.format("session")),
        ('{"type": "stage.follow", "stages": [1]}', "stages is not a list of texts"),
        ('{"type": "stage.follow", "stages": ["\\udfff"]}', "stages is not a list of texts"),
        ('{"type": "stage.follow", "stages": ["' + "d" * 201 + '"]}', "stages is not a list of texts"),
        (
            '{"type": "stage.follow", "stages": ' + str(["d"] * 65).replace("'", '"') + "}",
            "stages is not a list of texts",
        ),
    ],
)
def test_what_no_page_of_ours_would_say_is_refused_with_a_reason(frame, reason):
    with pytest.raises(wire.BadMessage) as refused:
        wire.decode(frame)
    assert str(refused.value) == reason


def test_a_refusal_goes_out_as_one_frame():
    assert wire.encode(messages.Refused(3, "no_seat", "Die erste Reihe ist besetzt.")) == (
        '{"type": "refused", "request": 3, "reason": "no_seat", "text": "Die erste Reihe ist besetzt."}'
    )
