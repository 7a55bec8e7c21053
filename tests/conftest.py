"""What many tests share: the real program, started once."""

from pathlib import Path

import pytest
from django.utils import translation

from tests.program import Program


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
