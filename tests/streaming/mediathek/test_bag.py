"""A recording as a package for the town's archive."""

import hashlib
import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from events import demo
from events.models import Consent, Performance
from kultour.answers import as_json
from streaming import recovery
from streaming.mediathek import bag
from streaming.models import LiveSession, Recording
from streaming.threads import in_thread
from tests.hls_rules import master_faults
from tests.streaming.evening import EIGHT, ended, played, session
from tests.streaming.test_archive import LATER, upload_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data")]


@pytest.fixture
async def recording(bucket) -> Recording:
    """Stored, and nothing of it left on this server."""
    await in_thread(demo.load)(EIGHT)
    abendlicht = await Performance.objects.select_related("production").aget(slug="gitarre-handy-abendlicht")
    live = await session(performance=abendlicht, act_id=abendlicht.production.act_id)
    await ended(await played(live, keep_days=90), LATER)
    await upload_all()
    await LiveSession.objects.filter(pk=live.pk).aupdate(ended=LATER)
    await Recording.objects.aupdate(public_until=timezone.now() + timedelta(days=1))
    await in_thread(recovery.sweep)(LATER)
    return await Recording.objects.select_related("session__act", "session__performance").aget()


def told(folder: Path, manifest: str) -> dict[str, str]:
    lines = (folder / manifest).read_text().splitlines()
    return {path: digest for digest, path in (line.split("  ", 1) for line in lines)}


def found(folder: Path, below: str) -> dict[str, str]:
    files = [path for path in (folder / below).rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


async def test_the_bag_is_complete_and_every_sum_is_right(recording, tmp_path):
    folder = tmp_path / "bag"
    size = await in_thread(bag.pack)(recording, folder, LATER)
    payload = found(folder, "data")
    assert told(folder, "manifest-sha256.txt") == payload
    assert len(payload) == 3 + 3 * 4 + 4 + 2
    tags = {name: digest for name, digest in found(folder, ".").items() if "/" not in name}
    assert told(folder, "tagmanifest-sha256.txt") == {
        name: digest for name, digest in tags.items() if name != "tagmanifest-sha256.txt"
    }
    assert (folder / "bagit.txt").read_text() == "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    assert f"Payload-Oxum: {size}.{len(payload)}" in (folder / "bag-info.txt").read_text()
    assert size == sum((folder / path).stat().st_size for path in payload)


async def test_it_can_be_played_as_it_lies_there(recording, tmp_path):
    await in_thread(bag.pack)(recording, tmp_path / "bag", LATER)
    media = tmp_path / "bag" / "data" / "media"
    assert master_faults((media / "index.m3u8").read_text(), lambda uri: (media / uri).read_bytes()) == []


async def test_it_says_what_it_is_and_who_agreed(recording, tmp_path):
    await in_thread(bag.pack)(recording, tmp_path / "bag", LATER)
    data = tmp_path / "bag" / "data"
    about = json.loads((data / "metadata.jsonld").read_text())
    assert (about["@type"], about["name"], about["actor"]["name"], about["contentUrl"]) == (
        "VideoObject", "Orgel im Kreuzgang", "Jorinde Beispiel", "media/index.m3u8",
    )  # fmt: skip
    word, about_all = json.loads((data / "consents.json").read_text())
    assert about_all["about"] is None
    assert (word["act"], word["about"], word["allowed"]["days"], word["withdrawn_at"]) == (
        "Jorinde Beispiel", "gitarre-handy-abendlicht", 30, None,
    )  # fmt: skip


async def test_a_last_day_is_packed_as_it_was_chosen(recording):
    await Consent.objects.filter(performance__slug="gitarre-handy-abendlicht").aupdate(last_day=date(2027, 6, 3))
    word, about_all = json.loads(as_json(await in_thread(bag.consents)(recording)))
    assert (word["allowed"]["last_day"], about_all["allowed"]["last_day"]) == ("2027-06-03", None)


async def test_a_damaged_object_is_found_and_the_bag_is_none(recording, bucket, tmp_path):
    damaged = bucket / "recordings" / recording.prefix / "opus-0000-000001.m4s"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    with pytest.raises(bag.Incomplete, match=r"opus-0000-000001\.m4s is not the file that was recorded"):
        await in_thread(bag.pack)(recording, tmp_path / "bag", LATER)
    assert not (tmp_path / "bag" / "bagit.txt").exists()


async def test_what_may_not_be_kept_is_not_packed(recording, tmp_path):
    recording.withdrawn = LATER
    with pytest.raises(bag.Incomplete, match="may not be kept any more"):
        await in_thread(bag.pack)(recording, tmp_path / "bag", LATER)


async def test_the_command_packs_and_says_what_is_wrong(recording, tmp_path):
    out = StringIO()
    await in_thread(call_command)("export", recording.slug, str(tmp_path / "bag"), stdout=out)
    assert out.getvalue().startswith(f"{tmp_path / 'bag'}: ")
    with pytest.raises(CommandError, match="exists already"):
        await in_thread(call_command)("export", recording.slug, str(tmp_path / "bag"))
    with pytest.raises(CommandError, match="There is no recording “nichts”"):
        await in_thread(call_command)("export", "nichts", str(tmp_path / "other"))
