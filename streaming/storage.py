"""The one door to S3: six calls and a bucket, each bounded in time, each object checked after it was put.

What servers differ in is left unused (see docs/decisions): an object is one PUT with Content-MD5, and it counts as
stored when its length and ETag have been read back, or where an ETag is no MD5, its bytes.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

T = TypeVar("T")

CONNECT_SECONDS = 3
READ_SECONDS = 20
THREADS = 8
"""Calls at the same time, in this process."""
PAGE = 100
"""Keys in one answer. rclone reads a file to its end to tell its ETag; a thousand of them outlast READ_SECONDS."""

_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="s3")


class Trouble(StrEnum):
    """Why S3 did not do what was asked, as far as people can do something about it."""

    KEY = "key"
    """It does not accept our key, or not for this."""
    CLOCK = "clock"
    """Its clock and ours differ by too much."""
    BUCKET = "bucket"
    FULL = "full"
    AWAY = "away"
    """It does not answer, or not in time."""
    DAMAGED = "damaged"
    """What is there is not what was sent."""
    OTHER = "other"


CODES: Mapping[str, Trouble] = {
    "InvalidAccessKeyId": Trouble.KEY,
    "SignatureDoesNotMatch": Trouble.KEY,
    "AccessDenied": Trouble.KEY,
    "401": Trouble.KEY,
    "403": Trouble.KEY,
    "RequestTimeTooSkewed": Trouble.CLOCK,
    "RequestExpired": Trouble.CLOCK,
    "NoSuchBucket": Trouble.BUCKET,
    "QuotaExceeded": Trouble.FULL,
    "EntityTooLarge": Trouble.FULL,
    "507": Trouble.FULL,
    "503": Trouble.AWAY,
    "SlowDown": Trouble.AWAY,
}
"""Of S3's error codes, and of a status where there is none; from what Amazon, MinIO, Ceph and rclone answer."""


class StorageError(Exception):
    """S3 did not do what was asked; asking again later may help."""

    def __init__(self, text: str, trouble: Trouble = Trouble.OTHER) -> None:
        super().__init__(text)
        self.trouble = trouble


class NotThere(StorageError):
    """There is no such object."""


class Damaged(StorageError):
    """What is stored is not what was sent."""

    def __init__(self, text: str) -> None:
        super().__init__(text, Trouble.DAMAGED)


async def in_pool(call: Callable[..., T], *arguments: Any) -> T:
    """Run one of the calls below off the event loop, at most ``THREADS`` at a time."""
    return await asyncio.get_running_loop().run_in_executor(_pool, call, *arguments)


def put(key: str, data: bytes, content_type: str) -> None:
    """Store an object and make sure of it. Raises Damaged if something else is there afterwards."""
    md5 = put_unseen(key, data, content_type)
    length, etag = head(key)
    if length != len(data) or (etag != md5 and get(key) != data):
        raise Damaged(key)


def put_unseen(key: str, data: bytes, content_type: str) -> str:
    """Store an object without a look at it afterwards. Returns its MD5 in hex."""
    md5 = hashlib.md5(data, usedforsecurity=False)
    sent = base64.b64encode(md5.digest()).decode()
    _call("put_object", Key=key, Body=data, ContentMD5=sent, ContentType=content_type)
    return md5.hexdigest()


def get(key: str, span: tuple[int, int] | None = None) -> bytes:
    """An object, or its bytes from the first to the last of ``span``, both included."""
    if span is None:
        return _body(_call("get_object", Key=key))
    answer = _call("get_object", Key=key, Range=f"bytes={span[0]}-{span[1]}")
    data = _body(answer)
    # Some servers send the whole object all the same, some a part of it without saying 206.
    return data if "ContentRange" in answer else data[span[0] : span[1] + 1]


def head(key: str) -> tuple[int, str]:
    """Length, and ETag without its quotes."""
    answer = _call("head_object", Key=key)
    return answer["ContentLength"], answer["ETag"].strip('"')


@dataclass(frozen=True)
class Object:
    """An object as a list of the bucket tells of it; `etag` without its quotes."""

    key: str
    size: int
    etag: str


def objects(prefix: str) -> Iterator[Object]:
    """Those whose key begins with it."""
    for page in _pages(Prefix=prefix):
        yield from (Object(found["Key"], found["Size"], found["ETag"].strip('"')) for found in page.get("Contents", []))


def names(prefix: str) -> Iterator[str]:
    """The keys that begin with it."""
    return (found.key for found in objects(prefix))


def inside(folder: str) -> Iterator[str]:
    """What lies directly in a folder ("" or "…/"): keys, and folders, which end with a stroke."""
    for page in _pages(Prefix=folder, Delimiter="/"):
        yield from (found["Prefix"] for found in page.get("CommonPrefixes", []))
        yield from (found["Key"] for found in page.get("Contents", []))


def _pages(**what: str) -> Iterator[Any]:
    more: dict[str, str] = {}
    while True:
        answer = _call("list_objects_v2", MaxKeys=PAGE, **what, **more)
        yield answer
        if not answer.get("IsTruncated"):
            return
        more = {"ContinuationToken": answer["NextContinuationToken"]}


def delete(keys: Iterable[str]) -> None:
    """Those that are not there are deleted already."""
    for key in keys:
        _call("delete_object", Key=key)


def copy(source: str, target: str) -> None:
    _call("copy_object", Key=target, CopySource={"Bucket": settings.S3_BUCKET, "Key": source})


def ensure_bucket() -> None:
    """Make the bucket if it is missing; nobody but the owner may read it."""
    try:
        _call("head_bucket")
    except NotThere:
        elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": settings.S3_REGION}}
        _call("create_bucket", **({} if settings.S3_REGION == "us-east-1" else elsewhere))


def ping() -> None:
    """Raises StorageError if the bucket cannot be reached."""
    _call("head_bucket")


def _call(name: str, **arguments: Any) -> Any:
    """One request, botocore's errors in our words."""
    client = _client(settings.S3_ENDPOINT, settings.S3_REGION, settings.S3_ACCESS_KEY, settings.S3_SECRET_KEY)
    try:
        return getattr(client, name)(Bucket=settings.S3_BUCKET, **arguments)
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        kind = NotThere if status == 404 else StorageError
        code = str(error.response.get("Error", {}).get("Code", status))
        raise kind(f"{name}: {code}", CODES.get(code, CODES.get(str(status), Trouble.OTHER))) from error
    except BotoCoreError as error:
        raise StorageError(f"{name}: {error}", Trouble.AWAY) from error


def _body(answer: Any) -> bytes:
    try:
        data: bytes = answer["Body"].read()
    except (BotoCoreError, OSError) as error:
        raise StorageError(f"the object broke off: {error}", Trouble.AWAY) from error
    return data


@cache
def _client(endpoint: str, region: str, access_key: str, secret_key: str) -> Any:
    """Shared by all threads, as botocore allows."""
    if not access_key:
        # botocore would go looking for credentials in files and on the network.
        raise StorageError("no S3 is configured (KULTOUR_S3_ENDPOINT, KULTOUR_S3_ACCESS_KEY, KULTOUR_S3_SECRET_KEY)")
    client = boto3.session.Session().client(
        "s3",
        endpoint_url=endpoint or None,
        region_name=region,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": 2},
            max_pool_connections=THREADS,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            signature_version="s3v4",
            s3={"addressing_style": "path"},
        ),
    )
    client.meta.events.register_last("before-call.s3", _send_at_once)
    return client


def _send_at_once(params: Any, **_: Any) -> None:
    """Where a connection ends inside "100 Continue", botocore's thread reads nothing for ever, without a time-out
    (1.44). Our files are small; nothing is won by asking first."""
    params["headers"].pop("Expect", None)
