"""A large edition: what the whole programme's page costs the server, warm, how many questions to the database, and what
the office's plan of a hundred acts costs.

In a process of its own with an empty SQLite database; through all middleware, without the network.
"""

import argparse
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.program import ROOT

LIMIT_MS, LIMIT_QUERIES = 30, 12
STAGES, ACTS = 20, 100
KINDS = ("concert", "theatre", "reading", "children", "dance", "talk", "tour")
FEATURES = ([], ["UT"], ["UT", "DGS"], ["AD"], ["UT", "AD", "EV"])
EVENING = datetime(2027, 5, 16, 14, tzinfo=ZoneInfo("Europe/Berlin"))
WARM_UP = 5


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m kultour bench pages", description=__doc__)
    parser.add_argument("--performances", type=int, default=500, help="how many are in the programme (500)")
    parser.add_argument("--times", type=int, default=60, help="how often the page is asked for (60)")
    return parser.parse_args(arguments)


def measure(options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="kultour-bench-") as folder:
        environment = {**os.environ, "KULTOUR_DATA": folder, "DJANGO_SETTINGS_MODULE": "kultour.settings"}
        environment.pop("KULTOUR_DATABASE_URL", None)
        numbers = [str(options.performances), str(options.times)]
        subprocess.run(
            [sys.executable, "-m", "tests.bench.programme_page", *numbers], cwd=ROOT, env=environment, check=True
        )


# --- in the process of its own ----------------------------------------------------------------------------------------


def fill(number: int) -> None:
    """An edition of so many performances, two of each production, on twenty stages."""
    from events.models import Act, Edition, Performance, Production, Stage, Venue

    edition = Edition.objects.create(
        slug="gross", title="Große Nacht", opens=EVENING, closes=EVENING + timedelta(days=2)
    )
    venues = [
        Venue.objects.create(slug=f"ort-{n}", name=f"Ort {n}", short_name=f"Ort {n}", lat=51.7, lon=8.7)
        for n in range(STAGES)
    ]
    stages = [
        Stage.objects.create(slug=f"buehne-{n}", name=f"Bühne {n}", venue=venue, order=n + 1)
        for n, venue in enumerate(venues)
    ]
    acts = [Act.objects.create(slug=f"gruppe-{n}", name=f"Gruppe {n}", kind="ensemble") for n in range(ACTS)]
    productions = Production.objects.bulk_create(
        Production(
            edition=edition,
            act=acts[n % ACTS],
            slug=f"stueck-{n}",
            title=f"Stück {n}: Wasser, Stein und Licht",
            kind=KINDS[n % len(KINDS)],
            translations={"en": {"title": f"Piece {n}: water, stone and light"}} if n % 2 else {},
        )
        for n in range((number + 1) // 2)
    )
    Performance.objects.bulk_create(
        Performance(
            production=productions[n // 2],
            stage=stages[n % STAGES],
            slug=f"auftritt-{n}",
            title=productions[n // 2].title,
            text="Ein Abend am Fluss, mit Pausen und ohne Eile.",
            access=FEATURES[n % len(FEATURES)],
            start=EVENING + timedelta(minutes=40 * (n // STAGES)),
            end=EVENING + timedelta(minutes=40 * (n // STAGES) + 30),
            status="published",
        )
        for n in range(number)
    )


def office() -> Any:
    """A browser in which somebody of the office is signed in."""
    from django.test import Client

    from kultour.accounts.models import User

    browser = Client()
    browser.force_login(User.objects.create(username="ida", role=User.Role.OFFICE))
    return browser


def ask(browser: Any, address: str, times: int) -> tuple[list[float], float, int, int]:
    """Milliseconds of each answer once warm, median of CPU, questions to the database, bytes of the page."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    taken, busy = [], []
    with CaptureQueriesContext(connection) as asked:
        page = browser.get(address)
        questions = len(asked)
    assert page.status_code == 200, page.status_code
    for _ in range(WARM_UP):
        browser.get(address)
    gc.collect()
    gc.freeze()  # as the running program does
    for _ in range(times):
        began, worked = time.perf_counter(), time.process_time()
        browser.get(address)
        taken.append((time.perf_counter() - began) * 1000)
        busy.append((time.process_time() - worked) * 1000)
    return taken, statistics.median(busy), questions, len(page.content)


def main(performances: int, times: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from tests.bench.machine import summary

    call_command("migrate", verbosity=0)
    fill(performances)
    print(f"the programme with {performances} performances")
    for address in ("/programm", "/en/programm", "/programm?art=concert&zugang=DGS"):
        taken, busy, questions, size = ask(Client(), address, times)
        print(
            f"{address:35}{summary(taken, 'ms', 1)}, {busy:.1f} ms of CPU   (limit {LIMIT_MS} ms), "
            f"{questions} queries (limit {LIMIT_QUERIES}), {size // 1000} kB",
            flush=True,
        )
    taken, busy, questions, size = ask(office(), "/buero/plan?ausgabe=gross", max(1, times // 6))
    figures = f"{summary(taken, 'ms', 1)}, {busy:.1f} ms of CPU, {questions} queries, {size // 1000} kB"
    print(f"{f'/buero/plan, {ACTS} acts':35}{figures}")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
