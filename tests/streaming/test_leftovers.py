"""What nobody needs is deleted, and nothing else."""

import pytest

from streaming import leftovers, storage
from streaming.models import Leftover
from tests.streaming.evening import EIGHT
from tests.streaming.mediathek.test_audit import FOLDER, NAMES, recording
from tests.streaming.test_archive import objects

__all__ = ["recording"]
STRANGE = f"{FOLDER}video-0000-000009.m4s"


def test_a_file_of_which_a_row_speaks_again_stays(recording, bucket):
    """The moment was left out on air; at its end the recorder noted it once more, and it was uploaded."""
    storage.put_unseen(STRANGE, b"?", "video/mp4")
    leftovers.leave([f"{FOLDER}{NAMES[1]}", STRANGE], EIGHT)
    before = objects(bucket)
    assert leftovers.clear_away(EIGHT) == 1
    assert (before - objects(bucket), Leftover.objects.count()) == ({STRANGE}, 0)


@pytest.mark.parametrize(("trouble", "cleared"), [("other", 1), ("key", 0), ("away", 0)])
def test_one_that_cannot_be_deleted_holds_up_the_others_only_where_they_could_not_either(
    recording, monkeypatch, trouble, cleared
):
    real = storage.delete

    def delete(keys):
        if "locked" in keys[0]:
            raise storage.StorageError("delete_object: refused", storage.Trouble(trouble))
        real(keys)

    monkeypatch.setattr(storage, "delete", delete)
    leftovers.leave(["locked", STRANGE], EIGHT)
    assert [leftovers.clear_away(EIGHT) for _ in range(2)] == [cleared, 0]
    assert Leftover.objects.count() == 2 - cleared
