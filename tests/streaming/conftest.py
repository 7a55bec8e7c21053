"""What the tests of the live side share: a real S3 server, the embedded one, and for its door another."""

import subprocess
import sys
import uuid

import pytest

from kultour.free_port import free_port
from kultour.object_store import ObjectStore, answers
from streaming import archive, storage
from tests.program import wait_for


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory):
    server = ObjectStore(tmp_path_factory.mktemp("s3"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def bucket(s3_server, settings):
    """An empty private bucket of its own for each test."""
    settings.S3_ENDPOINT, settings.S3_BUCKET = s3_server.endpoint, f"test-{uuid.uuid4().hex}"
    settings.S3_ACCESS_KEY, settings.S3_SECRET_KEY = s3_server.access_key, s3_server.secret_key
    storage.ensure_bucket()
    return s3_server.folder / settings.S3_BUCKET


@pytest.fixture(scope="session")
def moto_server():
    """Somebody else's reading of what S3 is; yields its address."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(lambda: answers(port), "the second S3 server answers")
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


@pytest.fixture
def bucket_elsewhere(moto_server, settings):
    """An empty bucket on the second S3 server."""
    settings.S3_ENDPOINT, settings.S3_BUCKET = moto_server, f"test-{uuid.uuid4().hex}"
    settings.S3_ACCESS_KEY, settings.S3_SECRET_KEY = "key", "secret"
    storage.ensure_bucket()


@pytest.fixture(params=["bucket", "bucket_elsewhere"])
def any_bucket(request):
    """An empty bucket on each of two S3 servers that have no line in common."""
    request.getfixturevalue(request.param)


@pytest.fixture
def away(settings):
    """S3 is configured, and nobody answers there."""
    settings.S3_ENDPOINT, settings.S3_ACCESS_KEY, settings.S3_SECRET_KEY = "http://127.0.0.1:9", "key", "secret"


@pytest.fixture
def own_data(settings, tmp_path):
    """A data directory of its own for each test, and no recorder left behind."""
    settings.DATA = tmp_path
    yield tmp_path
    for recorder in list(archive._recorders.values()):
        recorder.packager.close()
    archive._recorders.clear()
