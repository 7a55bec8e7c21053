"""What machines that watch over the house may see, and which."""

import re
import threading
from datetime import UTC, datetime

import pytest
from django.db import InterfaceError

from kultour import health
from kultour.health import metrics, of_archive, of_audit
from streaming import relays
from streaming.models import Audit
from tests.streaming.relay.offers import CHROMIUM_WATCHES

pytestmark = pytest.mark.django_db


@pytest.fixture
async def house():
    yield await relays.open_house()
    await relays.close_house()


@pytest.mark.parametrize(
    ("caller", "status"),
    [
        ("127.0.0.1", 200),
        ("10.2.0.7", 200),
        ("::ffff:10.2.0.7", 200),
        ("fe80::1%eth0", 200),
        ("9.9.9.9", 404),
        ("::ffff:9.9.9.9", 404),
        ("", 404),
    ],
)
async def test_figures_are_for_callers_nearby(house, async_rf, caller, status):
    request = async_rf.get("/metrics")
    request.META["REMOTE_ADDR"] = caller
    assert (await metrics(request)).status_code == status


async def test_figures_are_told_by_stage_and_never_by_person(house, async_rf):
    house.relay.open("dom")
    house.relay.watch("dom", CHROMIUM_WATCHES)
    text = (await metrics(async_rf.get("/metrics"))).content.decode()
    names = {line.partition(" ")[0] for line in text.splitlines()}
    assert {
        "kultour_relay_seats",
        "kultour_relay_seats_taken",
        "kultour_relay_packets_sent",
        "kultour_relay_loop_lag",
        'kultour_relay_stage_viewers{stage="dom"}',
        'kultour_relay_stage_packets_lost{stage="dom"}',
        'kultour_relay_stage_packets_repaired{stage="dom"}',
        'kultour_relay_stage_packets_repeated{stage="dom"}',
        'kultour_relay_stage_layer_changes{stage="dom"}',
    } <= names
    figure = re.compile(r'kultour_(?:relay|archive)_\w+(\{(stage|reason)="[\w ]+"\})? [\d.e-]+')
    assert [line for line in text.splitlines() if not figure.fullmatch(line)] == []


def test_what_is_wrong_in_the_bucket_is_among_the_figures():
    looked = Audit(files=15, read=9, missing=2, unknown=1, ended=datetime(2026, 6, 5, 2, tzinfo=UTC))
    wrong = {"recordings": 1, "missing": 2}
    now = ["kultour_archive_audit_recordings", "1", "kultour_archive_audit_missing", "2"]
    assert (of_audit(looked, wrong).split(), of_audit(Audit(), wrong).split(), of_audit(None, {})) == (
        [
            *now,
            "kultour_archive_audit_files", "15", "kultour_archive_audit_read", "9",
            "kultour_archive_audit_unsure", "0", "kultour_archive_audit_unknown", "1",
            "kultour_archive_audit_doubted", "0", "kultour_archive_audit_ended_seconds", "1780624800",
        ],
        now,
        "",
    )  # fmt: skip
    told = dict(line.split() for line in of_archive(datetime(2026, 6, 5, tzinfo=UTC)).splitlines())
    assert told == dict.fromkeys(
        [
            "kultour_archive_undeleted_recordings", "kultour_archive_undeleted_files",
            "kultour_archive_audit_recordings", "kultour_archive_audit_missing",
            "kultour_archive_audit_changed", "kultour_archive_audit_unreadable",
        ],
        "0",
    )  # fmt: skip


def silent(stop: threading.Event) -> None:
    assert stop.wait(60)


def refused(_stop: threading.Event) -> None:
    raise InterfaceError("connection already closed")


@pytest.mark.parametrize("database", [silent, refused])
async def test_the_relays_figures_are_told_while_the_database_is_away(house, async_rf, monkeypatch, database):
    stop = threading.Event()
    monkeypatch.setattr(health, "PATIENCE", 0.01)
    monkeypatch.setattr(health, "of_archive", lambda _now: database(stop))
    text = (await metrics(async_rf.get("/metrics"))).content.decode()
    stop.set()
    assert ("kultour_relay_seats " in text, "kultour_archive" in text) == (True, False)


async def test_figures_never_pass_a_proxy(house, async_rf):
    assert (await metrics(async_rf.get("/metrics", headers={"x-forwarded-for": "127.0.0.1"}))).status_code == 404
