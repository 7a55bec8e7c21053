"""Three keys, and each does its process's whole work with no more than its policy in deploy/s3-policies."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from django.test import AsyncClient
from django.utils import timezone

from kultour import health
from streaming import bucket_key, leftovers, recovery, storage
from streaming.bucket_key import Right
from streaming.mediathek import audit, bag, passages, posters, publication, second_look
from streaming.mediathek.passages import Span
from streaming.models import Audit, Recording, Segment
from streaming.threads import in_thread
from tests.streaming.doorman import Doorman, standing
from tests.streaming.evening import ended, played, session
from tests.streaming.recording.cast import Ada
from tests.streaming.test_archive import LATER, upload_all

POLICIES = Path(__file__).resolve().parents[2] / "deploy" / "s3-policies"
PURPOSES = {"reader": "reading", "writer": "writing", "remover": "removing"}


def policy(name: str) -> frozenset[str]:
    statements = json.loads((POLICIES / f"{name}.json").read_text())["Statement"]
    return frozenset(action for statement in statements for action in statement["Action"])


@pytest.fixture
def doorman(moto_server, bucket_elsewhere, settings) -> Iterator[Doorman]:
    """Before a bucket on moto's server, which by itself lets everybody do everything."""
    with standing(Doorman(moto_server, {name: policy(name) for name in PURPOSES})) as doorman:
        settings.S3_ENDPOINT = doorman.address
        yield doorman


@pytest.fixture
def process(doorman, settings):
    """From now on we are this process: its key is the only one we have, and it may exactly what it should."""

    def become(name: str) -> None:
        settings.S3_ACCESS_KEY, settings.S3_SECRET_KEY = name, "secret"
        needed = bucket_key.NEEDED[PURPOSES[name]]
        assert bucket_key.report(PURPOSES[name]) == f"the key may {bucket_key.in_words(needed)}"
        # What only trying needs says nothing of the work.
        doorman.refused.clear()
        doorman.done.pop(name, None)

    return become


# --- what the key may do ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("purpose", "may", "said"),
    [
        ("everything", set(Right), "the key may list, read, write and delete"),
        ("reading", {Right.LIST, Right.READ}, "the key may list and read"),
        (
            "reading",
            set(Right),
            "the key is for reading, but may also write and delete; S3 that knows rights can keep it from that",
        ),
    ],
)
def test_a_key_that_may_more_than_it_should_is_told_in_one_sentence(purpose, may, said):
    assert bucket_key.judge(purpose, may) == said


def test_a_key_that_may_too_little_is_told_in_one_sentence():
    with pytest.raises(bucket_key.MayTooLittle, match="the key is for writing, but S3 does not let it write "):
        bucket_key.judge("writing", {Right.LIST, Right.READ})


def test_a_key_that_s3_does_not_know_is_told_as_that(doorman, settings):
    settings.S3_ACCESS_KEY = "somebody"
    with pytest.raises(bucket_key.MayTooLittle, match="does not know the key"):
        bucket_key.report("reading")


# --- an evening with three keys ---------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("own_data")
async def test_each_process_does_its_work_with_its_own_key(process, doorman):
    process("writer")
    recorder = await played(await session(), keep_days=90, ada=Ada(seconds=4))
    await ended(recorder, LATER)
    await upload_all()
    await Recording.objects.aupdate(public_until=timezone.now() + timedelta(days=3), download=True, audio=True)
    assert await in_thread(posters.draw_due)(LATER) == 1
    recording = await Recording.objects.select_related("session").aget()
    await in_thread(passages.leave_out)(recording, Span(0, 100), "GEMA", LATER)
    assert await in_thread(posters.draw_due)(LATER) == 1, "also where nothing may be shown any more"
    await in_thread(passages.clear)(await recording.passages.select_related("recording").aget())
    assert await in_thread(posters.draw_due)(LATER) == 1
    await in_thread(recovery.sweep)(timezone.now() + timedelta(days=1))

    process("reader")
    await health.ask_archive()
    client = AsyncClient()
    names = ["index.m3u8", "video.m3u8", "video-0000.mp4", "video-0000-000001.m4s", "poster.jpg"]
    answers = [(await client.get(f"/media/{recording.slug}/{name}")).status_code for name in names]
    assert answers == [200] * len(names)
    assert len(await in_thread(lambda: list(bag.contents(recording)))()) > 10
    await Segment.objects.filter(name="opus-0000-000001.m4s").aupdate(state=Segment.State.FAILED, sha256="lost")
    assert await in_thread(second_look.publish_the_rest)(recording, LATER)

    process("remover")
    assert await in_thread(leftovers.clear_away)(LATER) == 3
    night = datetime.combine(timezone.localdate() + timedelta(days=1), time(5), timezone.get_default_timezone())
    await in_thread(audit.follow)(night, threading.Event())
    assert await Audit.objects.values_list("files", "missing", "unknown").aget() == (6, 0, 0)
    await Recording.objects.aupdate(withdrawn=LATER)
    await in_thread(publication.forget_due)(LATER)

    assert (await in_thread(lambda: list(storage.names("")))(), doorman.refused) == ([], [])
    unused = {name: policy(name) - doorman.done[name] for name in PURPOSES}
    assert unused == {"reader": set(), "writer": {"s3:ListBucket"}, "remover": set()}, "the writer's, only for `check`"
