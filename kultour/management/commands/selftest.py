"""`python3 -m kultour check`: does every part of this installation answer?"""

import errno
import socket
from collections.abc import Callable
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from kultour.data_directory import running
from streaming import storage


class Command(BaseCommand):
    help = "Self-test of configuration, database, channel layer, S3 and the UDP port."

    def handle(self, *args: Any, **options: Any) -> None:
        failed = [name for name, probe in PROBES.items() if not self.try_out(name, probe)]
        if failed:
            raise CommandError(f"Not in order: {', '.join(failed)}")

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
    storage.ping()
    return f"bucket {settings.S3_BUCKET}"


def ask_udp() -> str:
    if facts := running(settings.DATA):
        return f"port {facts['udp_port']} belongs to the running Kultour"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("0.0.0.0", settings.UDP_PORT))  # noqa: S104
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"port {settings.UDP_PORT} is in use, as it is while Kultour serves"
            raise
    return f"port {settings.UDP_PORT} is free here; only a test from outside tells whether the firewall opens it"


PROBES = {"database": ask_database, "channel layer": ask_channel_layer, "archive (S3)": ask_archive, "UDP": ask_udp}
