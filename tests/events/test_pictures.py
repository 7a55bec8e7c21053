"""Pictures of acts: judged before they are unpacked, drawn anew, shown with who made them."""

import io
import struct
import zlib

import pytest
from django.test import Client
from PIL import Image, ImageCms, PngImagePlugin

from events import pictures
from events.models import Act, Edit, Picture
from events.pictures import BUDGET, NoPicture, redrawn
from kultour.guard import BODY_BYTES, limit_for
from tests.events.test_pages import words


def photo(width=900, height=600, kind="JPEG", mode="RGB", **options) -> io.BytesIO:
    """Half red, half blue, so that one sees how it was held."""
    picture = Image.new(mode, (width, height), {"RGBA": (255, 0, 0, 0)}.get(mode, "red"))
    picture.paste({"RGBA": (0, 0, 255, 255)}.get(mode, "blue"), (width // 2, 0, width, height))
    file = io.BytesIO()
    picture.save(file, kind, **options)
    file.seek(0)
    return file


def size_of(file: io.BytesIO) -> int:
    return len(file.getvalue())


def drawn(file: io.BytesIO) -> pictures.Drawn:
    return redrawn(file, size_of(file))


def seen(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def colour_at(picture: Image.Image, x: float, y: float) -> str:
    red, green, blue = picture.convert("RGB").getpixel((int(picture.width * x), int(picture.height * y)))
    names = {"red": (255, 0, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}
    return min(names, key=lambda name: sum(abs(a - b) for a, b in zip(names[name], (red, green, blue), strict=True)))


# --- drawing anew -----------------------------------------------------------------------------------------------------


def test_a_photo_becomes_two_of_webp_within_the_budget():
    made = drawn(photo(3000, 2000))
    large, small = seen(made.large), seen(made.small)
    assert (large.format, large.size, small.size) == ("WEBP", (1600, 1067), (480, 320))
    assert (made.width, made.height, made.small_width, made.small_height) == (*large.size, *small.size)
    assert max(len(made.large), len(made.small)) <= BUDGET


def test_noise_finds_its_way_into_the_budget():
    noise = io.BytesIO()
    Image.effect_noise((1400, 900), 120).convert("RGB").save(noise, "JPEG", quality=70)
    noise.seek(0)
    made = drawn(noise)
    assert max(len(made.large), len(made.small)) <= BUDGET
    assert seen(made.large).size == (made.width, made.height)


def test_how_the_camera_was_held_is_obeyed_and_forgotten_with_everything_else():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90° clockwise to be seen
    exif[0x010F] = "Kamera der Familie Beispiel"
    exif.get_ifd(0x8825)[2] = (51.0, 43.0, 12.0)
    made = drawn(photo(exif=exif.tobytes()))
    large = seen(made.large)
    assert large.size == (600, 900)
    assert (colour_at(large, 0.5, 0.1), colour_at(large, 0.5, 0.9)) == ("red", "blue")
    assert (dict(large.getexif()), large.info.get("icc_profile"), b"Beispiel" in made.large) == ({}, None, False)


def test_hidden_words_stay_outside():
    words_inside = PngImagePlugin.PngInfo()
    words_inside.add_text("Comment", "wohnhaft Am Bach 3", zip=False)
    assert b"Am Bach" not in drawn(photo(kind="PNG", pnginfo=words_inside)).large


KINDS = [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("JPEG", "CMYK"), ("WEBP", "RGB")]


@pytest.mark.parametrize(("kind", "mode"), KINDS)
def test_all_common_kinds_are_drawn(kind, mode):
    source = photo(kind="PNG", mode="RGBA") if mode == "RGBA" else photo()
    if mode not in {"RGBA", "RGB"}:
        source = io.BytesIO()
        Image.open(photo()).convert(mode).save(source, kind)
        source.seek(0)
    large = seen(drawn(source).large)
    left = {"RGBA": "white"}.get(mode, "red")
    assert mode == "L" or (colour_at(large, 0.1, 0.5), colour_at(large, 0.9, 0.5)) == (left, "blue")


def test_a_profile_is_applied_or_if_it_is_broken_passed_over():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (srgb, b"no profile at all"):
        assert colour_at(seen(drawn(photo(icc_profile=profile)).large), 0.1, 0.5) == "red"


def bomb(width: int, height: int) -> io.BytesIO:
    """A PNG that claims to be so large, in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)))


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (io.BytesIO(b"GIF89a not at all"), pictures.UNKNOWN),
        (io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), pictures.UNKNOWN),
        (io.BytesIO(b"%!PS-Adobe-3.0 EPSF-3.0"), pictures.UNKNOWN),
        (photo(kind="GIF"), pictures.UNKNOWN),
        (bomb(60_000, 60_000), pictures.TOO_LARGE),
        (bomb(8_000, 5_001), pictures.TOO_LARGE),
        (photo(199, 900), pictures.TOO_SMALL),
        (io.BytesIO(photo().getvalue()[:2000]), pictures.BROKEN),
        (bomb(2_000, 2_000), pictures.BROKEN),
    ],
)
def test_what_cannot_or_must_not_be_drawn_is_refused_with_a_reason(file, why):
    with pytest.raises(NoPicture) as refusal:
        drawn(file)
    assert refusal.value.why == why


def test_a_heavy_file_is_refused_unread():
    with pytest.raises(NoPicture) as refusal:
        redrawn(io.BytesIO(), pictures.MOST_BYTES + 1)
    assert refusal.value.why == pictures.TOO_HEAVY


# --- in the office and on the pages -----------------------------------------------------------------------------------


def sent(**changes: object) -> dict[str, object]:
    file = photo()
    file.name = "photo.jpg"
    return {"picture": file, "alt": "Jorinde am Wasser", "author": "A. Beispiel", "licence": "CC BY 4.0"} | changes


def test_a_picture_is_sent_shown_with_its_author_and_taken_away(evening, idas_browser):
    jorinde = Act.objects.get(slug="jorinde-beispiel")
    answer = idas_browser.post(f"/en/buero/mitwirkende/{jorinde.pk}/bild", sent(alt_en="Jorinde by the water"))
    picture = Picture.objects.get()
    assert answer["Location"].startswith(f"/en/buero/bilder/{picture.pk}?gespeichert=")
    for address in ("/mitwirkende/jorinde-beispiel", "/auftritt/gitarre-handy-abendlicht"):
        page = Client().get(f"/en{address}").content.decode()
        assert 'alt="Jorinde by the water" lang="en"' in page
        assert "Picture: A. Beispiel, CC BY 4.0" in words(page)
    served = Client().get(f"/bild/{picture.digest}-gross.webp")
    assert (served.status_code, served["Content-Type"], served.content) == (200, "image/webp", bytes(picture.large))
    assert served["Cache-Control"] == "public, max-age=31536000, s-maxage=3600, immutable"
    idas_browser.post(f"/en/buero/entfernen/picture/{picture.pk}", {"version": 1})
    assert Client().get(f"/bild/{picture.digest}-gross.webp").status_code == 404
    assert [edit.kind for edit in Edit.objects.all()] == ["made", "removed"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"alt": ""}, "Please fill in this field."),
        ({"author": " "}, "Please fill in this field."),
        ({"licence": "alles meins"}, "is not one of the available choices"),
        ({"picture": ""}, "Please fill in this field."),
    ],
)
def test_no_picture_without_words_author_and_licence(evening, idas_browser, changes, sentence):
    jorinde = Act.objects.get(slug="jorinde-beispiel")
    page = idas_browser.post(f"/en/buero/mitwirkende/{jorinde.pk}/bild", sent(**changes))
    assert (page.status_code, Picture.objects.count()) == (422, 0)
    assert sentence in words(page.content.decode())


def test_an_act_has_so_many_pictures_and_not_one_more(evening, idas_browser):
    jorinde = Act.objects.get(slug="jorinde-beispiel")
    sizes = dict.fromkeys(("width", "height", "small_width", "small_height"), 200)
    Picture.objects.bulk_create(
        Picture(act=jorinde, alt="Bild", author="A.", licence="CC0", digest=str(n), large=b"", small=b"", **sizes)
        for n in range(6)
    )
    page = idas_browser.post(f"/en/buero/mitwirkende/{jorinde.pk}/bild", sent())
    assert (page.status_code, Picture.objects.count()) == (409, 6)
    assert "An act has at most 6 pictures. Please remove one first." in words(page.content.decode())


def test_another_picture_than_kept_is_not_found(db):
    assert {Client().get(f"/bild/{name}.webp").status_code for name in ("0" * 32 + "-gross", "x-mittel")} == {404}


def test_the_guard_lets_a_picture_pass_to_its_place_only():
    assert limit_for("/en/buero/mitwirkende/12/bild") > pictures.MOST_BYTES
    assert {limit_for(path) for path in ("/buero/mitwirkende/12/bilder", "/x/buero/mitwirkende/1/bild")} == {BODY_BYTES}
