"""What artists send, as the recording reads it: any bytes at all become frames that fit a file, or are left out."""

from collections.abc import Iterator
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from streaming.recording import fmp4, h264, opus
from streaming.recording.cutting import Cutter, Opening, Shot, Sound
from streaming.recording.frames import Frames, Heard
from streaming.recording.h264 import Parameters
from streaming.relay import Clock, Kind, Packet
from tests.fuzzing import damaged, steadily
from tests.packets import packets

from .cast import EVENING, pictures, units

PPS = b"\x68\xce\x3c\x80"
TWO_FORMATS = [units(picture) for size in ((16, 16), (48, 32), (16, 16)) for picture in pictures(size, 4, 2)]
UNITS = [unit for picture in TWO_FORMATS for unit in picture]


def in_a_file(parameters: Parameters) -> bytes:
    assert parameters.codec.startswith("avc1.")
    return fmp4.video_init(parameters)


@steadily(500)
@given(damaged(packets("sps")))
def test_a_parameter_set_is_nonsense_or_fits_a_file(sps):
    try:
        parameters = h264.read_parameters(sps, (PPS,))
    except ValueError:
        return
    assert sps in in_a_file(parameters)


@steadily(20)
@given(st.integers(0, 2), st.integers(254, 257), st.sampled_from([8, 65_535, 65_536]))
def test_more_parameters_than_a_file_counts_are_nonsense(which, count, length):
    sps = next(unit for unit in UNITS if h264.kind(unit) == h264.SPS)
    sps, pps = sps + bytes(length * (which == 0)), (PPS,) * (count if which == 1 else 1) + (PPS + bytes(length),)
    try:
        parameters = h264.read_parameters(sps, pps)
    except ValueError:
        assert len(pps) > 255 or max(map(len, (sps, *pps))) > 65_535
    else:
        assert sps in in_a_file(parameters)


@dataclass(frozen=True)
class Step:
    """A packet, and how it differs from the one before."""

    kind: Kind
    payload: bytes
    sequence: int
    ticks: int
    marker: bool
    take: int
    wait: float


FILM = [
    Step("video", unit, 1, 0 if place else 3000, place == len(picture) - 1, 0, 0.01)
    for picture in TWO_FORMATS
    for place, unit in enumerate(picture)
]
STRANGE = st.builds(
    Step,
    st.sampled_from(["video", "audio"]),
    st.one_of(st.sampled_from(UNITS), damaged([*UNITS, *packets("h264"), *packets("sps")], 200)),
    st.sampled_from([1, 1, 1, 1, 0, 2, -1, 300]),
    st.sampled_from([0, 3000, 3000, 960, -3000, 900_000, 2**31, -(2**31)]),
    st.booleans(),
    st.sampled_from([0, 0, 0, 0, 0, 1]),
    st.sampled_from([0.01, 0.01, 0.03, 0.7, 4.0]),
)


def disturbed(places: list[tuple[int, Step, bool]]) -> list[Step]:
    """The film with strange steps in it, some of them instead of its own."""
    steps = list(FILM)
    for place, step, instead in places:
        steps[place : place + instead] = [step]
    return steps


def sent(steps: list[Step]) -> Iterator[Packet]:
    sequence: dict[Kind, int] = {"video": 100_000, "audio": 100_000}
    timestamp: dict[Kind, int] = {"video": 2**33, "audio": 2**33}
    take, arrived = 1, EVENING
    for step in steps:
        sequence[step.kind] = max(0, sequence[step.kind] + step.sequence)
        timestamp[step.kind] = max(0, timestamp[step.kind] + step.ticks)
        take, arrived = take + step.take, arrived + step.wait
        counted = (sequence[step.kind], timestamp[step.kind])
        yield Packet(step.kind, take, *counted, step.marker, step.payload, arrived)


@steadily(150)
@given(st.builds(disturbed, st.lists(st.tuples(st.integers(0, len(FILM)), STRANGE, st.booleans()), max_size=20)))
def test_any_packets_at_all_are_cut_into_pieces_that_follow_each_other(steps):
    clock, frames, cutter, ends = Clock(), Frames(), Cutter(), {Shot: 0, Sound: 0}

    def written(events) -> None:
        for event in events:
            if isinstance(event, Opening):
                in_a_file(event.stretch.parameters)
            elif isinstance(event, Shot | Sound):
                assert event.sample.time >= ends[type(event)]
                ends[type(event)] = event.sample.time + event.sample.duration
                assert event.sample.data in fmp4.fragment([event.sample], 1, first=False)

    for packet in sent(steps):
        clock.take(packet.take).heard(packet.kind, packet.timestamp, packet.arrived)
        heard = Heard(packet, clock.seconds(packet.take, packet.kind, packet.timestamp))
        for frame in frames.push(heard):
            written(cutter.push(frame))
    for frame in frames.flush():
        written(cutter.push(frame))
    written(cutter.stop())


@steadily(300)
@given(st.binary(max_size=4))
def test_a_piece_of_sound_is_nonsense_or_lasts_as_long_as_opus_allows(packet):
    try:
        assert 0 < opus.duration(packet) <= 5760
    except ValueError as nonsense:
        assert str(nonsense)
