"""What a second terminal can do while the program runs."""

import pytest

from kultour.free_port import free_port
from kultour.running import run

pytestmark = pytest.mark.journey


def test_check_finds_every_part_of_the_running_program(house):
    assert [line.split(":")[0] for line in house.manage("check")] == [
        "ok      database",
        "ok      channel layer",
        "ok      archive (S3)",
        "ok      picture and sound",
    ]
    told = house.manage("check")[-1]
    address, password = told.partition("check --ring ")[2].split()
    assert "answers by UDP and TCP" in told
    assert house.manage("check", "--ring", address, password) == [f"{address} answers by UDP and TCP"]


def test_a_second_program_on_the_same_data_is_refused_in_one_sentence(house, capsys):
    ports = ["--port", str(free_port()), "--udp-port", str(free_port())]
    assert run(["--data", str(house.data), *ports]) == 1
    sentence = f"{house.data} is in use by a running Kultour (process {house.process.pid})."
    assert capsys.readouterr().err.strip() == sentence
    assert house.get("/health")[0] == 200
