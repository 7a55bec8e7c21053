"""How the house is: for machines that watch over it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from channels.layers import get_channel_layer
from django.db import Error as DatabaseFault
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from streaming import disk, relays, storage
from streaming.mediathek import audit, findings, undeleted
from streaming.models import Audit
from streaming.relay.stun import plain_host
from streaming.threads import in_thread

PATIENCE = 3.0


@never_cache
@require_safe
async def health(request: HttpRequest) -> JsonResponse:
    """200 when programme, chat and transmission work, else 503; an absent archive and a nearly full disk are told but
    are no outage: they must not keep the proxy from starting."""
    parts = {name: await works(probe) for name, probe in PROBES.items()}
    well = all(parts[name] for name in VITAL)
    return JsonResponse({"status": "ok" if well else "ill", **parts}, status=200 if well else 503)


async def works(probe: Callable[[], Awaitable[None]]) -> bool:
    try:
        await asyncio.wait_for(probe(), PATIENCE)
    except Exception:
        return False
    return True


async def ask_database() -> None:
    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    await in_thread(ask)()


async def ask_channel_layer() -> None:
    await get_channel_layer().group_send("kultour.health", {"type": "health"})


async def ask_relay() -> None:
    relays.control_room()


async def ask_archive() -> None:
    # In its own threads: where S3 is silent a call outlasts our patience, and the common threads are needed.
    await storage.in_pool(storage.ping)


async def ask_disk() -> None:
    if not await asyncio.to_thread(disk.has_room):
        raise OSError("nearly full")


PROBES = {
    "database": ask_database,
    "channel_layer": ask_channel_layer,
    "relay": ask_relay,
    "archive": ask_archive,
    "disk": ask_disk,
}
VITAL = ("database", "channel_layer", "relay")


@never_cache
@require_safe
async def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text format; to callers on this machine or its private network only, never through a proxy."""
    caller = request.META.get("REMOTE_ADDR", "")
    if not caller or not ip_address(plain_host(caller)).is_private or "X-Forwarded-For" in request.headers:
        return HttpResponse(status=404)
    figures = prometheus(relays.control_room().relay.metrics())
    # The relay's figures are wanted most when something is away: the database fails, or says nothing at all.
    with contextlib.suppress(DatabaseFault, OSError, TimeoutError):
        figures += await asyncio.wait_for(in_thread(of_archive)(timezone.now()), PATIENCE)
    return HttpResponse(figures, content_type="text/plain; version=0.0.4; charset=utf-8")


def prometheus(figures: Mapping[str, Any]) -> str:
    """The relay's figures in the text format: whole ones, dropped datagrams by reason, and each stage's own."""
    lines = [line("", name, value) for name, value in figures.items() if isinstance(value, int | float)]
    lines += [line("", "datagrams_dropped", value, reason=why) for why, value in figures["datagrams_dropped"].items()]
    for stage, own in figures["stages"].items():
        lines += [line("stage_", name, value, stage=stage) for name, value in own.items()]
    return "\n".join([*lines, ""])


def of_archive(now: datetime) -> str:
    """What is wrong in the bucket now, and what should be gone from it. Asks the database."""
    left = undeleted.undeleted(now)
    figures = {"undeleted_recordings": left.recordings, "undeleted_files": left.files}
    told = "".join(f"kultour_archive_{name} {value}\n" for name, value in figures.items())
    return told + of_audit(audit.latest(), findings.total(now))


def of_audit(last: Audit | None, wrong: Mapping[str, int]) -> str:
    """What is wrong until a look finds it right, and when one last came to its end (seconds since 1970)."""
    figures = dict(wrong)
    if last is not None and last.ended is not None:
        figures |= {
            "files": last.files, "read": last.read, "unsure": last.unsure, "unknown": last.unknown,
            "doubted": int(last.doubted), "ended_seconds": int(last.ended.timestamp()),
        }  # fmt: skip
    return "".join(f"kultour_archive_audit_{name} {value}\n" for name, value in figures.items())


def line(kind: str, name: str, value: float, **labels: str) -> str:
    told = ",".join(f'{label}="{text}"' for label, text in labels.items())
    return f"kultour_relay_{kind}{name}{f'{{{told}}}' if told else ''} {value}"
