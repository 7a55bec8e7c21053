"""Who may import whom: the rules of the house, held by reading the imports."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOREIGN_TO_EVENTS = {"streaming", "channels", "aiortc", "av", "boto3", "botocore"}
RELAY_MAY = {"cryptography", "pylibsrtp", "streaming.relay"}
RTC_ROOMS = {"port", "stun", "peer", "offer", "feedback"}
ALL_SEEING = {"kultour.urls", "kultour.asgi", "kultour.settings", "kultour.health"}
MEETING_POINTS = {"control_room", "relays", "archive", "uploading", "recovery", "mediathek", "disk"}


def modules(folder: str) -> Iterator[tuple[str, str]]:
    """Dotted module name and each dotted name it imports."""
    for file in sorted((ROOT / folder).rglob("*.py")):
        if "migrations" in file.parts or "__pycache__" in file.parts:
            continue
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                yield from ((name, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                yield name, node.module
                yield from ((name, f"{node.module}.{alias.name}") for alias in node.names)


def imports(folder: str, *wanted: str) -> set[tuple[str, str]]:
    """Pairs of module and import below `folder` where the import is one of `wanted` or inside it."""
    return {
        (name, imported)
        for name, imported in modules(folder)
        if any(imported == one or imported.startswith(one + ".") for one in wanted)
    }


def test_the_programme_knows_nothing_of_streaming():
    assert imports("events", *FOREIGN_TO_EVENTS) == set()


def test_the_ground_floor_knows_neither_programme_nor_live_side():
    assert imports("kultour/accounts", "events", "streaming") == set()


def test_the_live_side_reads_the_programme_only_through_its_doors():
    rooms = {"programme", "rights", "invitations", "schedule", "signals"}
    assert {
        (name, imported)
        for name, imported in imports("streaming", "events")
        if imported != "events" and imported.split(".")[1] not in rooms
    } == set()


def test_nobody_imports_what_sees_all():
    found = {pair for folder in ("kultour", "events", "streaming") for pair in imports(folder, *ALL_SEEING)}
    opening_the_house = {name for name, _ in found if name not in {"kultour.serving", "kultour.urls"}}
    assert opening_the_house == set()


def test_the_relay_could_leave_as_a_library():
    outside = {
        (name, imported)
        for name, imported in modules("streaming/relay")
        if imported.split(".")[0] in {"django", "channels", "av", "boto3", "events", "kultour"}
        or (imported.startswith("streaming") and not imported.startswith("streaming.relay"))
    }
    assert outside == set()


def test_aiortc_enters_the_relay_through_five_rooms():
    assert {name.split(".")[-1] for name, _ in imports("streaming/relay", "aiortc", "aioice")} <= RTC_ROOMS


def test_the_relays_rooms_form_no_circle():
    """Not even by types alone; a room that stands below another one says by a Protocol what it needs of it."""
    beside = {
        file.stem: {
            room
            for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.ImportFrom) and node.level == 1
            for room in ([node.module] if node.module else [alias.name for alias in node.names])
        }
        for file in (ROOT / "streaming/relay").glob("*.py")
    }
    while lowest := [room for room, others in beside.items() if not others & beside.keys()]:
        for room in lowest:
            del beside[room]
    assert beside == {}


def test_recording_knows_the_relays_face_and_no_django():
    outside = {
        (name, imported)
        for name, imported in modules("streaming/recording")
        if imported.split(".")[0] in {"django", "channels", "boto3", "events", "kultour", "aiortc"}
        or (imported.startswith("streaming.relay.") and imported.split(".")[2][0].islower())
    }
    assert outside == set()


def test_django_meets_relay_and_recording_in_few_places():
    meeting = {
        name.split(".")[1]
        for name, _ in imports("streaming", "streaming.relay", "streaming.recording")
        if name.split(".")[1] not in {"relay", "recording"}
    }
    # The doors only name the relay's refusals, to say them in words.
    assert meeting <= MEETING_POINTS | {"signalling", "live_side", "media"}


@pytest.mark.parametrize("library", ["boto3", "botocore"])
def test_s3_is_spoken_in_one_file(library):
    speakers = {name for folder in ("kultour", "events", "streaming") for name, _ in imports(folder, library)}
    assert speakers <= {"streaming.storage"}


def test_the_environment_is_read_in_one_file():
    readers = {
        file.relative_to(ROOT).as_posix()
        for folder in ("events", "streaming")
        for file in (ROOT / folder).rglob("*.py")
        if "os.environ" in file.read_text() or "getenv(" in file.read_text()
    }
    assert readers == set()
