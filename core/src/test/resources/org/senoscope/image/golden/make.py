"""Makes the small golden images beside it, and what Pillow (13.0, NumPy 2.4) reads from each.

NAME.<ending> is the image; NAME.grey is what is expected: one line "height width" and then
height * width bytes, the pixels of Image.convert("L") after its Exif orientation. resize-*.grey are
Pillow's resize(..., BILINEAR) of source.png. Run it in this folder: python make.py
"""

import io
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps

random = np.random.default_rng(7)
HEIGHT, WIDTH = 19, 27
rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
SMOOTH = (128 + 90 * np.sin(rows / 4) * np.cos(columns / 5) + random.normal(0, 6, (HEIGHT, WIDTH)))
GREY = SMOOTH.clip(0, 255).astype(np.uint8)
RGB = np.stack([GREY, np.flipud(GREY), np.fliplr(GREY)], axis=2)
GREY16 = (GREY.astype(np.uint16) * 257 ^ random.integers(0, 64, GREY.shape, dtype=np.uint16))


def expect(name, grey):
    with open(name + ".grey", "wb") as out:
        out.write(b"%d %d\n" % grey.shape)
        out.write(np.ascontiguousarray(grey, dtype=np.uint8).tobytes())


def save(name, ending, image, **options):
    file = f"{name}.{ending}"
    image.save(file, **options)
    with Image.open(file) as opened:
        expect(name, np.asarray(ImageOps.exif_transpose(opened).convert("L")))


def chunk(kind, content):
    return (struct.pack(">I", len(content)) + kind + content
            + struct.pack(">I", zlib.crc32(kind + content)))


def png(name, depth, colour, interlace, raw, palette=b""):
    """A PNG that Pillow cannot write: each row of raw has its filter byte already."""
    with open(name + ".png", "wb") as out:
        out.write(b"\x89PNG\r\n\x1a\n")
        out.write(chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, colour, 0, 0, interlace)))
        if palette:
            out.write(chunk(b"PLTE", palette))
        packed = zlib.compress(raw)
        half = len(packed) // 2  # two data chunks, as large files have
        out.write(chunk(b"IDAT", packed[:half]) + chunk(b"IDAT", packed[half:]) + chunk(b"IEND", b""))


def adam7(samples):
    """Rows of the seven passes of (h, w, bytes) samples, filter 0."""
    raw = b""
    for top, left, down, right in [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4),
                                   (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]:
        for row in samples[top::down, left::right]:
            raw += b"\0" + row.tobytes() if row.size else b""
    return raw


def filtered(samples, filters):
    """Rows of (h, w, bytes) samples with the filters in turn."""
    height, width, size = samples.shape
    flat = samples.reshape(height, width * size).astype(int)
    raw = b""
    for y in range(height):
        kind = filters[y % len(filters)]
        up = flat[y - 1] if y else np.zeros_like(flat[0])
        left = np.concatenate([np.zeros(size, int), flat[y][:-size]])
        corner = np.concatenate([np.zeros(size, int), up[:-size]])
        p = left + up - corner
        pa, pb, pc = abs(p - left), abs(p - up), abs(p - corner)
        paeth = np.where((pa <= pb) & (pa <= pc), left, np.where(pb <= pc, up, corner))
        guess = [0, left, up, (left + up) // 2, paeth][kind]
        raw += bytes([kind]) + ((flat[y] - guess) % 256).astype(np.uint8).tobytes()
    return raw


# PNG: every filter, depth and colour type.
save("source", "png", Image.fromarray(GREY))
png("grey8-filters", 8, 0, 0, filtered(GREY[..., None], [4, 3, 2, 1, 0]))
expect("grey8-filters", GREY)
png("rgb8-filters", 8, 2, 0, filtered(RGB, [3, 4, 1, 2]))
expect("rgb8-filters", np.asarray(Image.open("rgb8-filters.png").convert("L")))
png("grey8-interlaced", 8, 0, 1, adam7(GREY[..., None]))
expect("grey8-interlaced", np.asarray(Image.open("grey8-interlaced.png").convert("L")))
png("rgb8-interlaced", 8, 2, 1, adam7(RGB))
expect("rgb8-interlaced", np.asarray(Image.open("rgb8-interlaced.png").convert("L")))
for bits in (1, 2, 4):
    levels = GREY >> (8 - bits)
    per = 8 // bits
    padded = np.pad(levels, ((0, 0), (0, -WIDTH % per)))
    packed = sum(padded[:, i::per].astype(int) << (8 - bits * (i + 1)) for i in range(per))
    packed = packed.astype(np.uint8)
    png(f"grey{bits}", bits, 0, 0, filtered(packed[..., None], [0, 1, 2]))
    expect(f"grey{bits}", np.asarray(Image.open(f"grey{bits}.png").convert("L")))
    colours = bytes((37 * i + 11 * c) % 256 for i in range(1 << bits) for c in (1, 5, 9))
    png(f"palette{bits}", bits, 3, 0, filtered(packed[..., None], [0, 4]), colours)
    expect(f"palette{bits}", np.asarray(Image.open(f"palette{bits}.png").convert("L")))
save("palette8", "png", Image.fromarray(RGB).quantize(60))
save("grey-alpha", "png", Image.merge("LA", [Image.fromarray(GREY), Image.fromarray(255 - GREY)]))
save("rgba", "png", Image.merge("RGBA", [*Image.fromarray(RGB).split(), Image.fromarray(GREY)]))
Image.fromarray(GREY16).save("grey16.png")
expect("grey16", np.rint(GREY16 / 257).astype(np.uint8))

# Exif orientation in JPEG, PNG and TIFF.
for value in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = value
    save(f"exif{value}", "jpg", Image.fromarray(GREY), exif=exif, quality=95)
exif = Image.Exif()
exif[0x0112] = 6
save("exif6-png", "png", Image.fromarray(GREY), exif=exif)

# JPEG.
save("jpeg-grey", "jpg", Image.fromarray(GREY), quality=90)
save("jpeg-colour", "jpg", Image.fromarray(RGB), quality=90, subsampling=0)
save("jpeg-colour-420", "jpg", Image.fromarray(RGB), quality=90, subsampling=2)
save("jpeg-progressive", "jpg", Image.fromarray(RGB), quality=90, progressive=True)
save("jpeg-cmyk", "jpg", Image.fromarray(RGB).convert("CMYK"), quality=95)
CMYK = np.stack([255 - GREY, GREY // 2, np.fliplr(GREY), np.flipud(GREY) // 3], axis=2)
save("jpeg-inks", "jpg", Image.fromarray(CMYK, mode="CMYK"), quality=95)

# TIFF, BMP, GIF, PNM.
save("tiff-grey", "tif", Image.fromarray(GREY), compression="tiff_lzw")
save("tiff-rgb", "tif", Image.fromarray(RGB))
save("tiff-cmyk", "tif", Image.fromarray(CMYK, mode="CMYK"))
Image.fromarray(GREY16).save("tiff16.tif")
expect("tiff16", np.rint(GREY16 / 257).astype(np.uint8))
save("tiff-pages", "tif", Image.fromarray(GREY), save_all=True,
     append_images=[Image.fromarray(255 - GREY)])
save("bmp-grey", "bmp", Image.fromarray(GREY))
save("bmp-rgb", "bmp", Image.fromarray(RGB))
save("gif-animated", "gif", Image.fromarray(GREY), save_all=True,
     append_images=[Image.fromarray(255 - GREY)], duration=50)
save("pgm-raw", "pgm", Image.fromarray(GREY))
with open("pgm-plain.pgm", "w") as out:
    out.write(f"P2 # a comment\n{WIDTH}\n{HEIGHT} 255\n")
    out.write("\n".join(" ".join(map(str, row)) for row in GREY))
expect("pgm-plain", GREY)
with open("pgm16.pgm", "wb") as out:
    out.write(b"P5\n%d %d\n65535\n" % (WIDTH, HEIGHT) + GREY16.astype(">u2").tobytes())
expect("pgm16", np.rint(GREY16 / 257).astype(np.uint8))
save("ppm-raw", "ppm", Image.fromarray(RGB))

# Resizing: smaller, larger, both, by hardly anything, to one pixel.
for height, width in [(8, 11), (40, 60), (7, 61), (18, 27), (1, 1), (19, 13)]:
    resized = Image.fromarray(GREY).resize((width, height), Image.Resampling.BILINEAR)
    expect(f"resize-{height}x{width}", np.asarray(resized))
expect("resize-window", np.asarray(
    Image.fromarray(GREY).resize((9, 9), Image.Resampling.BILINEAR, box=(4, 0, 23, 19))))
