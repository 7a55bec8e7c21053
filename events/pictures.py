"""Pictures, written anew: whatever somebody sends, what we keep and show was drawn by us.

A file is judged by its head before anything of it is unpacked (CWE-409), turned as its camera was held, brought to
sRGB, and written as WebP in two sizes. Nothing else of it survives: no place, no camera, no hidden text.
"""

import hashlib
import io
import warnings
from dataclasses import dataclass
from typing import IO

from PIL import Image, ImageCms, ImageOps

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
LEAST_EDGE = 200
FORMATS = ("JPEG", "PNG", "WEBP")
LARGE, SMALL = 1600, 480
"""Longest edges in pixels."""
BUDGET = 300 * 1024
"""Bytes of one written picture."""
SIZEABLE = {"RGB", "RGBA", "L", "LA", "CMYK"}
"""Modes that can be made smaller as they are; the others are converted first."""
QUALITIES = (80, 62, 40)


class NoPicture(ValueError):
    """Not something we can draw; `why` is one of the words below."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


UNKNOWN, TOO_HEAVY, TOO_LARGE, TOO_SMALL, BROKEN = "unknown", "too heavy", "too large", "too small", "broken"


@dataclass(frozen=True)
class Drawn:
    """A picture in two sizes, as WebP."""

    digest: str
    width: int
    height: int
    large: bytes
    small_width: int
    small_height: int
    small: bytes


def redrawn(file: IO[bytes], size: int) -> Drawn:
    """Draw a file of `size` bytes anew; NoPicture says why not."""
    if size > MOST_BYTES:
        raise NoPicture(TOO_HEAVY)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd metadata, which is thrown away
        try:
            with Image.open(file, formats=FORMATS) as found:
                return _drawn(found)
        except NoPicture:
            raise
        except Image.UnidentifiedImageError:
            raise NoPicture(UNKNOWN) from None
        except Image.DecompressionBombError:
            raise NoPicture(TOO_LARGE) from None
        except Exception as error:  # decoders raise many kinds over broken files
            raise NoPicture(BROKEN) from error


def _drawn(found: Image.Image) -> Drawn:
    width, height = found.size
    if width * height > MOST_PIXELS:
        raise NoPicture(TOO_LARGE)
    if min(width, height) < LEAST_EDGE:
        raise NoPicture(TOO_SMALL)
    found.draft("RGB", (LARGE * 2, LARGE * 2))  # a JPEG is unpacked no larger than needed
    ImageOps.exif_transpose(found, in_place=True)
    picture = found if found.mode in SIZEABLE else found.convert("RGBA" if found.has_transparency_data else "RGB")
    picture.thumbnail((LARGE, LARGE), Image.Resampling.LANCZOS)
    picture = _in_srgb(picture)
    large, size = _written(picture)
    picture.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
    small, small_size = _written(picture)
    return Drawn(hashlib.sha256(large).hexdigest()[:32], *size, large, *small_size, small)


def _in_srgb(picture: Image.Image) -> Image.Image:
    """In the colours of the web, on white where it is transparent."""
    if picture.has_transparency_data:
        own = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", own.size, "white"), own).convert("RGB")
    profile = picture.info.get("icc_profile")
    return (_from_profile(picture, profile) if profile else None) or picture.convert("RGB")


def _from_profile(found: Image.Image, profile: bytes) -> Image.Image | None:
    """Telephones draw in larger colours than sRGB; a profile that cannot be read is passed over."""
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(found, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def _written(picture: Image.Image) -> tuple[bytes, tuple[int, int]]:
    """As WebP within the budget, first coarser, then smaller; and how large it has become."""
    while True:
        for quality in QUALITIES:
            written = io.BytesIO()
            picture.save(written, "WEBP", quality=quality, method=3, exif=b"", xmp=b"", icc_profile=b"")
            if written.tell() <= BUDGET:
                return written.getvalue(), picture.size
        shrink = min(0.8, (BUDGET / written.tell()) ** 0.5)
        picture = picture.resize((round(picture.width * shrink), round(picture.height * shrink)))
