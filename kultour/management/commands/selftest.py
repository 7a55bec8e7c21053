"""`python3 -m kultour check`: does every part of this installation answer?"""

import errno
import socket
from collections.abc import Callable
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from kultour.data_directory import running
from streaming import bucket_key
from streaming.relay import doorbell
from streaming.relay.announced import Announced
from streaming.relay.port import own_addresses


class Command(BaseCommand):
    help = "Self-test of configuration, database, channel layer, S3 and the port of picture and sound."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--ring", nargs=2, metavar=("ADDRESS:PORT", "PASSWORD"),
            help="on another machine: only try whether that relay's port is reached from here",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        if options["ring"]:
            self.ring(*options["ring"])
            return
        failed = [name for name, probe in PROBES.items() if not self.try_out(name, probe)]
        if failed:
            raise CommandError(f"Not in order: {', '.join(failed)}")

    def ring(self, address: str, password: str) -> None:
        host, port = Announced.read(address)
        answers = async_to_sync(ring)(host, port or settings.UDP_PORT, password)
        self.stdout.write(f"{address} {sentence(*answers)}")
        if not answers[0]:
            raise CommandError("UDP does not get through: pages will take HLS, artists TCP or mobile data.")

    def try_out(self, name: str, probe: Callable[[], str]) -> bool:
        try:
            self.stdout.write(f"ok      {name}: {probe()}")
        except Exception as error:
            self.stdout.write(f"FAILED  {name}: {error}")
            return False
        return True


def ask_database() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise RuntimeError(f"{len(waiting)} migrations have not been run (python3 -m kultour manage migrate)")
    return connection.vendor


def ask_channel_layer() -> str:
    async def there_and_back() -> None:
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.send(channel, {"type": "selftest"})
        await layer.receive(channel)

    async_to_sync(there_and_back)()
    return "Redis" if settings.REDIS_URL else "in memory, one process"


def ask_archive() -> str:
    return f"bucket {settings.S3_BUCKET}, {bucket_key.report(settings.S3_KEY_FOR)}"


def ask_relay() -> str:
    """By every announced address, by UDP and TCP. What only the outside can tell, another machine is asked to try."""
    number = int((running(settings.DATA) or {}).get("udp_port", settings.UDP_PORT))
    password = doorbell.password_of(settings.SECRET_KEY)
    if not async_to_sync(doorbell.ring_by_udp)("127.0.0.1", number, password, 0.6):
        return is_free(number)
    told, reached = [], False
    for host, port in announced(number):
        answers = async_to_sync(ring)(host, port, password)
        reached = reached or answers[0]
        told.append(f"{Announced(host, port)} {sentence(*answers)}")
    if not reached:
        raise RuntimeError(f"{'; '.join(told)}. Is KULTOUR_ANNOUNCE the address outside, and is the port open?")
    first = Announced(*announced(number)[0])
    return f"{'; '.join(told)}. From another network: python3 -m kultour check --ring {first} {password}"


def announced(number: int) -> list[tuple[str, int]]:
    found = [Announced.read(entry) for entry in own_addresses(settings.ANNOUNCE)]
    return [(host, port or number) for host, port in found if settings.ANNOUNCE or not host.startswith("127.")]


async def ring(host: str, port: int, password: str) -> tuple[bool, bool]:
    """Whether it answers by UDP, and by TCP."""
    try:
        by_udp = await doorbell.ring_by_udp(host, port, password)
    except OSError:
        by_udp = False
    return by_udp, await doorbell.ring_by_tcp(host, port, password)


def sentence(by_udp: bool, by_tcp: bool) -> str:
    ways = " and ".join(name for name, works in (("UDP", by_udp), ("TCP", by_tcp)) if works)
    return f"answers by {ways}" if ways else "does not answer from here"


def is_free(number: int) -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("0.0.0.0", number))  # noqa: S104
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise RuntimeError(f"UDP port {number} belongs to another program") from error
            raise
    return f"UDP port {number} is free; once Kultour serves, this tells whether it is reached"


PROBES = {
    "database": ask_database,
    "channel layer": ask_channel_layer,
    "archive (S3)": ask_archive,
    "picture and sound": ask_relay,
}
