"""What the tests of the live side share: a real S3 server, the embedded one."""

import uuid

import pytest

from kultour.object_store import ObjectStore
from streaming import storage


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


@pytest.fixture
def away(settings):
    """S3 is configured, and nobody answers there."""
    settings.S3_ENDPOINT, settings.S3_ACCESS_KEY, settings.S3_SECRET_KEY = "http://127.0.0.1:9", "key", "secret"
