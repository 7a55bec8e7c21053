"""A town that has filled in its .env: what docker-compose.yml then says, and its services as processes."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kultour.free_port import free_port
from tests.deploy import compose_file
from tests.deploy.processes import ROOT, Running, make_image, started, with_replaced

TEXT = (ROOT / "docker-compose.yml").read_text()
FILLED_IN = {
    "KULTOUR_SECRET_KEY": "k" * 64,
    "KULTOUR_HOSTS": "buehne.example.org,www.example.org",
    "KULTOUR_IMPRESSUM": "Stadt Beispiel|Am Fluss 1|12345 Beispiel",
    "KULTOUR_PUBLIC_ADDRESS": "https://buehne.example.org",
    "KULTOUR_ANNOUNCE": "192.0.2.7",
    "POSTGRES_PASSWORD": "p" * 64,
    "KULTOUR_S3_ACCESS_KEY": "a" * 64,
    "KULTOUR_S3_SECRET_KEY": "s" * 64,
}
"""A town's .env: what deploy/env.example demands, and nothing else."""


def services(environment: Mapping[str, str] = FILLED_IN) -> dict[str, Any]:
    return compose_file.read(TEXT, environment)["services"]


class Town:
    """A server on which the services run as processes, with folders and ports of their own."""

    def __init__(self, folder: Path, database: str, redis: str) -> None:
        self.folder = folder
        self.image = folder / "app"
        self.port, self.s3_port = free_port(), free_port()
        self.data, objects = folder / "data", folder / "objects"
        for made in (self.image, self.data, objects):
            made.mkdir()
        make_image(self.image)
        s3 = f"127.0.0.1:{self.s3_port}"
        self.words = {
            f"postgres://kultour:{FILLED_IN['POSTGRES_PASSWORD']}@database:5432/kultour": database
            or f"sqlite:///{self.data / 'kultour.sqlite3'}",
            "redis://valkey:6379/0": redis,
            "http://s3:9000": f"http://{s3}",
            ":9000": s3,
            "9000": str(self.s3_port),
            "8000": str(self.port),
            "40000": "0",
            "/srv/s3": str(objects),
            "/tmp/rclone": str(folder / "rclone"),
            "/data": str(self.data),
        }

    def service(self, name: str) -> dict[str, Any]:
        return with_replaced(services()[name], self.words)

    @contextmanager
    def running(self, name: str, **changes: str) -> Iterator[Running]:
        service = self.service(name)
        output = self.folder / f"{name}.log"
        with started(service["command"], {**service["environment"], **changes}, self.image, output) as process:
            yield process

    def run(self, name: str) -> None:
        """A service that does one thing and is done."""
        with self.running(name) as process:
            assert process.result() == 0, process.printed()

    def is_healthy(self, name: str) -> bool:
        """What the file's own health check says."""
        service = self.service(name)
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        check = subprocess.run(
            service["healthcheck"]["test"][1:],
            cwd=self.image,
            env={"PATH": path, **service["environment"]},
            capture_output=True,
            timeout=30,
        )
        return check.returncode == 0
