"""The still picture: small, readable, and none rather than a broken one."""

import io
import random

import av
import pytest

from streaming.recording import poster


def filmed(width: int, height: int, sharp: bool = True) -> bytes:
    """An fMP4 of one picture: noise, which no encoder likes, or grey."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4", options={"movflags": "frag_keyframe+empty_moov"}) as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"preset": "ultrafast", "crf": "20"}
        picture = av.VideoFrame(width, height, "yuv420p")
        noise = random.Random(7)
        for plane in picture.planes:
            plane.update(noise.randbytes(plane.buffer_size) if sharp else bytes([128]) * plane.buffer_size)
        container.mux([*stream.encode(picture), *stream.encode(None)])
    return file.getvalue()


def size_of(jpeg: bytes) -> tuple[str, int, int]:
    with av.open(io.BytesIO(jpeg), "r") as container:
        picture = next(container.decode(video=0))
        return container.streams.video[0].codec_context.name, picture.width, picture.height


@pytest.mark.parametrize(
    ("filmed_as", "drawn_as"),
    [
        ((1280, 720), (640, 360)),
        ((720, 1280), (360, 640)),
        ((1920, 800), (640, 266)),
        ((320, 180), (320, 180)),
        ((16, 1024), (10, 640)),
    ],
)
def test_a_picture_is_made_small_and_keeps_its_shape(filmed_as, drawn_as):
    drawn = poster.draw(filmed(*filmed_as))
    assert size_of(drawn) == ("mjpeg", *drawn_as)
    assert len(drawn) <= poster.LARGEST


def test_a_quiet_picture_is_written_finely():
    film = filmed(1280, 720, sharp=False)
    finest = poster.written_as_jpeg(poster.first_picture(film).reformat(640, 360, "yuvj420p"), poster.QUANTISERS[0])
    assert poster.draw(film) == finest


@pytest.mark.parametrize("film", [b"", b"no film" * 99, filmed(320, 180)[:900], filmed(320, 180)[-900:]])
def test_where_nothing_can_be_read_there_is_no_picture(film):
    assert poster.draw(film) is None
