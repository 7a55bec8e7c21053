"""Plinth: the limestone front below every scene, with the time of day carved into it."""

from functools import cache
from itertools import pairwise
from math import hypot

from .scenes import DEEP, LIMESTONE, PAPER, WIDTH, Colour, Planes, mix, paint

HEIGHT = 40
TOP = 10  # first line of the letters

Line = list[tuple[float, float]]

# Strokes of the letters on a field of 10 x 16, as lines from point to point.
STROKES: dict[str, list[Line]] = {
    "0": [[(3, 0), (7, 0), (10, 4), (10, 12), (7, 16), (3, 16), (0, 12), (0, 4), (3, 0)]],
    "1": [[(1.5, 3.5), (5.5, 0), (5.5, 16)]],
    "2": [[(0, 4), (1, 1.4), (3.5, 0), (6.5, 0), (9, 1.5), (9.6, 4.4), (8.4, 7), (0, 16), (10, 16)]],
    "3": [
        [(0.5, 1.8), (3.5, 0), (6.5, 0), (9.2, 2), (9.2, 5), (6.5, 7.4), (4, 7.4)],
        [(6.5, 7.4), (9.8, 9.6), (9.8, 13), (7, 16), (3, 16), (0, 14)],
    ],
    "4": [[(7.5, 16), (7.5, 0), (0, 11), (10, 11)]],
    "5": [[(9, 0), (1.4, 0), (0.6, 7.4), (3.4, 6), (6.6, 6), (9.8, 8.6), (9.8, 13), (6.8, 16), (3, 16), (0, 14)]],
    "6": [
        [(8.4, 0.6), (5, 1.6), (1.6, 5), (0, 9.6), (0, 12.4), (3, 16), (7, 16), (10, 13), (10, 9.6), (7, 6.8)],
        [(7, 6.8), (3.6, 6.8), (0.4, 9.4)],
    ],
    "7": [[(0, 0), (10, 0), (4, 16)]],
    "8": [
        [(3, 0), (7, 0), (9.4, 2.2), (9.4, 5), (6.6, 7.4), (3.4, 7.4), (0.6, 5), (0.6, 2.2), (3, 0)],
        [(3.4, 7.4), (0, 10), (0, 13.4), (3, 16), (7, 16), (10, 13.4), (10, 10), (6.6, 7.4)],
    ],
    "9": [
        [(1.6, 15.4), (5, 14.4), (8.4, 11), (10, 6.4), (10, 3.6), (7, 0), (3, 0), (0, 3), (0, 6.4), (3, 9.2)],
        [(3, 9.2), (6.4, 9.2), (9.6, 6.6)],
    ],
    ":": [[(1, 4.6), (1, 4.6)], [(1, 11.4), (1, 11.4)]],
}


def advance(letter: str) -> int:
    """Pixels to the next letter; even, because colour is sampled at every other pixel."""
    return 10 if letter == ":" else 18


def to_stroke(x: float, y: float, line: Line) -> float:
    """Distance of a point to a line of strokes."""
    nearest = 99.0
    for (ax, ay), (bx, by) in pairwise(line):
        length = (bx - ax) ** 2 + (by - ay) ** 2
        along = min(1.0, max(0.0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length)) if length else 0.0
        nearest = min(nearest, hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay)))
    return nearest


def ink(x: float, y: float, letter: str) -> float:
    """0..1: how dark the carved letter is at a point of its field; soft at the edge."""
    away = min(to_stroke(x, y, line) for line in STROKES[letter])
    return min(1.0, max(0.0, 1.9 - away * 1.25))


def stone(y: int) -> Colour:
    """The plinth's front: limestone, a narrow shadow under the ledge."""
    return mix(LIMESTONE, DEEP, 0.30 if y < 2 else 0.05 * y / HEIGHT)


def block(x: int, y: int) -> Colour:
    """Blocks of stone with narrow joints."""
    return mix(stone(y), DEEP, 0.12 if x % 214 == 106 else 0.0)


@cache
def glyph(letter: str) -> Planes:
    """One letter on its stone. Every letter's field looks alike from above, so it may stand in any place."""

    def shade(x: int, y: int) -> Colour:
        lit = mix(stone(y), PAPER, 0.8 * ink(x - 5, y - TOP - 1.5, letter))
        return mix(lit, DEEP, ink(x - 4, y - TOP - 0.5, letter))

    return paint(shade, advance(letter), HEIGHT)


@cache
def front() -> Planes:
    """The bare stone."""
    return paint(block, WIDTH, HEIGHT)


def cut_letters() -> None:
    """Draw every letter once, a tenth of a second's work."""
    draw("".join(STROKES))


def draw(text: str) -> Planes:
    """The front with digits and colons in its middle."""
    left = (WIDTH - sum(map(advance, text))) // 4 * 2
    luma, blue, red = (
        carve(ground, text, plane, WIDTH // scale, left // scale, scale)
        for plane, (ground, scale) in enumerate(zip(front(), (1, 2, 2), strict=True))
    )
    return luma, blue, red


def carve(ground: bytes, text: str, plane: int, width: int, left: int, scale: int) -> bytes:
    picture = bytearray(ground)
    for letter in text:
        field, cell = glyph(letter)[plane], advance(letter) // scale
        for row in range(HEIGHT // scale):
            at = row * width + left
            picture[at : at + cell] = field[row * cell : (row + 1) * cell]
        left += cell
    return bytes(picture)
