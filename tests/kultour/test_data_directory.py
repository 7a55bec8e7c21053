"""One data directory, one running program."""

import subprocess
import sys

from kultour.data_directory import claim, is_claimed, note_running, running

CLAIM = """
import pathlib, sys
from kultour.data_directory import claim, note_running
data = pathlib.Path(sys.argv[1])
print(claim(data, patience=0), flush=True)
note_running(data, address="http://localhost:1")
sys.stdin.read()
"""


def test_a_directory_belongs_to_one_program_until_it_ends_even_by_a_kill(tmp_path):
    other = subprocess.Popen(
        [sys.executable, "-c", CLAIM, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout.readline() == "True\n"
    assert (is_claimed(tmp_path), claim(tmp_path, patience=0)) == (True, False)
    other.kill()
    other.communicate()
    assert (is_claimed(tmp_path), claim(tmp_path, patience=0), is_claimed(tmp_path)) == (False, True, True)


def test_the_word_of_a_killed_program_counts_for_nothing(tmp_path):
    """Also where its process number now is another's, or even our own."""
    note_running(tmp_path, address="http://localhost:1")
    assert running(tmp_path) is None
    claim(tmp_path)
    assert running(tmp_path)["address"] == "http://localhost:1"


def test_nobody_else_on_the_machine_reads_what_is_kept(tmp_path):
    claim(tmp_path / "town" / "data")
    assert (tmp_path / "town" / "data").stat().st_mode & 0o777 == 0o700
