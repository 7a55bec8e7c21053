"""The stage's allowance of bits, and what is said of its encoder."""

import pytest

from streaming.relay.ingest import Allowance

from .cast import Ear, relay_at_work, until
from .scripted import Player

CAP = 1_000_000


def pass_through(
    allowance: Allowance, *, bits_per_second: int, seconds: float, keyframe_every: int = 100
) -> list[bool]:
    """Packets of 1000 bytes at that rate; which of them pass."""
    count = int(bits_per_second / 8000 * seconds)
    return [
        allowance.spend(1000, "video", number % keyframe_every == 0, number * seconds / count)
        for number in range(count)
    ]


def test_a_stage_within_its_cap_loses_nothing():
    assert all(pass_through(Allowance(CAP, 0.0), bits_per_second=900_000, seconds=10))


def test_a_flood_passes_no_more_than_the_cap():
    passed = pass_through(Allowance(CAP, 0.0), bits_per_second=20_000_000, seconds=10)
    assert sum(passed) * 8000 <= CAP * 11


def test_after_a_flood_the_picture_begins_again_with_a_keyframe():
    allowance = Allowance(CAP, 0.0)
    passed = pass_through(allowance, bits_per_second=2_000_000, seconds=10)
    resumed = [number for number in range(1, len(passed)) if passed[number] and not passed[number - 1]]
    assert resumed
    assert all(number % 100 == 0 for number in resumed)


def test_sound_goes_on_while_the_picture_waits():
    allowance = Allowance(CAP, 0.0)
    while allowance.spend(1000, "video", False, 0.0):
        pass
    assert not allowance.spend(1000, "video", False, 0.5)
    assert allowance.spend(200, "audio", False, 0.5)


def test_tiny_packets_are_a_flood_too():
    allowance = Allowance(CAP, 0.0)
    passed = sum(allowance.spend(20, "audio", False, number / 100_000) for number in range(100_000))
    assert passed <= 2 * CAP / 8 / 200


@pytest.mark.parametrize(("every", "said"), [(2, [None]), (3, [None]), (4, [None, "keyframes"])])
async def test_an_encoder_that_keeps_its_own_pace_is_told_of_it_once_and_not_every_few_seconds(every, said):
    """Whatever it is asked; from then on with a keyframe in time the fault is over."""
    now, faults = 100.0, []
    async with relay_at_work(announce=["127.0.0.1"], monotonic=lambda: now) as relay, Player(relay) as ada:
        relay.open("dom").add(Ear(), picture_every=2.0)

        async def shows(payload: bytes) -> None:
            nonlocal now
            packets = ada.publisher.stats(now).packets
            ada.shows(payload)
            await until(lambda: ada.publisher.stats(now).packets > packets)
            now += 0.19
            ada.publisher.tick(now)
            if (fault := ada.publisher.stats(now).fault) not in faults[-1:]:
                faults.append(fault)
            now += 0.01

        for picture in range(4 * 20):
            await shows(b"\x41\x9a" if picture % (every * 5) else b"\x65\x88")
        assert faults == said
        for payload in (b"\x65\x88", b"\x65\x88"):
            await shows(payload)
        assert faults[-1] is None
