"""Uploaded images come in as anything and leave as bare pixels."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from dugnad.kernel.images import MAX_BYTES, ImageRefused, Picture, reencode, thumbnail

RED, BLUE = (200, 30, 30), (20, 40, 200)


def saved(image: Image.Image, kind: str, **how: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def half_red_half_blue(width: int = 80, height: int = 40) -> Image.Image:
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def opened(picture: Picture) -> Image.Image:
    image = Image.open(io.BytesIO(picture.content))
    assert (image.format, image.size) == ("WEBP", (picture.width, picture.height))
    assert picture.content_type == "image/webp"
    return image


def close_to(pixel: Any, colour: tuple[int, ...], by: int = 12) -> bool:
    return all(abs(a - b) <= by for a, b in zip(pixel, colour, strict=True))


def refusal(content: bytes) -> str:
    with override("en"), pytest.raises(ImageRefused) as refused:
        reencode(content)
    with override("en"):
        return str(refused.value)


NOT_AN_IMAGE = "This file is not an image that can be shown here. Choose a JPEG, PNG, WebP or GIF."
DAMAGED = "The image is damaged or incomplete. Save it once more, or choose another one."


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_each_accepted_format_becomes_webp_with_the_same_picture(kind: str) -> None:
    picture = reencode(saved(half_red_half_blue(), kind))
    image = opened(picture).convert("RGB")
    assert (picture.width, picture.height) == (80, 40)
    assert close_to(image.getpixel((10, 20)), RED)
    assert close_to(image.getpixel((70, 20)), BLUE)


def test_an_upload_is_read_from_its_beginning_wherever_it_stands() -> None:
    file = io.BytesIO(saved(half_red_half_blue(), "PNG"))
    file.read()
    assert reencode(file).width == 80


def test_an_animation_becomes_its_first_frame() -> None:
    frames = [Image.new("RGB", (20, 20), RED), Image.new("RGB", (20, 20), BLUE)]
    for kind in ("GIF", "WEBP"):
        animated = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
        image = opened(reencode(animated))
        assert getattr(image, "n_frames", 1) == 1
        assert close_to(image.convert("RGB").getpixel((5, 5)), RED)


@pytest.mark.parametrize(
    ("size", "expected"),
    [((3200, 1600), (1600, 800)), ((1600, 1600), (1600, 1600)), ((500, 4000), (200, 1600)), ((8000, 2), (1600, 1))],
)
def test_the_longest_side_is_at_most_1600_and_nothing_is_enlarged(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    picture = reencode(saved(Image.new("RGB", size, RED), "PNG"))
    assert (picture.width, picture.height) == expected


def test_a_photo_is_turned_as_the_camera_was_held() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    picture = reencode(saved(half_red_half_blue(), "JPEG", exif=exif, quality=95))
    image = opened(picture).convert("RGB")
    assert (picture.width, picture.height) == (40, 80)
    assert close_to(image.getpixel((20, 10)), RED)
    assert close_to(image.getpixel((20, 70)), BLUE)


def photo_with_a_past() -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SECRETCAMERA"
    exif[ExifTags.Base.ImageDescription] = "SECRETNAME"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (57.0, 45.0, 1.5), 3: "E", 4: (12.0, 2.0, 3.0)})
    return exif


def with_jpeg_segment(content: bytes, marker: int, body: bytes) -> bytes:
    return content[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body + content[2:]


XMP = b"http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>SECRETPLACE</x:xmpmeta>"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_camera_and_name_disappear(kind: str) -> None:
    content = saved(half_red_half_blue(), kind, exif=photo_with_a_past())
    if kind == "JPEG":
        content = with_jpeg_segment(with_jpeg_segment(content, 0xFE, b"SECRETCOMMENT"), 0xE1, XMP)
    assert dict(Image.open(io.BytesIO(content)).getexif().get_ifd(ExifTags.IFD.GPSInfo))[1] == "N"
    assert b"SECRET" in content
    picture = reencode(content)
    image = opened(picture)
    assert dict(image.getexif()) == {}
    assert dict(image.getexif().get_ifd(ExifTags.IFD.GPSInfo)) == {}
    assert not {"exif", "xmp", "icc_profile", "comment"} & image.info.keys()
    assert b"SECRET" not in picture.content
    assert b"EXIF" not in picture.content
    assert b"XMP " not in picture.content


def test_text_chunks_of_a_png_disappear() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "SECRETNAME")
    notes.add_itxt("XML:com.adobe.xmp", "SECRETPLACE")
    assert b"SECRET" not in reencode(saved(half_red_half_blue(), "PNG", pnginfo=notes)).content


def test_colours_of_another_profile_are_brought_to_srgb() -> None:
    profile = _profile_with_red_and_blue_swapped()
    image = opened(reencode(saved(half_red_half_blue(), "PNG", icc_profile=profile))).convert("RGB")
    red, _green, blue = image.getpixel((10, 20))  # type: ignore[misc]
    assert blue > red


def _profile_with_red_and_blue_swapped() -> bytes:
    """The sRGB profile with the tags of its red and blue primaries exchanged."""
    content = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return content.replace(b"rXYZ", b"tmp!").replace(b"bXYZ", b"rXYZ").replace(b"tmp!", b"bXYZ")


def test_a_broken_colour_profile_is_ignored() -> None:
    image = opened(reencode(saved(half_red_half_blue(), "PNG", icc_profile=b"no profile"))).convert("RGB")
    assert close_to(image.getpixel((10, 20)), RED)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data:UserWarning")
def test_broken_metadata_does_not_refuse_a_sound_picture() -> None:
    content = with_jpeg_segment(saved(half_red_half_blue(), "JPEG"), 0xE1, b"Exif\x00\x00MM\x00*\xff\xff\xff\xff")
    assert reencode(content).width == 80


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixels_becomes_rgb(mode: str) -> None:
    grey = {"1": 1, "I;16": 50_000, "LA": (200, 255), "CMYK": (0, 0, 0, 60), "RGB": (195,) * 3}.get(mode, 195)
    image = Image.new(mode, (30, 20), (195, 195, 195, 255) if mode == "RGBA" else grey)  # type: ignore[arg-type]
    if mode == "P":
        image.putpalette([195] * 768)
    out = opened(reencode(saved(image, "JPEG" if mode == "CMYK" else "PNG")))
    assert out.mode == "RGB"
    assert close_to(out.getpixel((5, 5)), (255,) * 3 if mode == "1" else (195,) * 3)


def test_what_was_see_through_stays_so() -> None:
    image = half_red_half_blue().convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 20, 40))
    out = opened(reencode(saved(image, "PNG")))
    assert out.mode == "RGBA"
    assert out.getpixel((5, 5))[3] == 0  # type: ignore[index]
    palette = opened(reencode(saved(half_red_half_blue().quantize(2), "GIF", transparency=0)))
    assert {palette.convert("RGBA").getpixel((x, 5))[3] for x in (5, 75)} == {0, 255}  # type: ignore[index]


def test_a_drawing_of_few_colours_stays_exact() -> None:
    drawing = half_red_half_blue(200, 200)
    for x in range(0, 200, 4):
        drawing.putpixel((x, x), (0, 0, 0))
    assert opened(reencode(saved(drawing, "PNG"))).convert("RGB").tobytes() == drawing.tobytes()


def test_a_thumbnail_fits_the_side_or_is_cut_to_a_square() -> None:
    content = reencode(saved(half_red_half_blue(1200, 600), "PNG")).content
    assert (thumbnail(content).width, thumbnail(content).height) == (320, 160)
    square = thumbnail(content, 64, square=True)
    assert (square.width, square.height) == (64, 64)
    assert close_to(opened(square).convert("RGB").getpixel((8, 32)), RED)


def test_an_image_over_ten_megabytes_is_refused_with_both_sizes() -> None:
    content = saved(half_red_half_blue(), "JPEG")
    heavy = content + b"\x00" * (13 * 1024 * 1024)
    assert refusal(heavy) == "The image is 14 MB and can be at most 10 MB. Try a smaller one."
    assert reencode(content + b"\x00" * (MAX_BYTES - len(content))).width == 80
    assert "11 MB" in refusal(content + b"\x00" * (MAX_BYTES - len(content) + 1))


def test_the_size_that_an_upload_names_is_told_though_it_is_not_read_to_its_end() -> None:
    class Upload(io.BytesIO):
        size = 40 * 1024 * 1024
        most_read = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.most_read = max(self.most_read, size or 0)
            return super().read(size)

    upload = Upload(b"\x00" * (MAX_BYTES + 50))
    with override("en"), pytest.raises(ImageRefused, match="The image is 40 MB"):
        reencode(upload)
    assert upload.most_read == MAX_BYTES + 1


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(8000, 5001), (10_000, 10_000), (60_000, 60_000)])
def test_more_than_forty_million_pixels_are_refused_before_they_are_decoded(size: tuple[int, int]) -> None:
    assert refusal(png_that_claims(*size)) == "The image has more than 40 million pixels. Try a smaller one."


def test_forty_million_pixels_that_are_not_there_are_damage() -> None:
    assert refusal(png_that_claims(8000, 5000)) == DAMAGED


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 50
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
OTHERS = {
    "svg": SVG,
    "html": b"<!doctype html><script>alert(1)</script>",
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "nothing": b"",
    "noise": bytes(range(256)) * 8,
    "bmp": saved(half_red_half_blue(), "BMP"),
    "tiff": saved(half_red_half_blue(), "TIFF"),
    "ico": saved(half_red_half_blue(), "ICO"),
    "avif": b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf" + b"\x00" * 50,
    "zip": b"PK\x03\x04" + b"\x00" * 40,
    "a jpeg's first bytes": b"\xff\xd8\xff\xe0",
}


@pytest.mark.parametrize("content", OTHERS.values(), ids=OTHERS.keys())
def test_anything_else_is_refused_whatever_it_is_called(content: bytes) -> None:
    assert refusal(content) == NOT_AN_IMAGE


def test_heic_is_refused_with_a_way_out() -> None:
    assert refusal(HEIC) == (
        "The photo is in the HEIC format, which most browsers cannot show. Save it as JPEG and choose it again."
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_file_that_breaks_off_is_refused(kind: str) -> None:
    whole = saved(Image.effect_noise((200, 200), 80).convert("RGB"), kind)
    assert refusal(whole[: len(whole) // 2]) in (DAMAGED, NOT_AN_IMAGE)


def test_a_page_hidden_in_an_image_does_not_come_through() -> None:
    page = b"<script>alert(document.domain)</script>"
    jpeg = with_jpeg_segment(saved(half_red_half_blue(), "JPEG"), 0xFE, page) + page
    gif = saved(half_red_half_blue(), "GIF", comment=page) + page
    png = saved(half_red_half_blue(), "PNG") + b"PK\x03\x04" + page
    for content in (jpeg, gif, png):
        assert page in content
        assert page not in reencode(content).content
        assert reencode(content).content[:4] == b"RIFF"


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=120, deadline=None)
@given(st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]), st.data())
def test_a_file_with_any_bytes_changed_is_shown_or_refused_and_nothing_else(kind: str, data: st.DataObject) -> None:
    content = bytearray(
        saved(half_red_half_blue(24, 16), kind, **({} if kind == "GIF" else {"exif": photo_with_a_past()}))
    )
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=6)):
        content[place] = data.draw(st.integers(0, 255))
    try:
        picture = reencode(bytes(content))
    except ImageRefused:
        return
    assert opened(picture).size == (picture.width, picture.height)
    assert b"SECRET" not in picture.content
