"""Read docker-compose.yml as far as it goes: block maps, one-line lists, anchors, merges and `${…}`.

The project has no YAML library and needs none besides; `test_docker_reads_the_file_as_we_do` compares where Docker is.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

KEY = re.compile(r"^( *)([\w.-]+|<<):(?: +(.*))?$")
VARIABLE = re.compile(r"\$(?:\$|\{(\w+)(?:(:-|:\?)((?:\$\{[^}]*\}|[^}])*))?\})")
"""With one more inside its word at most."""


class Unset(Exception):
    """The environment lacks a variable that the file demands."""


@dataclass(frozen=True)
class Line:
    indent: int
    key: str
    value: str


def read(text: str, environment: Mapping[str, str]) -> dict[str, Any]:
    """The file as nested maps; every scalar is a string with the environment filled in."""
    return filled(parse(list(lines_of(text)), 0, {})[0], environment)


def lines_of(text: str) -> Iterator[Line]:
    for number, raw in enumerate(text.splitlines(), 1):
        if not raw.strip() or raw.lstrip().startswith("#"):
            continue
        match = KEY.match(raw)
        assert match, f"line {number} is beyond this reader: {raw!r}"
        yield Line(len(match[1]), match[2], (match[3] or "").strip())


def parse(lines: list[Line], at: int, anchors: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """The map that begins at line `at`, and the line after it."""
    found: dict[str, Any] = {}
    merged: dict[str, Any] = {}
    indent = lines[at].indent
    while at < len(lines) and lines[at].indent == indent:
        line, at = lines[at], at + 1
        anchor, value = re.fullmatch(r"(?:&(\w+) ?)?(.*)", line.value).groups()  # type: ignore[union-attr]
        if value:
            node = scalar(value, anchors)
        else:
            node, at = parse(lines, at, anchors)
        if anchor:
            anchors[anchor] = node
        if line.key == "<<":
            merged = node
        else:
            assert line.key not in found, f"{line.key} stands twice"
            found[line.key] = node
    assert at == len(lines) or lines[at].indent < indent, f"wrong indentation at {lines[at]}"
    return {**merged, **found}, at


def scalar(value: str, anchors: Mapping[str, Any]) -> Any:
    if value.startswith("*"):
        return anchors[value[1:]]
    if value.startswith(("[", "{", '"')):
        return json.loads(value)
    return value[1:-1].replace("''", "'") if value.startswith("'") else value


def filled(node: Any, environment: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: filled(value, environment) for key, value in node.items()}
    if isinstance(node, list):
        return [filled(value, environment) for value in node]
    return VARIABLE.sub(lambda match: value_of(match, environment), node)


def value_of(match: re.Match[str], environment: Mapping[str, str]) -> str:
    name, kind, word = match.groups()
    if name is None:
        return "$"
    value = environment.get(name, "")
    if not value and kind == ":?":
        raise Unset(f"{name} {word}")
    return value or (filled(word or "", environment) if kind == ":-" else "")


def variables(text: str) -> Iterator[tuple[str, bool]]:
    """Name of every `${…}`, and whether the file demands it."""
    for match in VARIABLE.finditer("\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))):
        if match[1]:
            yield match[1], match[2] == ":?"
            yield from variables(match[3] or "")
