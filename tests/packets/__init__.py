"""Wire bytes kept as files: a folder for each parser, a file for each input.

A name of eight digits was found by a coverage-guided fuzzer: it takes the parser where no other file does. A name of
words is what somebody sends, or what once broke a parser of ours.
"""

from pathlib import Path

HERE = Path(__file__).parent


def packets(parser: str) -> list[bytes]:
    """All that is kept for a parser."""
    found = [file.read_bytes() for file in sorted((HERE / parser).glob("*.bin"))]
    assert found, f"nothing is kept for {parser}"
    return found
