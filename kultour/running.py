"""`python3 -m kultour run`: the whole house on one machine, from an empty data directory to the first picture."""

import argparse
import asyncio
import os
import socket
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from kultour.data_directory import claim, forget_running, kept_secret, note_running, running, write_private
from kultour.object_store import ObjectStore
from kultour.setup.steps import SetupError, step

ROOT = Path(__file__).resolve().parent.parent
LOOPBACKS = ("127.0.0.1", "::1")
SYNTHETIC_STAGES = ("quellen", "dom", "kulturwerkstatt")
FIRST_ARTIST = ("leyla-probe", "bibliothek")
"""Act and stage of the personal link that a newcomer is given."""
FIRST_RECORDING = ("theater", "kulturamt", 30.0)
"""Stage, act and seconds of the recording made at the first start, so that the Mediathek is not empty."""


@dataclass(frozen=True)
class Options:
    port: int
    udp_port: int
    data: Path
    lan: bool
    artists: bool
    demo: bool


def parse(arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser(prog="python3 -m kultour run", description="Serve the town's stage.")
    parser.add_argument("--port", type=int, default=8000, help="TCP port of the pages (8000)")
    parser.add_argument("--udp-port", type=int, default=40000, help="UDP port of picture and sound (40000)")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="everything that outlives a restart (./data)")
    parser.add_argument("--lan", action="store_true", help="HTTPS on the local network, so that a phone may join in")
    parser.add_argument("--no-artists", action="store_true", help="demo edition without synthetic artists")
    parser.add_argument("--empty", action="store_true", help="no demo edition")
    found = parser.parse_args(arguments)
    return Options(
        port=found.port,
        udp_port=found.udp_port,
        data=found.data.resolve(),
        lan=found.lan,
        artists=not (found.no_artists or found.empty),
        demo=not found.empty,
    )


def run(arguments: list[str]) -> int:
    """Prepare and serve; returns the exit code."""
    options = parse(arguments)
    store: ObjectStore | None = None
    try:
        check_ports(options)
        claim_alone(options.data)
        print(f"Kultour, data in {options.data}", flush=True)
        set_environment(options)
        if "KULTOUR_S3_ENDPOINT" not in os.environ:
            store = ObjectStore(options.data)
            with step("starting the local S3 server"):
                store.start()
            os.environ.update(store.settings())
        prepare(options)
        return open_doors(options, store)
    except (SetupError, OSError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        if store:
            store.stop()
        if (running(options.data) or {}).get("pid") == os.getpid():
            forget_running(options.data)


# --- before Django ------------------------------------------------------------------------------------------------


def check_ports(options: Options) -> None:
    """Say in one sentence which port is taken, before anything is started."""
    for kind, port, name in (
        (socket.SOCK_STREAM, options.port, "--port"),
        (socket.SOCK_DGRAM, options.udp_port, "--udp-port"),
    ):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("0.0.0.0" if options.lan or kind == socket.SOCK_DGRAM else "127.0.0.1", port))  # noqa: S104
            except (OSError, OverflowError) as error:
                layer = "TCP" if kind == socket.SOCK_STREAM else "UDP"
                raise SetupError(
                    f"{layer} port {port} cannot be used ({getattr(error, 'strerror', error)}). "
                    f"Another Kultour may be running; choose a different one with {name}."
                ) from error


def claim_alone(data: Path) -> None:
    if not claim(data):
        pid = (running(data) or {}).get("pid", "just starting")
        raise SetupError(f"{data} is in use by a running Kultour (process {pid}).")


def set_environment(options: Options) -> None:
    """The settings of the embedded installation."""
    kept_secret(options.data / "secret_key", 48)
    os.environ["KULTOUR_DATA"] = str(options.data)
    os.environ["KULTOUR_UDP_PORT"] = str(options.udp_port)
    os.environ["KULTOUR_DEMO"] = str(options.demo)
    if options.lan:
        os.environ["KULTOUR_HTTPS"] = "true"


def prepare(options: Options) -> None:
    """Texts, database, bucket, demo edition, people."""
    from kultour.translations import compile_catalogues

    with step("compiling the texts"):
        compile_catalogues()
    with step("starting Django"):
        import django

        django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from streaming import storage

    with step("bringing the database up to date"):
        call_command("migrate", verbosity=0)
    with step("opening the archive's bucket"):
        storage.ensure_bucket()
    if options.demo:
        from events import demo

        with step("loading the demo edition"):
            demo.load(timezone.now())
            demo.translate()


# --- serving ------------------------------------------------------------------------------------------------------


def open_doors(options: Options, store: ObjectStore | None) -> int:
    from django.utils import timezone

    from kultour.serving import serve

    addresses = lan_addresses() if options.lan else []
    scheme = "https" if options.lan else "http"
    address = f"{scheme}://{addresses[0] if addresses else 'localhost'}:{options.port}"
    cafile: Path | None = None
    if options.lan:
        from kultour.certificate import ensure_certificate

        cafile, key = ensure_certificate(options.data, [*addresses, *LOOPBACKS], timezone.now())
        endpoints = [f"ssl:{options.port}:privateKey={escaped(key)}:certKey={escaped(cafile)}"]
    else:
        endpoints = [f"tcp:{options.port}:interface={escaped(host)}" for host in LOOPBACKS if can_bind(host)]

    async def when_open(house: Any) -> None:
        s3 = store.endpoint if store else None
        note_running(options.data, address=address, s3=s3, udp_port=options.udp_port)
        for line in await asyncio.to_thread(welcome, options, address):
            print(line, flush=True)
        if options.demo:
            house.keep(keep_demo_current())
        if options.artists:
            here = f"{scheme}://localhost:{options.port}"
            house.keep(play(options.data, here, cafile))
            house.keep(first_recording(options.data, here, cafile))

    return serve(endpoints, when_open)


def escaped(part: Path | str) -> str:
    """Twisted's endpoint descriptions use the colon themselves."""
    return str(part).replace("\\", "\\\\").replace(":", "\\:")


def can_bind(host: str) -> bool:
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.bind((host, 0))
    except OSError:
        return False
    return True


def lan_addresses() -> list[str]:
    """This machine's IPv4 addresses that others can reach, the one of the default route first."""
    from streaming.relay.port import own_addresses

    return [address for address in own_addresses() if ":" not in address and not address.startswith("127.")]


def welcome(options: Options, address: str) -> list[str]:
    """What a newcomer needs: where to watch, the artist's link, the office's sign-in."""
    from django.utils import timezone

    now = timezone.now()
    _act, stage = FIRST_ARTIST
    lines = ["", f"  Watch           {address}/", f"  Office          {address}/buero/   {office_sign_in(options)}"]
    if options.demo:
        lines.insert(2, f"  Artist's link   {address}/hinterbuehne/{artist_token(options.data, now)}   (stage {stage})")
    if options.lan:
        lines += [
            "",
            "  The certificate was made on this machine, so a phone will warn once. On the warning page choose",
            "  “Details/Advanced” and then “visit this website”; after that the camera may be used.",
        ]
    return [*lines, "", "  Ctrl-C ends the evening.", ""]


def office_sign_in(options: Options) -> str:
    from kultour.accounts.models import User

    password = kept_secret(options.data / "office_password", 12)
    if not User.objects.filter(username="buero").exists():
        User.objects.create_user("buero", password=password, role=User.Role.OFFICE)
    return f"user buero, password {password}"


def artist_token(data: Path, now: Any) -> str:
    """The personal link of one artist for one stage, the same at every start while it is valid."""
    from events import invitations
    from events.models import Act, Stage

    kept = data / "artist_link"
    if kept.exists() and invitations.find(kept.read_text().strip(), now):
        return kept.read_text().strip()
    act, stage = FIRST_ARTIST
    token = invitations.make(Act.objects.get(slug=act), Stage.objects.get(slug=stage), now)
    write_private(kept, token)
    return token


# --- the demo is alive --------------------------------------------------------------------------------------------


async def keep_demo_current() -> None:
    """Move the demo edition to today whenever its last item is over."""
    from django.utils import timezone

    from events.demo import move_demo_to_today
    from streaming.tasks import tried

    while True:
        await tried(move_demo_to_today, timezone.now())
        await asyncio.sleep(60)


async def play(data: Path, address: str, cafile: Path | None) -> None:
    """Synthetic artists through the real door."""
    from django.utils import timezone

    from streaming.artists import play as play_loops
    from streaming.threads import in_thread

    keys = await in_thread(synthetic_keys)()
    await play_loops(address, keys, data / "artists", timezone.localtime, cafile=cafile)


def synthetic_keys() -> dict[str, str]:
    from django.utils import timezone

    from streaming.signalling import keys

    now = timezone.now()
    return {
        stage: keys.make(stage, now, rehearsal=True, rotate=True, life=timedelta(days=365))
        for stage in SYNTHETIC_STAGES
    }


async def first_recording(data: Path, address: str, cafile: Path | None) -> None:
    """At the first start one recording goes the whole way; if that fails, at the next one."""
    from django.utils import timezone

    from streaming.artists import play_once
    from streaming.threads import in_thread

    done = data / "first_recording"
    if done.exists():
        return
    stage, act, seconds = FIRST_RECORDING
    token = await in_thread(key_of_act)(stage, act)
    await play_once(address, stage, token, seconds, data / "artists", timezone.localtime, cafile=cafile)
    write_private(done, "made\n")


def key_of_act(stage: str, act: str) -> str:
    from django.utils import timezone

    from events.models import Act
    from streaming.signalling import keys

    return keys.make(stage, timezone.now(), act_id=Act.objects.get(slug=act).pk, life=timedelta(hours=1))
