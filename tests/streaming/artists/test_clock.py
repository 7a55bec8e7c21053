import pytest

from streaming.artists import clock, h264, loops, plinth, scenes
from streaming.artists.clock import Clock

from .stage import START, decode, lines


def scene_slices(loops_dir, name):
    parts, count = loops.unpack(loops.path_of(loops_dir, name).read_bytes())
    return parts[0], parts[1], parts[2 : 2 + count]


def with_clock(loops_dir, name, text_at):
    """The loop's pictures, the clock showing `text_at(second)`."""
    sps, pps, slices = scene_slices(loops_dir, name)
    shown = Clock()
    for number, scene in enumerate(slices):
        header, _ = h264.read_slice(scene, h264.frame_number_bits(sps))
        if header.is_idr:
            units = [sps, pps, scene, shown.slice(text_at(number // scenes.RATE), header)]
        else:
            units = [scene, h264.skipped_slice(header, clock.FIRST_MACROBLOCK, clock.MACROBLOCKS)]
        yield b"".join(START + unit for unit in units)


def alone(loops_dir, name):
    """The loop's pictures without any plinth, 640 x 320, as their encoder saw them."""
    codec = clock.encoder(scenes.WIDTH, scenes.HEIGHT, loops.QUALITY)
    grey = bytes([128]) * (scenes.WIDTH * scenes.HEIGHT)
    sps = next(clock.encode(codec, [(grey, grey[::4], grey[::4])]))[0]
    _, pps, slices = scene_slices(loops_dir, name)
    return [START + sps + START + pps + START + scene for scene in slices]


@pytest.mark.parametrize("name", scenes.SCENES)
def test_not_one_sample_of_the_scene_changes_whatever_the_clock_shows(loops_dir, name):
    evening = decode(list(with_clock(loops_dir, name, lambda second: f"19:42:{second:02}")))
    morning = decode(list(with_clock(loops_dir, name, lambda second: "08:00:11")))
    bare = decode(alone(loops_dir, name))
    assert len(evening) == len(morning) == len(bare) == scenes.FRAMES
    for one, other, own in zip(evening, morning, bare, strict=True):
        assert lines(one, 0, scenes.HEIGHT) == lines(other, 0, scenes.HEIGHT) == lines(own, 0, scenes.HEIGHT)


def test_the_clock_shows_each_second_and_holds_it_until_the_next(loops_dir):
    frames = decode(list(with_clock(loops_dir, "dom", lambda second: f"23:59:{second:02}")))
    bottom = scenes.HEIGHT + plinth.HEIGHT
    fronts = [lines(frame, scenes.HEIGHT, bottom) for frame in frames]
    for second in range(scenes.SECONDS):
        shown = fronts[second * scenes.RATE : (second + 1) * scenes.RATE]
        assert all(front == shown[0] for front in shown)
        drawn = plinth.draw(f"23:59:{second:02}")[0]
        assert sum(abs(a - b) for a, b in zip(shown[0][0], drawn, strict=True)) / len(drawn) < 2
        assert max(abs(a - b) for a, b in zip(shown[0][0], drawn, strict=True)) < 60


def test_every_digit_looks_different():
    pictures = {plinth.draw(f"{digit}{digit}:{digit}{digit}:{digit}{digit}")[0] for digit in range(10)}
    assert len(pictures) == 10


def test_one_encoding_serves_every_artist_whatever_its_keyframe_is_numbered():
    shown = Clock()
    even, odd = (h264.SliceHeader(0x65, 0, 7, "0000", idr_id=number) for number in (0, 1))
    slices = [h264.read_slice(shown.slice("12:00:00", header), 4) for header in (even, odd, even)]
    assert [(header.first_macroblock, header.idr_id) for header, _ in slices] == [(800, 0), (800, 1), (800, 0)]
    assert len({body.rstrip("0") for _, body in slices}) == 1


def test_the_clocks_encoder_has_the_parameters_of_the_loops():
    shown = clock.encoder(clock.WIDTH, 16 * clock.ROWS, clock.CLOCK_SETTINGS, "ultrafast")
    units = next(clock.encode(shown, [clock.with_cropped_lines(plinth.front())]))
    assert next(unit for unit in units if h264.nal_type(unit) == h264.PPS) == clock.parameter_sets()[1]
