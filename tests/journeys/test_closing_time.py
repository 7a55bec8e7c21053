"""Closing time: the house ends however busy it is."""

import threading

import pytest

from tests.program import Program

pytestmark = pytest.mark.journey


def test_the_program_ends_while_the_town_is_still_asking_for_pages(tmp_path):
    program = Program(tmp_path / "data", "--no-artists").start()
    closed = threading.Event()

    def visitor() -> None:
        while not closed.is_set():
            try:
                program.get("/programm")
            except OSError:  # the house has closed
                return

    visitors = [threading.Thread(target=visitor) for _ in range(4)]
    for each in visitors:
        each.start()
    try:
        assert program.stop() == 0
    finally:
        closed.set()
        for each in visitors:
            each.join(15)
