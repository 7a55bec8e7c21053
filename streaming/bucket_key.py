"""What this process's key may do in the bucket, found out by doing it, and what it should be able to do.

Four processes, three keys (DESIGN section 5): web reads, the uploader writes, the worker removes. A town with one key
for everything is told nothing; a town with three is told where one of them can too little, or too much.
"""

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum

from streaming import storage

TRIED = "kultour-check.txt"
"""The one object that is put to find out; it holds no more than its purpose."""
CONTENT = b"Put here by `python3 -m kultour check`. Nobody misses it.\n"


class Right(StrEnum):
    LIST = "list"
    READ = "read"
    WRITE = "write"
    DELETE = "delete"


NEEDED: Mapping[str, frozenset[Right]] = {
    "everything": frozenset(Right),
    "reading": frozenset({Right.LIST, Right.READ}),
    # What was put is read again, by its head, or where an ETag is no MD5, to its end; pictures are drawn from it.
    "writing": frozenset({Right.LIST, Right.READ, Right.WRITE}),
    # The audit reads samples back.
    "removing": frozenset({Right.LIST, Right.READ, Right.DELETE}),
}
"""By KULTOUR_S3_KEY_FOR. All list: without that right, S3 answers 403 for what is not there, and for the bucket."""


class MayTooLittle(Exception):
    """The key is refused what its process does all day."""


def report(purpose: str) -> str:
    """What is to be said of the key. Raises MayTooLittle; StorageError where S3 is away, or the bucket not there."""
    try:
        storage.ping()
    except storage.StorageError as error:
        if error.trouble != storage.Trouble.KEY:
            raise
        raise MayTooLittle("S3 does not know the key, or does not let it look into the bucket") from error
    return judge(purpose, allowed())


def judge(purpose: str, may: Collection[Right]) -> str:
    """A sentence. Raises MayTooLittle."""
    needed = NEEDED[purpose]
    if lacking := needed - set(may):
        raise MayTooLittle(f"the key is for {purpose}, but S3 does not let it {in_words(lacking)} (docs/operate.md)")
    if beyond := set(may) - needed:
        return f"the key is for {purpose}, but may also {in_words(beyond)}; S3 that knows rights can keep it from that"
    return f"the key may {in_words(needed)}"


def in_words(rights: Collection[Right]) -> str:
    *others, last = [right.value for right in Right if right in rights]
    return f"{', '.join(others)} and {last}" if others else last


def allowed() -> set[Right]:
    """Tried with real calls. What was put is deleted again, if the key may do that; else the worker's audit does."""
    return {right for right, call in CALLS.items() if _is_allowed(call)}


def _is_allowed(call: Callable[[], object]) -> bool:
    try:
        call()
    except storage.NotThere:
        return True
    except storage.StorageError as error:
        if error.trouble == storage.Trouble.KEY:
            return False
        raise
    return True


CALLS: Mapping[Right, Callable[[], object]] = {
    Right.LIST: lambda: next(storage.names(TRIED), None),
    Right.WRITE: lambda: storage.put_unseen(TRIED, CONTENT, "text/plain"),
    Right.READ: lambda: storage.get(TRIED),
    Right.DELETE: lambda: storage.delete([TRIED]),
}
"""In the order in which they are tried."""
