"""Evenings from the artist's camera to the viewer's eye, aiortc at both ends."""

import asyncio
import random
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from aiortc import RTCSessionDescription
from aiortc.rtcdtlstransport import SRTP_AES128_CM_SHA1_80, RTCCertificate
from aiortc.rtp import RtcpReceiverInfo
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from streaming.relay import NoSeat, NotOnAir, OfferRefused
from streaming.relay.congestion import CLEAN
from streaming.relay.feedback import receiver_report
from streaming.relay.port import own_addresses
from streaming.relay.relay import GIVES_WAY_AFTER
from streaming.relay.viewer import QUEUE

from .cast import PICTURE_STEP, Artist, Ear, Watcher, relay_at_work, steps, until

SMALL = 3
"""How far a decoded brightness may be from the painted one."""


def is_stage(frame, brightness):
    return brightness - SMALL <= frame.brightness <= brightness + 7 + SMALL


async def test_what_the_artist_sends_the_viewer_sees_and_hears_without_a_gap():
    async with relay_at_work() as relay:
        artist, vera = Artist(relay), Watcher(relay)
        publisher = await artist.goes_on_air()
        await vera.takes_a_seat()
        await until(lambda: len(vera.frames) >= 30 and len(vera.sounds) >= 30)
        assert {kind: steps(numbers, 16) for kind, numbers in vera.sequences.items()} == {"video": {1}, "audio": {1}}
        assert steps(vera.timestamps["audio"], 32) == {960}
        assert {after.pts - before.pts for before, after in pairwise(vera.frames)} == {PICTURE_STEP}
        stats = publisher.stats(time.monotonic())
        assert (stats.connected, stats.video, stats.audio, stats.lost, stats.profile) == (True, True, True, 0, "42c01f")
        await vera.leaves()
        await artist.leaves()
        await until(lambda: publisher.state == "closed")
        assert (artist.changes, publisher.why) == (["connected", "closed"], "hung up")


async def test_who_comes_late_starts_with_the_last_keyframe():
    async with relay_at_work() as relay:
        artist, ear = Artist(relay), Ear()
        await artist.goes_on_air()
        broadcast = relay.open("dom")
        broadcast.add(ear)
        await until(lambda: len(ear.packets) > 60)
        vera = Watcher(relay)
        await vera.takes_a_seat()
        seated = time.monotonic()
        await until(lambda: vera.frames)
        assert vera.frames[0].at - seated < 0.5
        await until(lambda: len(vera.frames) > 20)
        assert steps(vera.sequences["video"], 16) == {1}
        await vera.leaves()
        await artist.leaves()


async def test_losses_on_the_way_to_a_viewer_are_repaired():
    async with relay_at_work() as relay:
        artist, vera, dice = Artist(relay), Watcher(relay), random.Random(4)
        await artist.goes_on_air()
        viewer = await vera.takes_a_seat()
        await until(lambda: len(vera.frames) > 3)
        vera.lose = lambda packet: dice.random() < 0.15
        began = len(vera.frames)
        await until(lambda: viewer.stats(0).repeated >= 4, 10)
        vera.lose = lambda packet: False
        await until(lambda: len(vera.frames) > began + 20)
        pictures = [frame.pts for frame in vera.frames]
        assert {after - before for before, after in pairwise(pictures)} == {PICTURE_STEP}
        await vera.leaves()
        await artist.leaves()


async def test_losses_on_the_way_from_the_artist_are_repaired():
    async with relay_at_work() as relay:
        artist, vera, ear, dice = Artist(relay), Watcher(relay), Ear(), random.Random(4)
        publisher = await artist.goes_on_air()
        relay.open("dom").add(ear)
        take_rtp = publisher.take_rtp

        def lossy(data, size, now):
            if data[1] & 0x7F < 97 or dice.random() > 0.1:
                take_rtp(data, size, now)

        publisher.take_rtp = lossy
        await vera.takes_a_seat()
        await until(lambda: publisher.stats(0).repaired >= 4, 10)
        publisher.take_rtp = take_rtp
        await until(lambda: len(vera.frames) > 30)
        heard = sorted(packet.sequence for packet in ear.packets if packet.kind == "video")
        assert heard == list(range(heard[0], heard[0] + len(heard)))
        assert publisher.stats(0).lost == 0
        await vera.leaves()
        await artist.leaves()


async def test_a_viewer_hops_and_the_stream_goes_on():
    async with relay_at_work() as relay:
        dark, bright, vera = (
            Artist(relay, "dom", brightness=60),
            Artist(relay, "quellen", brightness=200),
            Watcher(relay),
        )
        await dark.goes_on_air()
        await bright.goes_on_air()
        viewer = await vera.takes_a_seat()
        for stage, brightness in (("quellen", 200), ("dom", 60), ("quellen", 200)):
            heard = len(vera.sequences["audio"])
            await until(lambda heard=heard: len(vera.frames) > 5 and len(vera.sequences["audio"]) > heard + 3)
            viewer.hop(stage)
            hopped = len(vera.frames)
            await until(lambda brightness=brightness: is_stage(vera.frames[-1], brightness))
            first = next(at for at in range(hopped, len(vera.frames)) if is_stage(vera.frames[at], brightness))
            await until(lambda first=first: len(vera.frames) > first + 5)
            assert all(is_stage(frame, brightness) for frame in vera.frames[first:]), "the old stage came back"
        with pytest.raises(NotOnAir):
            viewer.hop("nowhere")
        assert viewer.stage == "quellen"
        assert {kind: steps(numbers, 16) for kind, numbers in vera.sequences.items()} == {"video": {1}, "audio": {1}}
        assert max(steps(vera.timestamps["audio"], 32)) <= 48_000 // 5
        assert max(steps(vera.timestamps["video"], 32)) <= 90_000
        await vera.leaves()
        for artist in (dark, bright):
            await artist.leaves()


async def test_the_audience_stays_when_the_artist_comes_back():
    async with relay_at_work() as relay:
        before, after, vera, ear = Artist(relay, brightness=60), Artist(relay, brightness=200), Watcher(relay), Ear()
        first = await before.goes_on_air()
        relay.open("dom").add(ear)
        await vera.takes_a_seat()
        await until(lambda: len(vera.frames) > 5)
        second = await after.goes_on_air()
        await until(lambda: is_stage(vera.frames[-1], 200))
        assert (first.state, first.why, second.take, vera.changes) == ("closed", "replaced", 2, ["connected"])
        assert steps(vera.sequences["video"], 16) == {1}
        assert sorted({packet.take for packet in ear.packets}) == [1, 2]
        await after.leaves()
        await until(lambda: second.state == "closed")
        assert relay.open("dom").publisher is None
        relay.close("dom")
        assert (vera.changes, ear.left) == (["connected", "closed"], True)
        await vera.leaves()
        await before.leaves()


async def test_a_broken_line_is_bridged_by_the_standby_picture():
    """At most three seconds to it, at most two back, in the same session."""
    async with relay_at_work() as relay:
        artist, vera, ear = Artist(relay, brightness=200), Watcher(relay), Ear()
        publisher = await artist.goes_on_air()
        relay.open("dom").add(ear)
        await vera.takes_a_seat()
        await until(lambda: len(vera.frames) > 5)
        take_rtp, publisher.take_rtp = publisher.take_rtp, lambda data, size, now: None
        broke = time.monotonic()
        await until(lambda: not is_stage(vera.frames[-1], 200), 5)
        assert vera.frames[-1].at - broke < 3
        publisher.take_rtp = take_rtp
        back = time.monotonic()
        await until(lambda: is_stage(vera.frames[-1], 200), 5)
        assert vera.frames[-1].at - back < 2
        seen = len(vera.frames)
        await until(lambda: len(vera.frames) > seen + 10)
        assert all(is_stage(frame, 200) for frame in vera.frames[seen:])
        assert {packet.take for packet in ear.packets} == {1}
        assert vera.changes == ["connected"]
        await vera.leaves()
        await artist.leaves()


async def test_who_wants_sound_alone_gets_no_picture_until_it_is_wanted_again():
    async with relay_at_work() as relay:
        artist, vera, told = Artist(relay), Watcher(relay), []
        await artist.goes_on_air()
        viewer = await vera.takes_a_seat()
        viewer.on_line = lambda who: told.append((who.picture, who.wanted))
        await until(lambda: len(vera.frames) > 5)
        viewer.choose_picture(False)
        await asyncio.sleep(0)
        before, heard = viewer._tracks["video"].packets, len(vera.sounds)
        await until(lambda: len(vera.sounds) > heard + 30)
        assert viewer._tracks["video"].packets == before
        viewer.choose_picture(True)
        seen = len(vera.frames)
        await until(lambda: len(vera.frames) > seen + 10)
        assert told == [(False, False), (True, True)]
        assert {kind: steps(numbers, 16) for kind, numbers in vera.sequences.items()} == {"video": {1}, "audio": {1}}
        assert relay.metrics()["stages"]["dom"]["layer_changes"] == 2
        await vera.leaves()
        await artist.leaves()


async def test_on_a_line_too_thin_the_sound_goes_on_and_the_picture_comes_back():
    later = 0.0
    async with relay_at_work(monotonic=lambda: time.monotonic() + later) as relay:
        artist, vera, told = Artist(relay), Watcher(relay), []
        await artist.goes_on_air()
        viewer = await vera.takes_a_seat()
        viewer.on_line = lambda who: told.append((who.picture, who.wanted))
        await until(lambda: len(vera.frames) > 5)
        ssrc, now = viewer._tracks["video"].source.ssrc, time.monotonic()
        for second in range(3):
            block = RtcpReceiverInfo(ssrc, 128, 100 * second, 200 * second, 0, 0, 0)
            viewer.take_rtcp(receiver_report(1, [block]), now + second)
        heard = len(vera.sounds)
        await until(lambda: len(vera.sounds) > heard + 30)
        assert told == [(False, True)]
        later = CLEAN + 2
        seen = len(vera.frames)
        await until(lambda: len(vera.frames) > seen + 10)
        assert told == [(False, True), (True, True)]
        assert steps(vera.sequences["video"], 16) == {1}
        await vera.leaves()
        await artist.leaves()


async def test_who_waits_before_an_artist_comes_sees_the_first_picture():
    async with relay_at_work() as relay:
        artist, vera = Artist(relay), Watcher(relay)
        relay.open("dom")
        await vera.takes_a_seat()
        await artist.goes_on_air()
        await until(lambda: vera.frames and vera.sounds)
        await vera.leaves()
        await artist.leaves()


async def test_an_encoder_that_sends_no_keyframes_is_told_within_five_seconds(monkeypatch):
    later = 0.0
    async with relay_at_work(monotonic=lambda: time.monotonic() + later) as relay:
        artist = Artist(relay)
        publisher = await artist.goes_on_air()
        relay.open("dom").add(Ear(), picture_every=2.0)
        await until(lambda: publisher.stats(relay._monotonic()).video)
        monkeypatch.setattr("streaming.relay.ingest.begins_keyframe", lambda payload: False)
        assert publisher.stats(relay._monotonic()).fault is None
        faults = []
        for later in (1.5, 2.1, 4.0):  # noqa: B007 - the clock reads it; the page hears of it once a second
            packets = publisher.stats(0).packets
            await until(lambda packets=packets: publisher.stats(0).packets > packets + 20)
            faults.append(publisher.stats(relay._monotonic()).fault)
        assert (faults[0], faults[-1]) == (None, "keyframes")
        monkeypatch.undo()
        relay.open("dom").want_picture()
        await until(lambda: not relay.open("dom").is_deaf)
        relay.open("dom").want_picture()
        await until(lambda: publisher.stats(relay._monotonic()).fault is None)
        await artist.leaves()


async def test_an_encoder_that_sends_b_pictures_is_told():
    async with relay_at_work() as relay:
        artist = Artist(relay)
        publisher = await artist.goes_on_air()
        await until(lambda: publisher.stats(time.monotonic()).video)
        number, now = publisher._tracks["video"].codec.payload_type, time.monotonic()
        ssrc = publisher._tracks["video"].ssrc
        b_picture = b"\x01\x9f" + bytes(20)  # first_mb_in_slice 0, slice_type 6
        newest = publisher._tracks["video"].holes._highest
        header = (0x80E0 - 96 + number << 16 | newest + 1 & 0xFFFF).to_bytes(4, "big")
        publisher.take_rtp(header + bytes(4) + ssrc.to_bytes(4, "big") + b_picture, 40, now)
        assert publisher.stats(now + 1).fault == "b_frames"
        assert publisher.stats(now + 60).fault != "b_frames"
        await artist.leaves()


async def test_sound_alone_is_a_programme_too():
    async with relay_at_work() as relay:
        artist, vera, otto = Artist(relay, video=False), Watcher(relay), Watcher(relay, video=False)
        publisher = await artist.goes_on_air()
        await vera.takes_a_seat()
        await otto.takes_a_seat()
        await until(lambda: len(vera.sounds) > 10 and len(otto.sounds) > 10)
        stats = publisher.stats(time.monotonic())
        assert (stats.video, stats.audio, stats.picture_age) == (False, True, None)
        for one in (vera, otto, artist):
            await one.leaves()


async def test_two_viewers_one_leaves_and_the_other_sees_on():
    async with relay_at_work(seats=2) as relay:
        artist, vera, otto, anna, late = Artist(relay), Watcher(relay), Watcher(relay), Watcher(relay), Watcher(relay)
        await artist.goes_on_air()
        viewer = await vera.takes_a_seat()
        await otto.takes_a_seat()
        with pytest.raises(NoSeat):
            await late.takes_a_seat()
        await vera.leaves()
        await until(lambda: viewer.state == "closed")
        await anna.takes_a_seat()
        seen = len(otto.frames)
        await until(lambda: len(otto.frames) > seen + 5 and anna.frames)
        assert relay.metrics()["seats_taken"] == 2
        for one in (otto, anna, late, artist):
            await one.leaves()


async def test_a_stage_that_is_not_on_air_cannot_be_watched():
    async with relay_at_work() as relay:
        vera = Watcher(relay)
        with pytest.raises(NotOnAir):
            relay.watch("dom", await vera.offer())
        await vera.leaves()


async def test_sessions_that_never_connect_are_closed():
    async with relay_at_work(connect_timeout=0.1) as relay:
        artist, vera = Artist(relay), Watcher(relay)
        publisher = relay.publish("dom", await artist.offer())
        viewer = relay.watch("dom", await vera.offer())
        await until(lambda: (publisher.why, viewer.why) == ("unconnected", "unconnected"))
        assert relay.metrics()["seats_taken"] == 0
        await artist.leaves()
        await vera.leaves()


async def test_who_has_not_connected_gives_way_when_all_seats_are_taken():
    later = 0.0
    async with relay_at_work(seats=2, monotonic=lambda: time.monotonic() + later) as relay:
        artist, vera, nobody, otto, anna = Artist(relay), *(Watcher(relay) for _ in range(4))
        await artist.goes_on_air()
        seated = await vera.takes_a_seat()
        empty = relay.watch("dom", await nobody.offer())
        offer = await otto.offer()
        with pytest.raises(NoSeat):
            relay.watch("dom", offer)
        later = GIVES_WAY_AFTER
        with pytest.raises(OfferRefused):
            relay.watch("dom", "v=0")
        assert empty.state == "new"
        relay.watch("dom", offer)
        assert (empty.why, seated.state, relay.seats_taken) == ("gave way", "connected", 2)
        with pytest.raises(NoSeat):
            relay.watch("dom", await anna.offer())
        for one in (anna, otto, nobody, vera, artist):
            await one.leaves()


async def test_a_viewer_that_falls_silent_loses_its_seat():
    async with relay_at_work(consent_timeout=0.5) as relay:
        artist, vera = Artist(relay), Watcher(relay)
        publisher = await artist.goes_on_air()
        viewer = await vera.takes_a_seat()
        viewer.take_srtp = lambda data, now: None
        viewer.checked = lambda address, nominated, now: None
        await until(lambda: viewer.state == "closed")
        assert (viewer.why, publisher.state) == ("silent", "connected")
        await vera.leaves()
        await artist.leaves()


async def test_a_wrong_fingerprint_ends_the_session():
    async with relay_at_work() as relay:
        artist = Artist(relay)
        offer = await artist.offer()
        wrong = "".join(
            line[:-5] + "00:00" + "\r\n" if line.startswith("a=fingerprint:sha-256") else line + "\r\n"
            for line in offer.splitlines()
        )
        publisher = relay.publish("dom", wrong)
        await artist.connection.setRemoteDescription(RTCSessionDescription(publisher.answer, "answer"))
        await until(lambda: publisher.state == "closed")
        assert publisher.why == "handshake failed"
        await artist.leaves()


async def test_a_second_stream_under_the_same_number_is_dropped():
    """Two packets under one index would betray the key (RFC 7714 section 8.4)."""
    async with relay_at_work() as relay:
        artist, ear = Artist(relay), Ear()
        publisher = await artist.goes_on_air()
        relay.open("dom").add(ear)
        kept = []
        take_rtp = publisher.take_rtp

        def repeat(data, size, now):
            kept.append(data)
            take_rtp(data, size, now)
            take_rtp(data, size, now)
            take_rtp(data[:8] + b"\1\2\3\4" + data[12:], size, now)
            take_rtp(kept[0], size, now)

        publisher.take_rtp = repeat
        await until(lambda: len(ear.packets) > 40)
        for kind in ("audio", "video"):
            numbers = [packet.sequence for packet in ear.packets if packet.kind == kind]
            assert numbers == sorted(set(numbers))
        await artist.leaves()


async def test_a_failing_listener_harms_nobody():
    class Broken(Ear):
        def hear(self, packet):
            raise RuntimeError("disk full")

    async with relay_at_work() as relay:
        artist, vera = Artist(relay), Watcher(relay)
        await artist.goes_on_air()
        relay.open("dom").add(Broken())
        await vera.takes_a_seat()
        await until(lambda: len(vera.frames) > 10)
        await vera.leaves()
        await artist.leaves()


async def test_an_artist_that_wants_to_be_called_is_called():
    """GStreamer and ffmpeg offer ``setup:passive``: then the relay begins the handshake."""
    async with relay_at_work() as relay:
        artist = Artist(relay)
        offer = (await artist.offer()).replace("a=setup:actpass", "a=setup:passive")
        publisher = relay.publish("dom", offer)
        assert "a=setup:active" in publisher.answer
        await artist.connection.setRemoteDescription(RTCSessionDescription(publisher.answer, "answer"))
        await until(lambda: publisher.stats(time.monotonic()).video)
        await artist.leaves()


class RsaCertificate(RTCCertificate):
    """As GStreamer makes its own."""

    @classmethod
    def make(cls):
        key, name = rsa.generate_private_key(65537, 2048), x509.Name([])
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        dated = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        return cls(key, dated.sign(key, hashes.SHA256()))

    def _create_ssl_context(self, srtp_profiles):
        context = super()._create_ssl_context(srtp_profiles)
        context.set_cipher_list(b"ECDHE-RSA-AES128-GCM-SHA256")
        return context


@pytest.mark.parametrize("setup", ["actpass", "passive"])
async def test_encoders_with_an_rsa_certificate_connect_in_either_role(setup):
    """Finding F7 of the threat model. As the one who is called it takes the certificate's cipher, so must we."""
    async with relay_at_work() as relay:
        artist = Artist(relay)
        certificate = RsaCertificate.make()
        if setup == "actpass":  # the cipher is our certificate's then, theirs only signs
            certificate._create_ssl_context = partial(RTCCertificate._create_ssl_context, certificate)
        artist.connection._RTCPeerConnection__certificates = [certificate]
        offer = (await artist.offer()).replace("a=setup:actpass", f"a=setup:{setup}")
        publisher = relay.publish("dom", offer)
        await artist.connection.setRemoteDescription(RTCSessionDescription(publisher.answer, "answer"))
        await until(lambda: publisher.state == "connected")
        await artist.leaves()


async def test_players_without_gcm_are_served_too(monkeypatch):
    monkeypatch.setattr("streaming.relay.peer.PROFILES", [SRTP_AES128_CM_SHA1_80])
    async with relay_at_work() as relay:
        artist, vera = Artist(relay), Watcher(relay)
        await artist.goes_on_air()
        viewer = await vera.takes_a_seat()
        await until(lambda: len(vera.frames) > 10 and len(vera.sounds) > 5)
        assert viewer.keys and not viewer.keys.gcm
        await vera.leaves()
        await artist.leaves()


async def test_ipv6_alone_is_enough():
    ours = next((address for address in own_addresses() if ":" in address), None)
    if ours is None:
        pytest.skip("this machine has no IPv6 address")
    async with relay_at_work(announce=[ours]) as relay:
        artist, vera = Artist(relay), Watcher(relay)
        await artist.goes_on_air()
        await vera.takes_a_seat()
        await until(lambda: vera.frames)
        await vera.leaves()
        await artist.leaves()


async def test_a_viewer_too_slow_for_the_stage_skips_to_the_next_keyframe_and_has_no_gap():
    async with relay_at_work() as relay:
        artist, vera = Artist(relay), Watcher(relay)
        await artist.goes_on_air()
        viewer = await vera.takes_a_seat()
        await until(lambda: len(vera.frames) > 5)
        newest = next(reversed(relay.open("dom").recent.values()))
        for number in range(1, QUEUE + 10):
            viewer._catch_up([replace(newest, sequence=newest.sequence + number, keyframe=False)])
        assert len(viewer._queue) <= QUEUE
        seen = len(vera.frames)
        await until(lambda: len(vera.frames) > seen + 10)
        assert steps(vera.sequences["video"], 16) == {1}
        await vera.leaves()
        await artist.leaves()


async def test_sessions_come_and_go_and_leave_nothing_behind():
    async with relay_at_work() as relay:
        relay.open("dom")
        vera = Watcher(relay)
        offer = await vera.offer()
        for _ in range(50):
            relay.watch("dom", offer).close()
        metrics = relay.metrics()
        assert (metrics["seats_taken"], relay._port._by_ufrag, list(relay._port._homes)) == (0, {}, [])
        await vera.leaves()
