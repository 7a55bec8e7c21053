"""Against the embedded S3 server and another, the same code as in production."""

import base64
import hashlib
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

from streaming import storage


def test_what_is_put_can_be_read_listed_copied_and_deleted(any_bucket):
    storage.put("a/one", b"Kultour", "video/mp4")
    storage.copy("a/one", "a/two")
    assert sorted(storage.names("a/")) == ["a/one", "a/two"]
    assert storage.get("a/two") == b"Kultour"
    assert storage.head("a/one") == (7, hashlib.md5(b"Kultour").hexdigest())
    storage.delete(["a/one", "a/never was there"])
    assert list(storage.names("a/")) == ["a/two"]


def test_a_list_is_read_in_short_pages_to_its_end(any_bucket, monkeypatch):
    """rclone reads each file to tell its ETag: a long page would outlast our patience."""
    keys = [f"{folder}/{number}" for folder in "ab" for number in range(3)]
    for key in keys:
        storage.put_unseen(key, b"Kultour", "text/plain")
    monkeypatch.setattr(storage, "PAGE", 2)
    pages = [len(page["Contents"]) for page in storage._pages(Prefix="")]
    assert (pages, sorted(storage.names("")), sorted(storage.inside(""))) == ([2, 2, 2], keys, ["a/", "b/"])


def test_a_range_is_a_range_whatever_the_server_calls_it(any_bucket):
    storage.put("digits", b"0123456789", "video/mp4")
    assert storage.get("digits", (2, 4)) == b"234"


def test_an_object_that_is_not_there_is_not_there(any_bucket):
    with pytest.raises(storage.NotThere):
        storage.get("nothing")
    with pytest.raises(storage.NotThere):
        storage.head("nothing")


def test_an_object_damaged_on_its_way_is_refused(bucket, settings):
    """Not by every server: moto takes it, which is why each object is looked at after it was put."""
    client = storage._client(settings.S3_ENDPOINT, settings.S3_REGION, settings.S3_ACCESS_KEY, settings.S3_SECRET_KEY)
    wrong = base64.b64encode(hashlib.md5(b"something else").digest()).decode()
    with pytest.raises(ClientError, match="BadDigest"):
        client.put_object(Bucket=settings.S3_BUCKET, Key="damaged", Body=b"Kultour", ContentMD5=wrong)
    assert list(storage.names("")) == []


def test_the_bucket_is_private(bucket, settings):
    storage.put("secret", b"unpublished", "video/mp4")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{settings.S3_ENDPOINT}/{settings.S3_BUCKET}/secret")
    assert refused.value.code in (400, 403)


def test_making_the_bucket_twice_makes_one(any_bucket):
    storage.ensure_bucket()
    storage.ping()


def test_a_server_that_is_away_is_said_in_our_words(away):
    with pytest.raises(storage.StorageError):
        storage.ping()


def test_without_a_key_nobody_goes_looking_for_one(settings):
    settings.S3_ACCESS_KEY = ""
    with pytest.raises(storage.StorageError, match="KULTOUR_S3_ENDPOINT"):
        storage.ping()


async def test_calls_wait_in_a_pool_of_their_own(any_bucket):
    await storage.in_pool(storage.put, "pooled", b"Kultour", "video/mp4")
    assert await storage.in_pool(storage.get, "pooled") == b"Kultour"
