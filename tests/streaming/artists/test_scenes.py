import pytest

from streaming.artists import scenes
from streaming.artists.scenes import FRAMES, HEIGHT, PLINTH, SCENES, WIDTH


@pytest.fixture(scope="module", params=SCENES)
def drawn(request):
    """A scene and all its pictures."""
    scene = SCENES[request.param]
    return scene, list(scene.frames())


def added_one_by_one(scene, frame, step):
    """Every so many pixels of a frame's luma, each an integer of its own."""
    total = list(scenes.paint(scenes.with_plinth(scene.still), WIDTH, HEIGHT)[0][::step])
    for light in scene.lights():
        table = [round(value) for value in light.table(frame / FRAMES)]
        total = [value + table[number] for value, number in zip(total, light.numbers[::step], strict=True)]
    return total


def test_no_pixel_runs_over_into_its_neighbour(drawn):
    scene, frames = drawn
    luma, blue, red = frames[7]
    assert list(luma[::3]) == added_one_by_one(scene, 7, 3)
    assert (len(luma), len(blue), len(red)) == (WIDTH * HEIGHT, WIDTH * HEIGHT // 4, WIDTH * HEIGHT // 4)
    assert max(max(luma) for luma, _, _ in frames) < 250


def test_the_plinth_holds_still(drawn):
    _, frames = drawn
    assert len({luma[-WIDTH * PLINTH :] for luma, _, _ in frames}) == 1


def test_a_turn_ends_where_it_began(drawn):
    _, frames = drawn

    def change(one, other):
        return sum(abs(a - b) for a, b in zip(one[0][::7], other[0][::7], strict=True))

    assert len(frames) == FRAMES
    assert change(frames[-1], frames[0]) < 2 * max(change(frames[0], frames[1]), change(frames[-2], frames[-1]))
