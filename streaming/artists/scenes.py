"""Scenes: the three moving pictures of the demo, drawn by palette cycling.

A scene is a still picture plus lights. A light is a map that holds for each pixel a number 0..255 (how far from a
spring, how far along a beam of sun), and a table that says how bright each number is at the moment. The map is drawn
once; a frame needs only `bytes.translate` with the moment's table. Pictures are added up as one long integer each:
no byte may leave 0..255, or it would carry into its neighbour; a test holds the brightest pixel of every scene.

Everything returns to its beginning after one turn (the loop), so whatever moves goes through whole cycles.
The lowest `PLINTH` lines hold still: below them the clock is set in, and no motion vector may reach into it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import cos, exp, hypot, pi, sin

WIDTH, HEIGHT = 640, 320
PLINTH = 32
RATE = 15  # frames per second
SECONDS = 12
FRAMES = RATE * SECONDS

Colour = tuple[float, float, float]  # red, green, blue 0..255
Shade = Callable[[int, int], Colour]
Table = Callable[[float], Sequence[float]]  # turn 0..1 -> brightness for each of the 256 numbers of a map
Planes = tuple[bytes, bytes, bytes]  # Y, U, V of one 4:2:0 picture

DEEP: Colour = (11, 61, 74)
SHALLOW: Colour = (38, 112, 118)
LIMESTONE: Colour = (222, 212, 194)
PAPER: Colour = (244, 239, 230)
NIGHT: Colour = (24, 27, 33)
LAMP: Colour = (255, 205, 130)


def yuv(colour: Colour) -> tuple[float, float, float]:
    """ITU-R BT.709, limited range."""
    red, green, blue = (part / 255 for part in colour)
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return 16 + 219 * luma, 128 + 224 * (blue - luma) / 1.8556, 128 + 224 * (red - luma) / 1.5748


def mix(one: Colour, other: Colour, share: float) -> Colour:
    share = min(1.0, max(0.0, share))
    return (
        one[0] + (other[0] - one[0]) * share,
        one[1] + (other[1] - one[1]) * share,
        one[2] + (other[2] - one[2]) * share,
    )


def paint(shade: Shade, width: int, height: int) -> Planes:
    """A still picture; the two colour planes are sampled at every other pixel."""
    luma = bytes(round(yuv(shade(x, y))[0]) for y in range(height) for x in range(width))
    colours = [yuv(shade(x, y)) for y in range(0, height, 2) for x in range(0, width, 2)]
    return luma, bytes(round(c[1]) for c in colours), bytes(round(c[2]) for c in colours)


@dataclass(frozen=True)
class Light:
    """Brightness that moves over a map, in the colour of `tint`."""

    numbers: bytes
    table: Table
    tint: Colour

    def add(self, turn: float, planes: list[int], halved: bytes) -> None:
        luma, blue, red = yuv(self.tint)
        values = self.table(turn)
        shares = (1.0, (blue - 128) / (luma - 16), (red - 128) / (luma - 16))
        for plane, (share, numbers) in enumerate(zip(shares, (self.numbers, halved, halved), strict=True)):
            sign = -1 if share < 0 else 1
            table = bytes(round(abs(share) * value) for value in values)
            planes[plane] += sign * int.from_bytes(numbers.translate(table), "little")


def light_map(number: Callable[[int, int], float]) -> bytes:
    """255 means: never lit. The plinth never is."""
    lit = HEIGHT - PLINTH
    rows = bytes(min(255, max(0, int(number(x, y)))) for y in range(lit) for x in range(WIDTH))
    return rows + b"\xff" * (WIDTH * PLINTH)


def halve(numbers: bytes) -> bytes:
    return b"".join(numbers[y * WIDTH : (y + 1) * WIDTH : 2] for y in range(0, HEIGHT, 2))


@dataclass(frozen=True)
class Scene:
    name: str
    still: Shade
    lights: Callable[[], list[Light]]

    def frames(self) -> Iterator[Planes]:
        """All pictures of one turn."""
        still = paint(with_plinth(self.still), WIDTH, HEIGHT)
        lights = [(light, halve(light.numbers)) for light in self.lights()]
        for frame in range(FRAMES):
            planes = [int.from_bytes(plane, "little") for plane in still]
            for light, halved in lights:
                light.add(frame / FRAMES, planes, halved)
            luma, blue, red = (plane.to_bytes(len(own), "little") for plane, own in zip(planes, still, strict=True))
            yield luma, blue, red


def with_plinth(shade: Shade) -> Shade:
    """Set the scene on a limestone ledge; its front, below, carries the clock."""
    top = HEIGHT - PLINTH

    def standing(x: int, y: int) -> Colour:
        if y < top:
            return shade(x, y)
        if y < top + 3:
            return mix(DEEP, LIMESTONE, 0.45)
        return mix(LIMESTONE, PAPER, (y - top) / PLINTH)

    return standing


def bump(distance: float, width: float) -> float:
    """1 in the middle, softly to 0."""
    return exp(-((distance / width) ** 2))


def ripple(numbers: Callable[[int, int], float], strength: float, tint: Colour, cycles: int) -> Light:
    """Soft bright lines that wander over a map of waves, `cycles` times in a turn."""

    def table(turn: float) -> list[float]:
        middle = 256 * cycles * turn
        return [strength * bump((number - middle + 128) % 256 - 128, 26) for number in range(255)] + [0]

    return Light(light_map(lambda x, y: numbers(x, y) % 255), table, tint)


# --- Springs -----------------------------------------------------------------------------------------------------

SPRINGS = ((150, 122, 190, 6), (330, 78, 120, 5), (468, 168, 230, 7), (286, 226, 170, 8), (590, 64, 100, 4))


def spring_distance(x: int, y: int, spring: tuple[int, int, int, int]) -> float:
    """In reaches of the spring's rings; the pool is seen from the bank, so circles lie flat."""
    return hypot(x - spring[0], (y - spring[1]) * 2.1) / spring[2]


def pool(x: int, y: int) -> Colour:
    water = mix((6, 44, 56), SHALLOW, 0.15 + 0.45 * y / HEIGHT)
    sand = max(bump(spring_distance(x, y, spring), 0.42) for spring in SPRINGS)
    return mix(water, (120, 168, 152), 0.5 * sand)


def rings(spring: tuple[int, int, int, int]) -> Light:
    """Rings that rise in a spring and run out over the water."""

    def table(turn: float) -> list[float]:
        def bright(reach: float) -> float:
            crest = max(0.0, cos(2 * pi * (reach * 4.5 - spring[3] * turn)))
            return 52 * crest**3 * (1 - reach) ** 2 * min(1.0, reach * 9)

        return [bright(number / 255) for number in range(256)]

    return Light(light_map(lambda x, y: 255 * spring_distance(x, y, spring)), table, (190, 232, 222))


def springs_lights() -> list[Light]:
    glints = ripple(
        lambda x, y: 128 + 52 * sin(x / 41 + 2 * sin(y / 19)) + 50 * sin(y / 13 + x / 90 + 1.5 * sin(x / 33)),
        14,
        (170, 225, 215),
        1,
    )
    return [glints, *map(rings, SPRINGS)]


# --- Cloister ----------------------------------------------------------------------------------------------------

BAY, HALF, SPRING, SILL = 160, 58, 116, 214  # pixels: distance and half width of the arches, where they begin and end
TREFOIL = tuple((13.5 * cos(angle), 72 - 13.5 * sin(angle)) for angle in (pi / 2, pi * 7 / 6, pi * 11 / 6))


def arch(aside: float, y: float, half: float, spring: float, foot: float) -> float:
    """How deep a point lies inside an equilateral pointed arch, in pixels; negative: outside."""
    if y >= spring:
        return min(half - aside, foot - y)
    return 2 * half - hypot(aside + half, y - spring)


def bay(x: int, y: int) -> tuple[float, float]:
    """How deep inside the arch with its reveal, and how deep inside the openings of its tracery."""
    return in_bay(abs(x % BAY - BAY // 2), y)


@cache
def in_bay(aside: int, y: int) -> tuple[float, float]:
    lancet = arch(abs(aside - HALF / 2 - 1), y, HALF / 2 - 4, SPRING + 22, SILL)
    foil = max(15 - hypot(aside - x, y - y_foil) for x, y_foil in (*TREFOIL, (-TREFOIL[1][0], TREFOIL[1][1])))
    return arch(aside, y, HALF + 9, SPRING, SILL + 5), max(lancet, foil)


def garden(y: int) -> Colour:
    sky, green = mix((150, 190, 196), PAPER, y / 170), mix((96, 128, 92), (40, 84, 70), (y - 165) / 50)
    return mix(sky, green, (y - 150) / 26)


def cloister(x: int, y: int) -> Colour:
    if y > SILL + 6:
        return mix((70, 66, 62), (112, 101, 88), (y - SILL) / 80)
    reveal, opening = bay(x, y)
    wall = mix((150, 139, 121), (108, 103, 96), abs(y - 150) / 170)
    tracery = mix(wall, (62, 66, 68), 0.30 + 0.45 * min(1.0, max(0.0, reveal / 9)) if reveal > 0 else 0)
    return mix(tracery, garden(y), opening / 1.5 + 0.5)


def sunlight() -> Light:
    """Sun through the arches on the floor, moving to and fro."""

    def number(x: int, y: int) -> float:
        depth = y - SILL - 8
        return ((x - 0.9 * depth) % BAY) / BAY * 254 if depth > 0 else 255

    def table(turn: float) -> list[float]:
        middle = 127 + 34 * sin(2 * pi * turn)
        strength = 66 + 12 * cos(4 * pi * turn)
        return [strength * bump((place - middle) / 62, 1) ** 2 for place in range(255)] + [0]

    return Light(light_map(number), table, (255, 226, 170))


def leaves() -> Light:
    """Light among the leaves of the garden."""

    def number(x: int, y: int) -> float:
        if bay(x, y)[1] < 1:
            return 255
        return (127 + 60 * sin(x / 17 + 2 * sin(y / 23)) + 60 * sin(y / 15 + x / 31)) % 255

    def table(turn: float) -> list[float]:
        return [11 + 11 * cos(2 * pi * (place / 255 - 2 * turn)) for place in range(255)] + [0]

    return Light(light_map(number), table, (250, 244, 200))


def glow_on_stone() -> Light:
    """Reflected light on the wall, breathing from bay to bay."""

    def number(x: int, y: int) -> float:
        return 255 if y > SILL + 6 or bay(x, y)[0] > 0 else x / WIDTH * 254

    def table(turn: float) -> list[float]:
        return [16 + 16 * sin(2 * pi * (place / 254 * 1.5 - turn)) for place in range(255)] + [0]

    return Light(light_map(number), table, (255, 232, 190))


# --- Workshop ----------------------------------------------------------------------------------------------------

LAMPS = ((112, 74, 3), (250, 52, 2), (390, 60, 4), (528, 80, 3))  # x, y, breaths in a turn
STRINGS = ((142, 17, 3, 9), (172, 14, 4, 12), (202, 11, 5, 15))  # y, swing in pixels, bellies, swings in a turn
STRING_COLOURS: tuple[Colour, ...] = ((255, 214, 150), (240, 170, 112), (150, 214, 208))
FLOOR = 236


def workshop(x: int, y: int) -> Colour:
    if y > FLOOR:
        board = 0.12 if int((x - 320) / (0.5 + (y - FLOOR) / 90) // 48) % 2 else 0.0
        return mix((56, 40, 32), (104, 72, 50), (y - FLOOR) / 52 - board)
    for lamp_x, lamp_y, _ in LAMPS:
        if y < lamp_y - 14 and abs(x - lamp_x) < 1:
            return (66, 62, 58)
        if lamp_y - 16 < y < lamp_y and abs(x - lamp_x) < 4 + (y - lamp_y + 16):
            return (34, 66, 70)
        if hypot(x - lamp_x, y - lamp_y) < 9:
            return (196, 150, 92)
    wall = mix(NIGHT, (44, 42, 46), y / FLOOR)
    for (height, swing, bellies, _), colour in zip(STRINGS, STRING_COLOURS, strict=True):
        if abs(y - height) < 4:  # at its nodes a string stands still
            stillness = 1 - abs(reach_of(x, swing, bellies)) / 3.5
            wall = mix(wall, colour, 0.4 * bump(y - height, 1.2) * stillness)
    return wall


def lamplight(lamp: tuple[int, int, int]) -> Light:
    """The halo of one lamp, breathing; it falls further down than up."""
    x_lamp, y_lamp, breaths = lamp

    def number(x: int, y: int) -> float:
        down = y - y_lamp
        return 300 * hypot(x - x_lamp, down * (0.55 if down > 0 else 2.2)) / 190

    def table(turn: float) -> list[float]:
        strength = 58 + 14 * sin(2 * pi * (breaths * turn + x_lamp / 170))
        return [strength * (1 - place / 255) ** 2.2 for place in range(256)]

    return Light(light_map(number), table, LAMP)


def reach_of(x: int, swing: int, bellies: int) -> float:
    return swing * sin(pi * bellies * x / WIDTH)


def string(height: int, swing: int, bellies: int, swings: int, colour: Colour) -> Light:
    """A string in a standing wave. The map holds how far up or down its swing a pixel lies."""

    def number(x: int, y: int) -> float:
        reach, away = reach_of(x, swing, bellies), y - height
        return 127 + 100 * away / reach if abs(away) < 1.25 * abs(reach) else 255

    def table(turn: float) -> list[float]:
        place = 127 + 100 * cos(2 * pi * swings * turn)
        return [64 * bump(number - place, 12) for number in range(255)] + [0]

    return Light(light_map(number), table, colour)


def workshop_lights() -> list[Light]:
    strings = [string(*shape, colour) for shape, colour in zip(STRINGS, STRING_COLOURS, strict=True)]
    return [*map(lamplight, LAMPS), *strings]


SCENES = {
    "quellen": Scene("quellen", pool, springs_lights),
    "dom": Scene("dom", cloister, lambda: [sunlight(), leaves(), glow_on_stone()]),
    "kulturwerkstatt": Scene("kulturwerkstatt", workshop, workshop_lights),
}
