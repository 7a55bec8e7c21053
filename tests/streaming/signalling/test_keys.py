"""Keys for encoders: bound to a stage and a time, kept as a hash only."""

from datetime import UTC, datetime, timedelta

import pytest

from streaming.control_room import Performer
from streaming.models import IngestKey
from streaming.signalling import keys

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 24, 18, 0, tzinfo=UTC)


def test_a_new_key_lets_its_holder_in():
    token = keys.make("dom", NOW)
    assert keys.performer(token, "dom", NOW) == Performer(f"key:{IngestKey.objects.get().pk}")


def test_the_token_itself_is_not_kept():
    token = keys.make("dom", NOW)
    assert token not in str(IngestKey.objects.values().get())


def test_a_second_key_leaves_the_first_valid_and_rotating_ends_both():
    first, second = keys.make("dom", NOW), keys.make("dom", NOW)
    assert {keys.performer(token, "dom", NOW).holder[:4] for token in (first, second)} == {"key:"}
    later = NOW + timedelta(minutes=1)
    third = keys.make("dom", later, rotate=True)
    for token in (first, second):
        with pytest.raises(keys.KeyUnknown):
            keys.performer(token, "dom", later)
    keys.performer(third, "dom", later)


@pytest.mark.parametrize("moment", [NOW - timedelta(seconds=1), NOW + keys.LIFE])
def test_a_key_is_valid_in_its_time_only(moment):
    token = keys.make("dom", NOW)
    with pytest.raises(keys.KeyUnknown):
        keys.performer(token, "dom", moment)


def test_a_key_opens_one_stage_only():
    token = keys.make("dom", NOW)
    with pytest.raises(keys.OtherStage):
        keys.performer(token, "schloss", NOW)


@pytest.mark.parametrize("token", ["", "x", "ä" * 40])
def test_nonsense_is_no_key(token):
    with pytest.raises(keys.KeyUnknown):
        keys.performer(token, "dom", NOW)


def test_a_synthetic_artists_key_says_so():
    token = keys.make("dom", NOW, rehearsal=True)
    assert keys.performer(token, "dom", NOW).rehearsal
