"""Makes the small film beside it, and what the field's Python libraries make of it.

film.png is a made-up mammogram of 8 bits, mild.png one of less contrast; NAME.grey is what is expected: one line "height width" and
then height * width bytes. numbers.txt holds single figures. Made with opencv-python-headless
4.12.0.88, scikit-image 0.25.2, Pillow 12.0.0, NumPy 2.2.6. Run it in this folder: python make.py
"""

import cv2
import numpy as np
from PIL import Image, ImageEnhance
from skimage import exposure, filters

random = np.random.default_rng(11)
HEIGHT, WIDTH = 96, 72
rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
breast = np.clip((44 * np.sqrt(np.clip(1 - ((rows - 50) / 42.0) ** 2, 0, 1)) - columns) / 3, 0, 1)
gland = np.exp(-(((columns - 18) / 11.0) ** 2 + ((rows - 52) / 17.0) ** 2))
muscle = columns / 26.0 + rows / 48.0 < 1
film = 5 + breast * (70 + 70 * gland + 9 * np.sin(columns / 1.7) * np.sin(rows / 2.3))
film[muscle] = 185
film += random.normal(0, 2.5, film.shape)
film[6:14, 56:68] = 245
FILM = film.clip(0, 255).astype(np.uint8)
# Pillow cuts overshoots off between columns and rows, we after both: a film that has none to cut.
MILD = (64 + FILM / 2).astype(np.uint8)
# Of sizes where the middle of a wanted pixel never falls between two, so that nearest is clear.
SIZES = ((32, 40), (128, 96))


def expect(name, grey):
    with open(name + ".grey", "wb") as out:
        out.write(b"%d %d\n" % grey.shape)
        out.write(np.ascontiguousarray(grey, dtype=np.uint8).tobytes())


def rounded(unit):
    return np.round(np.clip(unit, 0, 1) * 255)


def clahe_limited(image, clip, tiles):
    """CLAHE whose limit holds: what is cut off goes evenly to the levels below the limit, by
    bisection; black stays black. Written apart from the Java, pixel by pixel."""
    height, width = image.shape
    tall, wide = height // tiles, width // tiles
    curves = np.zeros((tiles, tiles, 256))
    for r in range(tiles):
        for c in range(tiles):
            part = image[r * tall : (r + 1) * tall, c * wide : (c + 1) * wide]
            counts = np.bincount(part.ravel(), minlength=256).astype(float)
            area = part.size
            limit = clip * area / 256
            low, high = 0.0, limit
            for _ in range(200):
                middle = (low + high) / 2
                if np.minimum(counts + middle, limit).sum() < area:
                    low = middle
                else:
                    high = middle
            counts = np.minimum(counts + high, limit)
            curves[r, c] = (counts.cumsum() - counts[0]) / (area - counts[0])
    result = np.zeros(image.shape)
    for y in range(height):
        for x in range(width):
            down, across = y / tall - 0.5, x / wide - 0.5
            r, c = int(np.floor(down)), int(np.floor(across))
            fr, fc = down - r, across - c
            value = 0.0
            for rr, wr in ((r, 1 - fr), (r + 1, fr)):
                for cc, wc in ((c, 1 - fc), (c + 1, fc)):
                    curve = curves[min(max(rr, 0), tiles - 1), min(max(cc, 0), tiles - 1)]
                    value += wr * wc * curve[image[y, x]]
            result[y, x] = value
    return result


Image.fromarray(FILM).save("film.png")
Image.fromarray(MILD).save("mild.png")
for clip, tiles in ((2, 8), (4, 3), (40, 5)):
    clahe = cv2.createCLAHE(clipLimit=clip, tileGridSize=(tiles, tiles))
    expect(f"clahe-once-{clip}-{tiles}", clahe.apply(FILM))
for clip, tiles in ((2, 8), (3, 4)):
    expect(f"clahe-fully-{clip}-{tiles}", rounded(clahe_limited(FILM, clip, tiles)))
four = np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]])
eight = np.array([[-1, -1, -1], [-1, 9, -1], [-1, -1, -1]])
expect("sharpen-4", cv2.filter2D(FILM, -1, four))
expect("sharpen-8", cv2.filter2D(FILM, -1, eight))
for radius, amount in ((1, 1), (2.5, 1.5)):
    expect(f"unsharp-{radius}-{amount}", rounded(filters.unsharp_mask(FILM, radius, amount)))
for low, high in ((1, 99), (50, 95.5)):
    ends = tuple(np.percentile(FILM, (low, high)))
    stretched = exposure.rescale_intensity(FILM / 255, (ends[0] / 255, ends[1] / 255), (0, 1))
    expect(f"stretch-{low}-{high}", rounded(stretched))
expect("gamma-0.6", rounded(exposure.adjust_gamma(FILM / 255, 0.6)))
expect("contrast-1.4", np.asarray(ImageEnhance.Contrast(Image.fromarray(FILM)).enhance(1.4)))
for name, kind in (
    ("box", Image.Resampling.BOX),
    ("cubic", Image.Resampling.BICUBIC),
    ("lanczos", Image.Resampling.LANCZOS),
    ("nearest", Image.Resampling.NEAREST),
):
    for height, width in SIZES:
        resized = Image.fromarray(MILD).resize((width, height), kind)
        expect(f"resize-{name}-{height}x{width}", np.asarray(resized))
for height, width in SIZES:
    resized = cv2.resize(MILD, (width, height), interpolation=cv2.INTER_LINEAR)
    expect(f"resize-linear-{height}x{width}", resized)
with open("numbers.txt", "w") as out:
    out.write("sharpness %.6f\n" % cv2.Laplacian(FILM, cv2.CV_64F).var())
