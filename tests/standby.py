"""Makes the stand-by picture that foreign players see while a stage is silent: `python3 -m tests.standby`.

Chromium draws `streaming/relay/standby.svg` in the house's fonts; what lies beside it as `standby.h264` is that drawing
as one access unit in the byte stream format (H.264 annex B): parameter sets and an IDR picture, nothing else. The relay
sends it without ever encoding anything.
"""

import asyncio
import base64
import io
import shutil
from fractions import Fraction
from pathlib import Path

import av
from playwright.async_api import async_playwright

from streaming.artists.h264 import PPS, SLICE_IDR, SPS, nal_type, nal_units

ROOT = Path(__file__).resolve().parent.parent
DRAWING = ROOT / "streaming" / "relay" / "standby.svg"
PICTURE = DRAWING.with_suffix(".h264")
WIDTH, HEIGHT = 1280, 720
FONTS = {
    "Bricolage Grotesque": "bricolage-grotesque/files/bricolage-grotesque-latin-opsz-normal.woff2",
    "Atkinson Hyperlegible Next": (
        "atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2"
    ),
}
AS_BROWSERS_DECODE = "colorprim=bt709:transfer=bt709:colormatrix=bt709"


def page() -> str:
    """The drawing in a page that knows the fonts."""
    faces = "".join(
        f'@font-face {{ font-family: "{name}"; font-weight: 200 800; src: url(data:font/woff2;base64,{font(file)}) }}'
        for name, file in FONTS.items()
    )
    return f"<!doctype html><style>{faces} body {{ margin: 0 }} svg {{ display: block }}</style>{DRAWING.read_text()}"


def font(file: str) -> str:
    return base64.b64encode((ROOT / "node_modules" / "@fontsource-variable" / file).read_bytes()).decode()


async def drawn() -> bytes:
    """The drawing as PNG."""
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        sheet = await browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        await sheet.set_content(page())
        await sheet.evaluate("document.fonts.ready")
        picture = await sheet.screenshot()
        await browser.close()
    return picture


def encoded(png: bytes) -> bytes:
    """Constrained baseline, level 3.1, one slice; the encoder's message about itself is left out."""
    with av.open(io.BytesIO(png)) as file:
        frame = next(file.decode(video=0)).reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.time_base = Fraction(1, 30)
    settings = f"keyint=1:threads=1:slices=1:repeat-headers=1:annexb=1:{AS_BROWSERS_DECODE}"
    encoder.options = {
        "profile": "baseline", "level": "3.1", "preset": "veryslow", "tune": "stillimage", "crf": "25",
        "x264-params": settings,
    }  # fmt: skip
    frame.pts, frame.time_base = 0, encoder.time_base
    stream = b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])
    kept = [unit for unit in nal_units(stream) if nal_type(unit) in {SPS, PPS, SLICE_IDR}]
    return b"".join(b"\0\0\0\1" + unit for unit in kept)


if __name__ == "__main__":
    PICTURE.write_bytes(encoded(asyncio.run(drawn())))
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size} bytes")
