"""Uploaded images: decoded, checked, and written anew, so that nothing of the file that came in is ever served.

What leaves here is pixels in WebP: no place, camera, name, thumbnail, comment, colour profile or hidden second file.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from dugnad.kernel.uploads import MEGABYTE, UploadRefused, megabytes, told_later

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MAX_BYTES: Final = 10 * MEGABYTE
MAX_PIXELS: Final = 40_000_000
LONGEST_SIDE: Final = 1600
THUMBNAIL_SIDE: Final = 320
CONTENT_TYPE: Final = "image/webp"

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_FEW_COLOURS = 4096
_QUALITY = 82
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")

_NOT_AN_IMAGE = gettext_lazy("This file is not an image that can be shown here. Choose a JPEG, PNG, WebP or GIF.")
_HEIC = gettext_lazy(
    "The photo is in the HEIC format, which most browsers cannot show. Save it as JPEG and choose it again."
)
_DAMAGED = gettext_lazy("The image is damaged or incomplete. Save it once more, or choose another one.")


_TOO_MANY_PIXELS = told_later(
    lambda: (
        _("The image has more than %(limit)d million pixels. Try a smaller one.") % {"limit": MAX_PIXELS // 1_000_000}
    )
)


class ImageRefused(UploadRefused):
    """The upload is no picture that can be shown."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image ready to be kept and served: its bytes, their type, and its size in pixels."""

    content: bytes
    content_type: str
    width: int
    height: int


def reencode(file: bytes | BinaryIO) -> Picture:
    """The first frame of a JPEG, PNG, WebP or GIF, upright, in sRGB, at most 1600 pixels long, as bare WebP.

    Raises `ImageRefused` for more than 10 MB, more than 40 million pixels, any other format, and anything that does
    not decode to its end. `file` may be an upload or any binary file; it is never read beyond the limit.
    """
    return _written(_upright(_read(file), LONGEST_SIDE))


def thumbnail(content: bytes, side: int = THUMBNAIL_SIDE, *, square: bool = False) -> Picture:
    """A small version, at most `side` pixels long; with `square`, its middle cut to a square of exactly that side."""
    image = _upright(content, side * 2)
    if square:
        return _written(ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS))
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    return _written(image)


def _read(file: bytes | BinaryIO) -> bytes:
    if isinstance(file, bytes):
        content, size = file, len(file)
    else:
        file.seek(0)
        content = file.read(MAX_BYTES + 1)
        size = max(len(content), getattr(file, "size", None) or 0)
    if size > MAX_BYTES:
        raise ImageRefused(_too_heavy(size))
    return content


def _upright(content: bytes, longest: int) -> Image.Image:
    """The decoded first frame: turned as the camera was held, in sRGB, no side above `longest`, nothing else kept.

    It is made small before anything else is done, so that a large upload costs the memory of its pixels once.
    """
    with _opened(content) as source:
        _require_few_pixels(source)
        try:
            source.draft("RGB", (longest, longest))
            source.load()
            _require_few_pixels(source)
            image = _resizable(source)
            image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
            image = _in_srgb(_turned(image))
        except ImageRefused:
            raise
        except Exception:  # noqa: BLE001 - a decoder that is given a hostile file may raise anything
            raise ImageRefused(_DAMAGED) from None
    image.info = {}
    return image


def _opened(content: bytes) -> Image.Image:
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        raise ImageRefused(_HEIC)
    try:
        return Image.open(io.BytesIO(content), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ImageRefused(_TOO_MANY_PIXELS) from None
    except UnidentifiedImageError:
        raise ImageRefused(_NOT_AN_IMAGE) from None
    except Exception:  # noqa: BLE001 - a decoder that is given a hostile file may raise anything
        raise ImageRefused(_DAMAGED) from None


def _require_few_pixels(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise ImageRefused(_TOO_MANY_PIXELS)


def _resizable(image: Image.Image) -> Image.Image:
    """The same picture in a mode whose pixels can be averaged: L, RGB, CMYK, or RGBA where anything is see-through."""
    if image.mode.startswith("I"):
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def _turned(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001 - broken metadata is no reason to refuse a sound picture
        return image


def _in_srgb(image: Image.Image) -> Image.Image:
    """RGB by the file's own colour profile where it has a sound one; RGBA where anything is see-through."""
    profile = image.info.get("icc_profile")
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    if alpha is not None:
        image = image.convert("RGB")
    if profile:
        image = _by_profile(image, profile)
    image = image.convert("RGB")
    if alpha is not None and alpha.getextrema() != (255, 255):
        image.putalpha(alpha)
    return image


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB") or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def _written(image: Image.Image) -> Picture:
    """WebP bytes. Of an image with few colours, as drawings and screenshots have, an exact copy if that is smaller."""
    content = _webp(image, quality=_QUALITY)
    if image.getcolors(_FEW_COLOURS) is not None:
        content = min(content, _webp(image, lossless=True, quality=50), key=len)
    return Picture(content, CONTENT_TYPE, image.width, image.height)


def _webp(image: Image.Image, **how: int) -> bytes:
    written = io.BytesIO()
    image.save(written, "WEBP", method=4, **how)
    return written.getvalue()


def _too_heavy(size: int) -> _StrPromise:
    numbers = {"size": megabytes(size), "limit": MAX_BYTES // MEGABYTE}
    return told_later(
        lambda: _("The image is %(size)d MB and can be at most %(limit)d MB. Try a smaller one.") % numbers
    )
