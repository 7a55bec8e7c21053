"""What many tests share: the real program, started once."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.contenttypes.management import create_contenttypes
from django.db.models.signals import post_migrate
from django.utils import translation

from tests.program import Program


def pytest_configure() -> None:
    """What every one of a thousand tests would pay for and none looks at."""
    # Emptied tables would be given Django's own permissions again, which nobody here has: our roles are code.
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)
    # Each test's client would first look through all files that the pages were built into.
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(scope="session")
def house(tmp_path_factory) -> Program:
    """The program with the demo edition and silent stages, for all journeys that do not kill it."""
    program = Program(Path(tmp_path_factory.mktemp("house")) / "data", "--no-artists").start()
    yield program
    assert program.stop() == 0


@pytest.fixture(autouse=True)
def nobody_has_spoken_yet():
    """A request leaves its language behind in the thread, and the next test must not find it."""
    yield
    translation.deactivate()
