"""The page for auditors names nothing that does not exist, and leaves nothing out."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text()
UP_TO_LEVEL_TWO = {
    1: (2, 9, 11, 3, 2), 2: (3, 3, 4, 1), 3: (0, 2, 4, 6, 5, 0, 2), 4: (3, 1, 2, 4), 5: (1, 3, 2, 3),
    6: (3, 12, 4, 4, 5, 3, 0, 4), 7: (3, 4, 2, 5, 2, 2), 8: (2, 3, 1, 1), 9: (3, 4), 10: (2, 2, 4, 11, 5, 2, 3),
    11: (2, 3, 3, 4, 1, 1), 12: (3, 2, 4), 13: (1, 5, 2, 5), 14: (2, 4, 3), 15: (3, 3, 7), 16: (1, 5, 4, 3, 3),
    17: (1, 4, 2),
}  # fmt: skip
"""How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has; they come first in it."""


@dataclass(frozen=True)
class Row:
    numbers: tuple[str, ...]
    met: str
    how: str
    tests: str


def numbered(cell: str) -> tuple[str, ...]:
    """`1.3.8, 1.3.9`, `1.4.1–1.4.3` or `17.2.5 (L3)`: which requirements a row is about."""
    found: list[str] = []
    for first, last in re.findall(r"(\d+\.\d+\.\d+)(?:–(\d+\.\d+\.\d+))?", cell):
        section, begin = first.rsplit(".", 1)
        end = (last or first).rsplit(".", 1)[1]
        found += [f"{section}.{number}" for number in range(int(begin), int(end) + 1)]
    return tuple(found)


ROWS = [
    Row(numbered(cells[1]), cells[3].strip(), cells[4], cells[5])
    for cells in (line.split("|") for line in PAGE.splitlines())
    if len(cells) == 7 and re.match(r" \d+\.\d+\.\d+", cells[1])
]


def test_every_requirement_of_the_first_two_levels_is_answered_once():
    answered = [number for row in ROWS for number in row.numbers]
    asked = {
        f"{chapter}.{section}.{number}"
        for chapter, sections in UP_TO_LEVEL_TWO.items()
        for section, most in enumerate(sections, 1)
        for number in range(1, most + 1)
    }
    beyond = {number for row in re.findall(r"^\| ([^|]*\(L3\)) ", PAGE, re.MULTILINE) for number in numbered(row)}
    assert (len(asked), len(answered)) == (253, len(set(answered)))
    assert (asked - set(answered), set(answered) - asked - beyond) == (set(), set())


def test_the_sum_on_the_page_is_that_of_its_rows():
    sums = {met: sum(len(row.numbers) for row in ROWS if row.met == met) for met in ("yes", "in part", "no", "–")}
    beyond = len(set(re.findall(r"\d+\.\d+\.\d+(?= \(L3\))", PAGE)))
    told = re.search(r"(\d+) are met, (\d+) in part, (\d+) not, (\d+) do not apply", " ".join(PAGE.split()))
    assert told and tuple(map(int, told.groups())) == tuple(sums.values())
    assert sum(sums.values()) == 253 + beyond


def test_every_file_and_folder_named_exists():
    named = set(re.findall(r"`([\w.-]+/[\w./-]+|Dockerfile|[\w.-]+\.(?:py|yml|toml|txt|json))`", PAGE))
    linked = {target for target in re.findall(r"\]\(([^)#:]+)[^):]*\)", PAGE) if target}
    assert len(named) > 60
    assert {name for name in named if not (ROOT / name).exists()} == set()
    assert {target for target in linked if not (ROOT / "docs" / target).exists()} == set()


def test_every_test_named_exists():
    named = {tuple(found) for found in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)}
    assert len(named) > 100
    missing = [
        (file, name)
        for file, name in sorted(named)
        if not re.search(rf"^\s*(async )?def {name}\(", (ROOT / file).read_text(), re.MULTILINE)
    ]
    assert missing == []


def test_what_is_met_says_by_what_and_what_is_not_says_why():
    assert {row.met for row in ROWS} == {"yes", "in part", "no", "–"}
    assert [row.numbers for row in ROWS if not row.how.strip()] == []
    assert [row.numbers for row in ROWS if row.met in {"no", "in part"} and len(row.how) < 40] == []


def test_every_heading_that_is_linked_to_exists():
    headings = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) - anchors == set()
