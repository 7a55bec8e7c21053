"""The benchmarks run, and print their figures; what those are is for people to judge, with the load beside them."""

import io
import os
import re
import time
from collections.abc import Sequence
from fractions import Fraction

import av
import pytest

from events import demo, rights
from events.models import Act, Performance
from kultour.commands import DOING
from streaming.relay.packet import Rtp
from tests.bench import SUBJECTS, herd, main
from tests.bench.agreement import agree
from tests.bench.checking import Heard, decoded, find_hop, from_keyframe, missing, pictures
from tests.bench.children import child
from tests.bench.hop import Hop, tell
from tests.bench.machine import cpu_seconds, quantile
from tests.bench.reel import COLUMNS, ROWS, check_sum
from tests.bench.reel import decoded as decoded_reel
from tests.bench.stream import stream
from tests.streaming.evening import EIGHT


def figures(printed: str, *lines: str) -> None:
    """Each line is printed, with a figure wherever it says #."""
    for line in lines:
        pattern = re.escape(line).replace(r"\#", r"\s*\d+(\.\d+)?")
        assert re.search(pattern, printed), f"{line}\n\nis not in\n\n{printed}"


def test_it_names_its_subjects(capsys):
    assert main(["--help"]) == 0
    assert main([]) == main(["weather"]) == 2
    printed = capsys.readouterr().out
    assert all(f"bench {subject}" in printed for subject in SUBJECTS)
    assert "bench" in DOING


def test_what_a_process_used_is_known_to_the_millisecond():
    before = time.process_time()
    used = cpu_seconds(os.getpid())
    assert before <= used <= time.process_time()


def test_the_relay_is_measured(capsys):
    assert main(["relay", "--viewers", "1,2", "--seconds", "0.3", "--hops", "2"]) == 0
    figures(
        capsys.readouterr().out,
        "load      # # # before",
        "nobody there              # % of a core",
        "a live stage, no viewers  # % of a core   (limit 2.7)",
        "memory of a viewer, from 1 to 2:",
        "longest stall of the loop, 2 viewers receiving keyframes: # ms of work, # ms by the clock",
        "0 of # missing",
        "last old to first new picture",
        "join, mean of 2: # ms CPU",
        "aiortc's RTCRtpSender, 1 viewers, encoded packets from memory: # µs a packet, # times the relay's #",
        "load      # # # after",
    )


def test_recording_is_measured(capsys):
    assert main(["recording", "--seconds", "0.5", "--rounds", "1", "--stages", "0"]) == 0
    figures(
        capsys.readouterr().out,
        "1 stage  recorded, Opus copied   # % of a core a stage (median of #)   (limit 1.5)",
        "1 stage  recorded, AAC made too  # % of a core a stage (median of #)   (limit 4)",
        "nothing lost on the way: 0 packets missing, # MB held",
    )


def test_another_server_is_measured_by_its_door_and_process(capsys):
    with child("tests.bench.server") as server:
        door = server.hello["address"]
        others = ["--whep", f"{door}/whep/hall", "--whip", f"{door}/whip/hall", "--pid", str(server.pid)]
        assert main(["relay", "--viewers", "2", "--seconds", "0.3", *others]) == 0
    printed = capsys.readouterr().out
    figures(printed, "0 of # missing")
    assert "aiortc" not in printed


def test_junk_is_measured(capsys):
    assert main(["junk", "--seconds", "0.6", "--viewers", "2"]) == 0
    printed = capsys.readouterr().out
    figures(
        printed,
        "log       # bytes a minute   (limit 20000)",
        "answered  0 bytes to # datagrams of # bytes together: 0.00 for one",
        "audience  # of # missing",
        "on air    1 artist, 2 viewers; dropped: ",
        "STUN with a wrong password  # µs",
    )
    assert "%   (limit +15)" in printed


def test_a_long_evening_is_measured(capsys):
    assert main(["soak", "--joins", "12", "--takes", "4"]) == 0
    printed = capsys.readouterr().out
    figures(
        printed,
        "memory, MB           # #",
        "descriptors          # #",
        "CPU of a join, beyond the live stage itself   #",
        "at the end: 0 parties in memory, 0 entries in tables",
    )
    assert "has grown" not in printed


@pytest.mark.journey
def test_the_demo_is_measured(capsys):
    assert main(["demo", "--seconds", "0.5", "--settling", "0"]) == 0
    figures(capsys.readouterr().out, "with packaging      # % of a core", "without packaging   # % of a core")


@pytest.mark.journey
def test_lips_and_voice_are_measured(capsys):
    assert main(["lips", "--seconds", "4", "--artists", "1"]) == 0
    printed = capsys.readouterr().out
    found = re.findall(r"(\S+): sound card|(aac|opus) +\d+ flashes of some \d+, \d+ beeps", printed)
    assert found == [("dom", ""), ("", "aac"), ("", "opus")]


@pytest.mark.journey
def test_the_start_is_measured(capsys):
    assert main(["start", "--times", "1"]) == 0
    figures(
        capsys.readouterr().out,
        "first start, empty data directory   # s",
        "warm start                          median #",
    )


@pytest.mark.journey
def test_the_page_of_the_programme_is_measured(capfd):
    assert main(["pages", "--performances", "30", "--times", "1"]) == 0
    figures(
        capfd.readouterr().out,
        "the programme with 30 performances",
        "/programm                          median #, p95 #, worst # ms (1 times), # ms of CPU",
    )


@pytest.mark.journey
def test_an_audience_that_fetches_at_once_is_measured(house, capsys):
    herd.measure_at(house, herd.parse(["--pages", "30", "--seconds", "0.1", "--times", "1"]))
    figures(
        capsys.readouterr().out,
        "/buehne/dom         median #, p95 #, worst # ms (30 times)   (limit 1000 ms), ",
        "ms), 0 of 30 without the change, # s of CPU\n/heute",
        "/heute              median #",
    )


@pytest.mark.journey
@pytest.mark.browser
def test_the_first_picture_is_measured(capsys):
    assert main(["watch", "--times", "1"]) == 0
    printed = capsys.readouterr().out
    figures(
        printed,
        "front row    opening the page to the first picture: median #",
        "front row    sending the offer to the first picture: median #",
        "UDP blocked  opening the page to the first picture: median #",
        "UDP blocked  choosing HLS to the first picture: median #",
        "Mediathek    pressing play to the first moving picture: median #",
    )
    assert "NOT" not in printed


@pytest.mark.journey
@pytest.mark.browser
def test_the_way_from_glass_to_glass_is_measured(capsys):
    assert main(["glass", "--seconds", "0.5", "--settling", "0"]) == 0
    printed = capsys.readouterr().out
    figures(
        printed,
        "front row    drawn to shown: median #, p95 #, worst # ms (# times)   (limit 80 ms for the median)",
        "UDP blocked  drawn to shown: median #",
        "# pictures could not be read",
    )
    assert "NOT" not in printed


@pytest.mark.journey
@pytest.mark.browser
def test_hops_are_measured(capsys):
    assert main(["hop", "--times", "2", "--learning", "0.4"]) == 0
    printed = capsys.readouterr().out
    figures(
        printed,
        "2 of 2 hops came within # s",
        "click to first picture of the new stage      median #",
        "last picture of the old to first of the new  median #",
        "sound concealed                              # ms a hop",
    )
    assert "the same, not negotiated again" in printed
    by_age = re.findall(r"its last keyframe (?:older|younger) .*\((\d+) times\)", printed)
    assert sum(map(int, by_age)) == 2


@pytest.mark.journey
@pytest.mark.browser
def test_a_bad_line_is_measured(capsys):
    assert main(["loss", "--side", "artist", "--seconds", "0.5", "--settling", "0"]) == 0
    printed = capsys.readouterr().out
    figures(
        printed,
        "between artist and relay, 5 % lost and 40 ms each way, # s",
        "pictures shown                    # %, # of ",
        "longest wait for a picture        # ms",
        "the line lost                     # of # up, # of # down",
        "recorded meanwhile                # of # pictures sent, longest step # ms, # complaints",
    )
    assert "NOT" not in printed


# --- what the figures rest on -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_before_stages_are_recorded_at_once_everybody_agrees():
    demo.load(EIGHT)
    agree()
    played = Performance.objects.values_list("pk", "production__act")
    free = [(None, act) for act in Act.objects.values_list("pk", flat=True)]
    assert {rule.days for rule in rights.rules_now([*played, *free])} == {30}


def heard(*, lost: tuple[int, ...] = (), first: int = 65_500, name: str = "720p", at: float = 0.0) -> list[Heard]:
    """Three pictures of the stream as packets, numbered across the wrap of the counter."""
    found, sequence = [], first
    for number, cut in enumerate(stream(name).payloads[:3]):
        for place, payload in enumerate(cut, 1):
            if sequence - first not in lost:
                rtp = Rtp(96, place == len(cut), sequence & 0xFFFF, 3000 * number, 1, payload)
                found.append(Heard(at + number, rtp))
            sequence += 1
    return found


def test_a_whole_stream_is_found_whole():
    all_there = heard()
    whole = from_keyframe(pictures(all_there))
    assert (missing(all_there), len(whole), decoded(whole)) == (0, 3, 3)


def test_packets_that_came_in_another_order_are_not_missing():
    assert missing(list(reversed(heard()))) == 0


def test_a_lost_packet_is_noticed():
    assert missing(heard(lost=(5, 6))) == 2


def test_hops_to_old_and_young_keyframes_are_told_apart(capsys):
    hops = [
        Hop(to_picture=took, asked=5, answered=20, between=30, afterwards=40, keyframe_age=age)
        for took, age in ((50, 10), (55, 999), (110, 1000), (140, 1900))
    ]
    names = "freezes,frozen,dropped,requests,concealed,held,let out,needed,sound held,sound let out,connections,answers"
    nothing = dict.fromkeys(names.split(","), 0)
    tell([*hops, None], nothing, nothing)
    lines = capsys.readouterr().out.splitlines()
    limit, young_limit = "   (limit 120 for p95)", "   (limit 60 for p95)"
    assert lines[1:4] == [
        "  click to first picture of the new stage      median 82, p95 140, worst 140 ms (4 times)" + limit,
        "    its last keyframe older than 1 s           median 125, p95 140, worst 140 ms (2 times)" + limit,
        "    its last keyframe younger                  median 52, p95 55, worst 55 ms (2 times)" + young_limit,
    ]


def test_a_hop_is_timed_from_whole_picture_to_whole_picture():
    old, new = heard(), heard(name="360p", at=10.0)
    hop = find_hop([*old, *new], stream("360p").parameters)
    assert (hop.last_old, hop.first_new) == (2.0, 10.0)
    assert find_hop([*old, *new[:3]], stream("360p").parameters) is None
    assert find_hop(old, stream("360p").parameters) is None


def test_the_largest_of_few_stands_for_their_95th_percentile():
    assert quantile([3, 1, 2], 0.95) == 3
    assert quantile(list(range(1, 101)), 0.95) == 95
    assert quantile(list(range(1, 101)), 0.5) == 50


def clock(number: int) -> av.VideoFrame:
    """A small picture of the clock, as `clock.js` draws it."""
    told = [number >> 8, number & 0xFF, 0, 0, 0]
    frame = av.VideoFrame(320, 180, "yuv420p")
    for plane, grey in zip(frame.planes, (16, 128, 128), strict=True):
        plane.update(bytes([grey]) * plane.buffer_size)
    luma, stride = bytearray(frame.planes[0]), frame.planes[0].line_size
    for row, byte in enumerate([*told, check_sum(told)]):
        for column in range(COLUMNS):
            for line in range(row * 180 // ROWS, (row + 1) * 180 // ROWS):
                start = line * stride + column * 160 // COLUMNS
                luma[start : start + 160 // COLUMNS] = bytes([235 if byte >> column & 1 else 16]) * (160 // COLUMNS)
    frame.planes[0].update(bytes(luma))
    frame.pts, frame.time_base = number, Fraction(1, 30)
    return frame


def film(numbers: Sequence[int]) -> bytes:
    """A file with these pictures, as a packager would leave it: fragmented."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4", options={"movflags": "frag_keyframe+empty_moov"}) as container:
        stream = container.add_stream("libx264", rate=30, width=320, height=180, pix_fmt="yuv420p")
        stream.options = {"tune": "zerolatency", "crf": "30"}
        for number in numbers:
            container.mux(stream.encode(clock(number)))
        container.mux(stream.encode(None))
    return file.getvalue()


def test_the_clock_is_read_from_what_was_recorded():
    reel = decoded_reel([film(range(600, 610)), film([610, 611, 615])])
    assert [picture.number for picture in reel.pictures] == [*range(600, 612), 615]
    assert reel.complaints == []
    part = reel.between(609, 612)
    assert [picture.number for picture in part.pictures] == [609, 610, 611]


def test_a_damaged_recording_is_complained_of():
    whole = bytearray(film(range(600, 640)))
    middle = whole.index(b"mdat") + len(whole) // 3
    whole[middle : middle + 40] = bytes(40)
    reel = decoded_reel([bytes(whole)])
    assert reel.complaints
    assert len(reel.between(600, 639).pictures) <= 40
