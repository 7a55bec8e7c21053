"""A recording as a package for an archive: a bag (RFC 8493), complete, and checked while it is written.

    bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt
    data/media/…            every file of the recording and its playlists, playable as they lie there
    data/captions/…         its captions, one file of WebVTT per language
    data/metadata.jsonld    what it is (schema.org VideoObject)
    data/consents.json      who agreed to what, when, and the SHA-256 of the text

It holds the whole recording, also the passages that are left out in the Mediathek: what an archive shows is its own
decision, and `metadata.jsonld` names them.
"""

import hashlib
import json
import tarfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from events import rights
from streaming import archive, storage
from streaming.mediathek import captions, cues, playlists, publication
from streaming.models import Recording
from streaming.recording import RENDITIONS, hls


class Incomplete(Exception):
    """The recording cannot be packed as it is; the text says why."""


def pack(recording: Recording, folder: Path, now: datetime) -> int:
    """Write the bag into a folder that must not exist yet; returns the bytes of its payload.

    Raises Incomplete, FileExistsError, and what S3 raises; an unfinished bag has no `bagit.txt`.
    """
    check(recording, now)
    folder.mkdir(parents=True)
    size = 0
    for path, data in entries(recording, now):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        size += len(data) if path.startswith("data/") else 0
    return size


def check(recording: Recording, now: datetime) -> None:
    """Raises Incomplete."""
    if recording.state != Recording.State.ARCHIVED or not recording.segments.exists():
        raise Incomplete(f"{recording.slug} is not (or no longer) archived.")
    if publication.is_over(recording, now):
        raise Incomplete(f"{recording.slug} may not be kept any more.")


def entries(recording: Recording, now: datetime) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of every file of the bag, one after the other; `bagit.txt` is the last. Raises Incomplete."""
    sums, size = {}, 0
    for path, data in contents(recording):
        yield f"data/{path}", data
        sums[f"data/{path}"] = hashlib.sha256(data).hexdigest()
        size += len(data)
    tags = {
        "manifest-sha256.txt": listing(sums),
        "bag-info.txt": info(recording, size, len(sums), now),
        "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
    }
    tag_sums = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in tags.items()}
    for name, text in {"tagmanifest-sha256.txt": listing(tag_sums), **tags}.items():
        yield name, text.encode()


def as_tar(folder: str, files: Iterator[tuple[str, bytes]], now: datetime) -> Iterator[bytes]:
    """One tar file (POSIX.1-2001), piece by piece, of files in a folder."""
    for path, data in files:
        head = tarfile.TarInfo(f"{folder}/{path}")
        head.size, head.mtime, head.mode = len(data), int(now.timestamp()), 0o644
        yield head.tobuf(tarfile.PAX_FORMAT) + data + bytes(-len(data) % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


def contents(recording: Recording) -> Iterator[tuple[str, bytes]]:
    """Path below `data/` and bytes. Raises Incomplete where a file is not the one that was recorded."""
    files = archive.files(recording, RENDITIONS)
    for rendition in RENDITIONS:
        inits, pieces = files[rendition]
        for row in (*inits, *pieces):
            try:
                data = archive.read(row)
            except storage.Damaged as error:
                raise Incomplete(f"{row.name} is not the file that was recorded.") from error
            if hashlib.sha256(data).hexdigest() != row.sha256:
                raise Incomplete(f"{row.name} is damaged on this server's disk.")
            yield f"media/{row.name}", data
        yield f"media/{rendition}.m3u8", hls.vod(pieces).encode()
    yield f"media/{hls.MASTER}", playlists.master_of(files).encode()
    for text in recording.captions.all():
        yield f"captions/{text.language}.vtt", cues.as_vtt(captions.cues_of(text)).encode()
    yield "metadata.jsonld", as_json(metadata(recording))
    yield "consents.json", as_json(consents(recording))


def metadata(recording: Recording) -> dict[str, Any]:
    """As schema.org has it."""
    session = recording.session
    return {
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "identifier": recording.slug,
        "name": session.title,
        "dateCreated": session.started.isoformat(),
        "duration": f"PT{recording.duration:.3f}S",
        "expires": recording.public_until.isoformat() if recording.public_until else None,
        "contentLocation": {"@type": "Place", "identifier": session.stage},
        "actor": {"@type": "PerformingGroup", "name": session.act.name} if session.act else None,
        "encodingFormat": hls.MEDIA_TYPES["m3u8"],
        "contentUrl": f"media/{hls.MASTER}",
        "hasPart": [
            {
                "@type": "Clip",
                "name": "left out in the Mediathek",
                "description": passage.reason,
                "startOffset": passage.begins,
                "endOffset": passage.ends,
            }
            for passage in recording.passages.all()
        ],
    }


def consents(recording: Recording) -> list[dict[str, Any]]:
    """Every word that decides about it, the oldest first."""
    words = rights.words_about(recording.session.performance_id, recording.session.act_id)
    return [
        {
            "act": word.act.name,
            "about": word.performance.slug if word.performance else None,
            "allowed": asdict(word.allowed) | {"last_day": word.last_day and word.last_day.isoformat()},
            "version": word.version,
            "text_sha256": word.text_hash or None,
            "given_at": word.given_at.isoformat(),
            "given_by": word.given_by,
            "signed_on": word.signed_on.isoformat() if word.signed_on else None,
            "paper": word.paper or None,
            "withdrawn_at": word.withdrawn_at.isoformat() if word.withdrawn_at else None,
        }
        for word in words
    ]


def info(recording: Recording, size: int, count: int, now: datetime) -> str:
    """RFC 8493 section 2.2.2."""
    ends = recording.session.started + timedelta(seconds=recording.duration)
    return (
        f"Bagging-Date: {now.date().isoformat()}\n"
        f"External-Identifier: {recording.slug}\n"
        f"External-Description: {' '.join(recording.session.title.split())}, "
        f"{recording.session.started.isoformat()} to {ends.isoformat()}\n"
        f"Payload-Oxum: {size}.{count}\n"
    )


def listing(sums: dict[str, str]) -> str:
    return "".join(f"{digest}  {path}\n" for path, digest in sums.items())


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"
