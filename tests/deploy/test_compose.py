"""docker-compose.yml describes what runs: its settings exist, its commands start as processes and end when told to."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from kultour.free_port import free_port
from kultour.object_store import answers
from kultour.testing import find_program, scratch, unprivileged
from tests.deploy import compose_file
from tests.deploy.processes import ROOT, last_stage, started
from tests.deploy.town import FILLED_IN, TEXT, Town, services

OUR_OWN = {"web", "uploader", "worker", "migrate", "bucket", "s3"}
LONGEST_END = 10.0


def example_settings() -> dict[str, str]:
    """deploy/env.example as Docker reads it; `#NAME=` lines are offers, not settings."""
    pairs = re.findall(r"^(#?\w+)=(.*)$", (ROOT / "deploy" / "env.example").read_text(), re.MULTILINE)
    return {name: value.strip("'") for name, value in pairs}


# --- the files agree ----------------------------------------------------------------------------------------------


def test_the_set_is_the_one_of_the_design():
    others = {"database": "postgres:17", "valkey": "valkey/valkey:8", "proxy": "nginx:1.28"}
    assert {name: service["image"] for name, service in services().items()} == {
        **dict.fromkeys(OUR_OWN, "kultour:local"),
        **others,
    }


def test_every_service_has_a_command():
    assert {name for name, service in services().items() if not service.get("command")} == set()


def test_only_the_proxy_and_the_udp_port_are_open_to_the_world():
    assert {name: service["ports"] for name, service in services().items() if "ports" in service} == {
        "web": ["40000:40000/udp", "40000:40000/tcp"],
        "proxy": ["80:80", "443:443"],
    }


def test_every_setting_named_in_the_file_exists():
    source = (ROOT / "kultour" / "settings.py").read_text()
    known = set(re.findall(r'(?:env\.\w+|required_in_production)\(\s*"(\w+)"', source))
    named = {
        name for service in services().values() for name in service.get("environment", {}) if name.startswith("KULTOUR")
    }
    assert {name.removeprefix("KULTOUR_") for name in named} - known == set()


@pytest.mark.parametrize("name", sorted(FILLED_IN))
def test_the_file_refuses_to_be_used_without(name):
    with pytest.raises(compose_file.Unset, match=name):
        services({**FILLED_IN, name: ""})


def test_the_example_offers_every_variable_of_the_file():
    names = dict(compose_file.variables(TEXT))
    example = example_settings()
    assert {name.lstrip("#") for name in example} - {"COMPOSE_PROFILES"} == set(names)
    assert {name for name, demanded in compose_file.variables(TEXT) if demanded} == set(FILLED_IN) <= set(example)


def test_the_example_holds_no_secret():
    secrets = {"KULTOUR_SECRET_KEY", "POSTGRES_PASSWORD", "KULTOUR_S3_ACCESS_KEY", "KULTOUR_S3_SECRET_KEY"}
    assert {example_settings()[name] for name in secrets} == {""}


THREE_KEYS = {
    f"KULTOUR_S3_{role}_{half}_KEY": f"{half}-of-the-{role}".lower()
    for role in ("WRITER", "REMOVER")
    for half in ("ACCESS", "SECRET")
} | {name: FILLED_IN[name] for name in ("KULTOUR_S3_ACCESS_KEY", "KULTOUR_S3_SECRET_KEY")}


def keys_in(service: dict[str, Any], keys: Mapping[str, str]) -> set[str]:
    """Which of these its environment, its command or its files could tell somebody who has got into it."""
    return {name for name, key in keys.items() if key in json.dumps(service)}


def pair(role: str) -> set[str]:
    return {f"KULTOUR_S3_{role}ACCESS_KEY", f"KULTOUR_S3_{role}SECRET_KEY"}


def test_each_service_holds_the_key_to_the_bucket_that_its_work_needs_and_nobody_else_any():
    town = services({**FILLED_IN, **THREE_KEYS})
    assert {name: keys_in(service, THREE_KEYS) for name, service in town.items()} == {
        "web": pair(""),
        "uploader": pair("WRITER_"),
        "bucket": pair("WRITER_"),
        "worker": pair("REMOVER_"),
        "s3": set(THREE_KEYS),
        "migrate": set(),
        "database": set(),
        "valkey": set(),
        "proxy": set(),
    }


def test_a_town_with_one_key_gives_it_to_those_who_reach_the_bucket_only():
    holders = {name: found for name, service in services().items() if (found := keys_in(service, THREE_KEYS))}
    assert holders == dict.fromkeys(["web", "uploader", "worker", "bucket", "s3"], pair(""))


def test_who_only_reads_neither_uploads_nor_deletes():
    environment = services()["web"]["environment"]
    inside = ("KULTOUR_S3_KEY_FOR", "KULTOUR_UPLOADER_INSIDE", "KULTOUR_WORKER_INSIDE")
    assert [environment[name] for name in inside] == ["reading", "false", "false"]
    assert services()["uploader"]["volumes"] == ["data:/data:ro"], "it takes the spool along, and changes nothing there"


def test_what_the_file_waits_for_and_writes_to_exists():
    whole = compose_file.read(TEXT, FILLED_IN)
    waited_for = {name for service in whole["services"].values() for name in service.get("depends_on", {})}
    volumes = [volume for service in whole["services"].values() for volume in service.get("volumes", [])]
    networks = {network for service in whole["services"].values() for network in service["networks"]}
    assert waited_for <= set(whole["services"])
    assert {volume.split(":")[0] for volume in volumes if not volume.startswith("./")} == set(whole["volumes"])
    assert {volume for volume in volumes if volume.startswith("./") and not (ROOT / volume.split(":")[0]).exists()} == (
        set()
    )
    assert networks == set(whole["networks"])


def test_the_image_runs_without_rights_and_starts_what_the_file_starts():
    stage = last_stage()
    assert [line for line in stage if line.startswith("USER")] == ["USER kultour"]
    assert json.loads(next(line for line in stage if line.startswith("CMD"))[4:]) == services()["web"]["command"]
    assert any("pip install --require-hashes" in line for line in stage)


def has_compose() -> bool:
    """Its plugin needs no engine to read a file."""
    docker = shutil.which("docker")
    return bool(docker) and subprocess.run([docker, "compose", "version"], capture_output=True).returncode == 0


@pytest.mark.skipif(not has_compose(), reason="docker compose is not installed")
def test_docker_reads_the_file_as_we_do():
    command = ["docker", "compose", "--file", str(ROOT / "docker-compose.yml"), "--profile", "s3"]
    said = subprocess.run(
        [*command, "config", "--format", "json"],
        env={"PATH": os.environ["PATH"], **FILLED_IN},
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    theirs, ours = json.loads(said)["services"], services()
    for part in ("command", "environment", "image"):
        assert {name: service.get(part) or None for name, service in theirs.items()} == {
            name: service.get(part) for name, service in ours.items()
        }


# --- the commands run ---------------------------------------------------------------------------------------------


@pytest.fixture
def database() -> Iterator[str]:
    """A PostgreSQL database of our own where the tests were given a server; else none, and SQLite serves."""
    given = os.environ.get("KULTOUR_DATABASE_URL", "")
    if not given.startswith("postgres"):
        yield ""
        return
    name = f"kultour_compose_{os.getpid()}"
    with psycopg.connect(given, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def town(tmp_path, database) -> Town:
    return Town(tmp_path, database, os.environ.get("KULTOUR_REDIS_URL", ""))


@pytest.mark.journey
def test_the_services_open_the_house_and_close_it_again(town):
    with ExitStack() as evening:
        s3 = evening.enter_context(town.running("s3"))
        s3.wait_until(lambda: town.is_healthy("s3"))
        town.run("bucket")
        town.run("migrate")
        web = evening.enter_context(town.running("web"))
        web.wait_until(lambda: town.is_healthy("web"))
        worker = evening.enter_context(town.running("worker"))
        worker.wait_until(lambda: "working" in worker.printed())

        uploader = evening.enter_context(town.running("uploader"))
        uploader.wait_until(lambda: "uploading" in uploader.printed())

        for process in (uploader, worker, web, s3):
            assert process.ended_by_sigterm() < LONGEST_END
            assert process.left_behind() == []
        assert [process.result() for process in (uploader, worker, web)] == [0, 0, 0]
        assert not answers(town.port)


@pytest.mark.journey
@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("web", "KULTOUR_SECRET_KEY"),
        ("web", "KULTOUR_HOSTS"),
        ("web", "KULTOUR_IMPRESSUM"),
        ("worker", "KULTOUR_IMPRESSUM"),
        ("migrate", "KULTOUR_SECRET_KEY"),
        ("bucket", "KULTOUR_HOSTS"),
    ],
)
def test_a_service_refuses_to_start_without(town, name, setting):
    with town.running(name, **{setting: ""}) as process:
        assert process.result() != 0
        assert f"{setting} must be set in production" in process.printed()


@pytest.mark.journey
@pytest.mark.skipif(not find_program("postgres"), reason="PostgreSQL is not installed")
def test_the_database_starts_with_the_options_of_the_file(tmp_path):
    port, user = free_port(), unprivileged()
    _name, *options = services()["database"]["command"]
    with scratch("compose") as folder:
        cluster = ["-D", str(folder / "cluster")]
        subprocess.run(
            [str(find_program("initdb")), *cluster, "-A", "trust", "-U", "kultour"],
            user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=60,
        )  # fmt: skip
        command = [str(find_program("postgres")), *options, *cluster, "-p", str(port), "-k", str(folder)]
        with started(command, {}, folder, tmp_path / "database.log", user=user) as process:
            process.wait_until(lambda: "ready to accept connections" in process.printed())
            with (
                psycopg.connect(f"postgres://kultour@127.0.0.1:{port}/postgres") as line,
                pytest.raises(psycopg.Error),
            ):
                line.execute("SELECT what_somebody_wrote")
            assert process.ended_by_sigterm() < LONGEST_END
            assert process.left_behind() == []
            assert "STATEMENT" not in process.printed()


@pytest.mark.journey
@pytest.mark.skipif(not find_program("redis-server"), reason="neither Valkey nor Redis is installed")
def test_the_message_passer_starts_with_the_options_of_the_file(town):
    port = free_port()
    program = shutil.which("valkey-server") or find_program("redis-server")
    _name, *options = services()["valkey"]["command"]
    with started(
        [str(program), *options, "--port", str(port), "--bind", "127.0.0.1"],
        {},
        town.folder,
        town.folder / "valkey.log",
    ) as process:
        process.wait_until(lambda: answers(port))
        assert process.ended_by_sigterm() < LONGEST_END
        assert process.left_behind() == []
